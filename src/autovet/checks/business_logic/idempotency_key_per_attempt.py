"""Each attempt of a request carries an idempotency key of its own.

Finds a key that is made anew inside of a loop that only repeats a request.

The key lets the other side recognise the second attempt of the same order. With a new one for each
attempt an answer that was lost on its way means that the customer pays twice.

Make the key once, before the loop.

Leave it when each round of the loop is about something else.
"""

import ast
import re
from collections.abc import Iterator

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("idempotency-key-per-attempt", Category.BUSINESS_LOGIC, confidence=0.9, cwe=837)

_MAKERS = frozenset({"uuid.uuid4", "uuid.uuid1", "secrets.token_hex", "secrets.token_urlsafe"})
_KEY = re.compile(r"idempot", re.IGNORECASE)

BAD = (
    """
import uuid

def charge(client, amount):
    for attempt in range(3):
        idempotency_key = uuid.uuid4().hex  # <--
        answer = client.charge(amount, idempotency_key=idempotency_key)
        if answer.ok:
            return answer
    raise RuntimeError("not charged")
""",
    """
import requests
import uuid

def pay(url, amount):
    while True:
        headers = {"Idempotency-Key": str(uuid.uuid4())}  # <--
        if requests.post(url, json=amount, headers=headers, timeout=3).ok:
            return
""",
)

GOOD = (
    """
import uuid

def charge(client, amount):
    key = uuid.uuid4().hex
    for attempt in range(3):
        answer = client.charge(amount, idempotency_key=key)
        if answer.ok:
            return answer
    raise RuntimeError("not charged")
""",
    """
import uuid

def charge_all(client, orders):
    for order in orders:
        client.charge(order.amount, idempotency_key=uuid.uuid4().hex)

def trace(client):
    for _ in range(3):
        client.ping(request_id=uuid.uuid4().hex)
""",
)


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report a key that is made in a loop of attempts."""
    if module.qualified(call.func) not in _MAKERS:
        return
    loop = next(
        (a for a in module.ancestors(call) if isinstance(a, (ast.For, ast.While, ast.AsyncFor))),
        None,
    )
    if loop is None or not _only_repeats(loop) or not _is_key(call, loop, module):
        return
    yield module.finding(
        RULE,
        module.statement_of(call),
        "Each attempt gets an idempotency key of its own, so that a repeated one counts twice",
        evidence={"loop_line": loop.lineno},
    )


def _only_repeats(loop: ast.For | ast.While | ast.AsyncFor) -> bool:
    """Whether the rounds differ by their number at most."""
    if isinstance(loop, ast.While):
        return True
    match loop.iter:
        case ast.Call(func=ast.Name(id="range")):
            return True
    return False


def _is_key(call: ast.Call, loop: ast.AST, module: Module) -> bool:
    statement = module.statement_of(call)
    if _KEY.search(ast.unparse(statement)):
        return True
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)]):
            return any(_names_key(node, name) for node in ast.walk(loop))
    return False


def _names_key(node: ast.AST, name: str) -> bool:
    """Whether the name is handed on as a key."""
    match node:
        case ast.keyword(arg=str(argument), value=value) if _KEY.search(argument):
            return any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(value))
        case ast.Dict(keys=keys, values=values):
            return any(
                isinstance(k, ast.Constant)
                and _KEY.search(str(k.value))
                and any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(v))
                for k, v in zip(keys, values, strict=True)
            )
    return False
