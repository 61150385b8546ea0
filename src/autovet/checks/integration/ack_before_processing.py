"""A message is acknowledged before it is processed.

Finds consumers (pika, aio-pika, SQS, Pub/Sub, Kafka) that acknowledge, delete or commit a message
and only then work on it, and subscriptions with ``auto_ack=True``. When the work fails or the process
dies, the broker has already forgotten the message: the job is lost without a trace.

Acknowledge after the work has succeeded; on failure reject it (``basic_nack``) so that it is
delivered again or goes to the dead-letter queue.

Leave it when losing a message is better than handling it twice, and say so beside the call.
"""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.expressions import last_name, names_in
from autovet.checks.vocabulary.http_calls import keyword
from autovet.checks.vocabulary.value_types import type_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("ack-before-processing", Category.INTEGRATION, confidence=0.85)

BAD = (
    """
import json

def on_order(channel, method, properties, body):
    order = json.loads(body)
    channel.basic_ack(delivery_tag=method.delivery_tag)  # <--
    ship(order)
""",
    """
import boto3

sqs = boto3.client("sqs")

def poll(queue):
    answer = sqs.receive_message(QueueUrl=queue)
    for message in answer["Messages"]:
        sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])  # <--
        handle(message["Body"])
""",
    """
def listen(channel, on_letter):
    channel.basic_consume("letters", on_message_callback=on_letter, auto_ack=True)  # <--
    channel.start_consuming()
""",
)

GOOD = (
    """
import json
import logging

def on_order(channel, method, properties, body):
    order = json.loads(body)
    if order["test"]:
        channel.basic_ack(method.delivery_tag)
        return
    ship(order)
    channel.basic_ack(method.delivery_tag)
    logging.info("shipped %s", order)
""",
    """
import boto3

sqs = boto3.client("sqs")

def poll(queue):
    for message in sqs.receive_message(QueueUrl=queue)["Messages"]:
        handle(message["Body"])
        sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
""",
    """
def save(session, users, user):
    users.add(user)
    session.commit()
    send_welcome(user)
""",
)

_ACKS = frozenset({"basic_ack", "ack", "delete_message", "acknowledge", "xack"})
_KAFKA = ("kafka.", "confluent_kafka.", "aiokafka.")
_PARSING = frozenset({"loads", "decode", "parse", "from_bytes", "from_json", "model_validate", "model_validate_json", "parse_raw", "get", "len", "str", "int", "dict", "validate"})  # fmt: skip
_LOGGING = frozenset({"debug", "info", "warning", "error", "exception", "print", "inc", "observe", "log"})  # fmt: skip


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report acknowledgements that come before the work on the message."""
    if module.is_test:
        return
    name = last_name(call.func)
    automatic = keyword(call, "auto_ack") or keyword(call, "no_ack")
    if name in {"basic_consume", "consume"} and isinstance(automatic, ast.Constant):
        if automatic.value is True:
            yield module.finding(
                RULE,
                call,
                "with auto_ack the broker forgets a message when it is sent, so a failure in the "
                "handler loses it; acknowledge after the work",
                evidence={"call": name},
            )
        return
    if not isinstance(call.func, ast.Attribute) or not _acknowledges(call.func, module):
        return
    function = module.function_of(call)
    if function is None:
        return
    about = _message_names(call, function, module)
    before, after = _around(call, function, module)
    if any(_works_on(s, about, call) for s in before):
        return
    work = next((s for s in after if _works_on(s, about, call)), None)
    if work is not None:
        yield module.finding(
            RULE,
            call,
            f"the message is acknowledged before line {work.lineno} processes it, so a failure there "
            "loses it; acknowledge after the work",
            evidence={"work_line": work.lineno},
        )


def _acknowledges(func: ast.Attribute, module: Module) -> bool:
    if func.attr in _ACKS:
        return True
    if func.attr != "commit":
        return False
    kind = type_of(func.value, module) or ""
    return kind.startswith(_KAFKA) or last_name(func.value).lower().endswith("consumer")


def _message_names(call: ast.Call, function: FunctionNode, module: Module) -> set[str]:
    """The names that hold the message or what was made of it."""
    arguments = [*function.args.posonlyargs, *function.args.args]
    names = {a.arg for a in arguments} - {"self", "cls", "channel", "ch", "method", "queue", "sqs"}
    loop = module.loop_of(call)
    if isinstance(loop, (ast.For, ast.AsyncFor)):
        names = set(names_in(loop.target))
    elif loop is not None:
        names = set()
        for node in ast.walk(loop):
            if isinstance(node, ast.Assign) and isinstance(node.value, (ast.Call, ast.Await)):
                names |= {n for t in node.targets for n in names_in(t)}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and names_in(node.value) & names:
            names |= {n for t in node.targets for n in names_in(t)}
    return names


def _around(
    call: ast.Call, function: FunctionNode, module: Module
) -> tuple[list[ast.stmt], list[ast.stmt]]:
    """The statements that have run before the call, and those that run after it."""
    before: list[ast.stmt] = []
    after: list[ast.stmt] = []
    loop = module.loop_of(call)
    leaving = False
    current: ast.AST = module.statement_of(call)
    while current not in (function, loop):
        parent = module.parent(current)
        if parent is None:
            break
        for field in ("body", "orelse", "finalbody"):
            block = getattr(parent, field, None)
            if isinstance(block, list) and current in block:
                position = block.index(current)
                before += block[:position]
                if not leaving:
                    after += block[position + 1 :]
                    leaving = any(
                        isinstance(s, (ast.Return, ast.Raise, ast.Continue, ast.Break))
                        for s in block[position + 1 :]
                    )
                if field == "orelse" and isinstance(parent, ast.Try):
                    before += parent.body
        current = parent
    return before, after


def _works_on(statement: ast.stmt, names: set[str], ack: ast.Call) -> bool:
    for node in ast.walk(statement):
        if not isinstance(node, ast.Call) or node is ack:
            continue
        name = last_name(node.func)
        if name in _PARSING or name in _LOGGING or name in _ACKS or name.startswith(("basic_", "parse", "decode")):  # fmt: skip
            continue
        arguments = [*node.args, *(k.value for k in node.keywords)]
        if any(names_in(a) & names for a in arguments):
            return True
        receiver = node.func.value if isinstance(node.func, ast.Attribute) else None
        if (
            receiver is not None
            and names_in(receiver) & names
            and not isinstance(receiver, ast.Call)
        ):
            return name not in {"items", "keys", "values", "strip", "split", "body"}
    return False
