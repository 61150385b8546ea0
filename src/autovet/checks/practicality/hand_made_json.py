"""JSON put together by hand instead of by ``json``.

Finds functions that turn dictionaries, lists, booleans and None into text by asking for their
types, strings that are glued together into a JSON object, and functions that strip the braces off a
text and split it at commas and colons.

Hand-made JSON breaks on the first quote, backslash or line break in a value, on ``NaN``, on
non-string keys; with a value from outside it can be made to say anything.

Build the value and call ``json.dumps``; give it ``default=`` for types of your own.
"""

import ast
import re
from collections.abc import Iterator

from autovet.checks.syntax.own_nodes import own_nodes
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("hand-made-json", Category.PRACTICALITY, confidence=0.9)

_OBJECT = re.compile(r'\s*\[?\s*\{\s*"[\w $.-]+"\s*:')
_WORDS = frozenset({"null", "true", "false"})
_BRACKETS = frozenset("{}[]")
_FEWEST_SIGNS = 3

BAD = (
    """
def dump(value):  # <--
    if value is None:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{" + ",".join(f'"{k}":{dump(v)}' for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[%s]" % ",".join(dump(v) for v in value)
    return str(value)
""",
    """
def read(text):  # <--
    found = {}
    for member in text.strip("{}").split(","):
        name, _, value = member.partition(":")
        found[name.strip()] = value
    return found

def event(name, user):
    body = '{"event": "' + name + '", "user": "' + user + '"}'  # <--
    return body

def line(user):
    return '{"id": %d, "name": "%s"}' % (user.id, user.name)  # <--

def sizes(items):
    text = "{"
    for item in items:
        text += f'"{item.name}": {item.size}, '  # <--
    return text[:-2] + "}"

def place(name, north):
    text = '{"kind": "place", "at": {"name": "' + name + '", "north": ' + str(north) + "}}"  # <--
    return text

def row(user):
    return f'{{"id": {user.id}, "name": "{user.name}"}}'  # <--
""",
)

GOOD = (
    """
import json

def event(name, user):
    template = '{"event": "start", "version": 1}'
    text = "{" + name + "}"
    return json.dumps({"event": name, "user": user}), template, text
""",
    """
def dump(value):
    if isinstance(value, dict):
        return {k: dump(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [dump(v) for v in value]
    return value

def show(settings):
    return f"{{{settings}}}" + f"{settings!r}: {len(settings)}"
""",
)


def check(node: ast.FunctionDef | ast.JoinedStr | ast.BinOp, module: Module) -> Iterator[Finding]:
    """Report serialising functions as a whole, and glued objects where they are made."""
    if module.is_test:
        return
    if isinstance(node, ast.FunctionDef):
        if "isinstance" in module.text and "null" in module.text and _serialises(node):
            yield module.finding(
                RULE,
                node,
                f"{node.name}() writes JSON by hand: json.dumps does it, with escapes",
                evidence={"function": node.name},
            )
        elif _takes_apart(node, module):
            yield module.finding(
                RULE,
                node,
                f"{node.name}() takes JSON apart at commas and colons: json.loads reads it, nested or not",
                evidence={"function": node.name},
            )
    elif isinstance(node, ast.JoinedStr) and _is_member(node) and _opens_object(node, module):
        yield module.finding(
            RULE,
            node,
            "This writes a member of a JSON object without escaping its name and value: use json.dumps",
        )
    elif _glues(node, module):
        yield module.finding(
            RULE,
            node,
            "This glues a JSON object together without escaping its values: use json.dumps",
        )


def _serialises(node: ast.FunctionDef) -> bool:
    signs: set[str] = set()
    kinds: set[str] = set()
    recursive = False
    for part in own_nodes(node.body):
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name):
            if part.func.id == "isinstance" and len(part.args) == 2:
                kinds.update(n.id for n in ast.walk(part.args[1]) if isinstance(n, ast.Name))
            recursive = recursive or part.func.id == node.name
        elif isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute):
            recursive = recursive or part.func.attr == node.name
        elif isinstance(part, ast.Constant) and isinstance(part.value, str):
            if part.value in _WORDS:
                signs.add(part.value)
            signs.update(_BRACKETS & set(part.value.strip()[:1] + part.value.strip()[-1:]))
    return (
        recursive
        and {"dict"} <= kinds
        and bool(kinds & {"list", "tuple"})
        and len(signs) >= _FEWEST_SIGNS
        and bool(signs & _WORDS)
    )


def _takes_apart(node: ast.FunctionDef, module: Module) -> bool:
    """Braces stripped off, then split at commas, then at colons."""
    if "split" not in module.text or "{" not in module.text:
        return False
    cuts: set[tuple[str, str]] = set()
    for part in own_nodes(node.body):
        match part:
            case ast.Call(
                func=ast.Attribute(attr=method), args=[ast.Constant(value=str() as mark), *_]
            ):
                cuts.add((method, mark))
    braces = any(
        method in {"strip", "lstrip", "rstrip", "removeprefix", "replace"} and set(mark) & set("{}")
        for method, mark in cuts
    )
    pairs = {("split", ":"), ("partition", ":"), ("split", '":'), ("split", '": ')}
    return braces and bool({("split", ","), ("split", ", ")} & cuts) and bool(pairs & cuts)


def _is_member(node: ast.JoinedStr) -> bool:
    """``"{name}": {value}``, alone or at the start of a line."""
    match node.values:
        case [
            ast.Constant(value=str() as start),
            ast.FormattedValue(),
            ast.Constant(value=str() as then),
            *_,
        ]:
            return start.strip() in {'"', ',"', ', "'} and bool(re.match(r'"\s*:', then))
    return False


def _opens_object(node: ast.AST, module: Module) -> bool:
    """Whether the same function also writes the brace before the first member."""
    function = module.function_of(node)
    if isinstance(function, ast.FunctionDef) and _serialises(function):
        return False  # reported as a whole
    return function is not None and any(
        isinstance(n, ast.Constant) and isinstance(n.value, str) and n.value.strip()[:1] == "{"
        for n in ast.walk(function)
    )


def _glues(node: ast.JoinedStr | ast.BinOp, module: Module) -> bool:
    if isinstance(module.parent(node), (ast.BinOp, ast.JoinedStr, ast.FormattedValue)):
        return False
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        template = node.left
        return (
            isinstance(template, ast.Constant)
            and isinstance(template.value, str)
            and bool(_OBJECT.match(template.value))
        )
    first: ast.expr = node
    for _ in range(50):
        if isinstance(first, ast.BinOp) and isinstance(first.op, ast.Add):
            first = first.left
    if isinstance(first, ast.JoinedStr):
        first = first.values[0] if first.values else first
        return (
            isinstance(first, ast.Constant)
            and bool(_OBJECT.match(str(first.value)))
            and len(node.values if isinstance(node, ast.JoinedStr) else "xx") > 1
        )
    return (
        first is not node
        and isinstance(first, ast.Constant)
        and isinstance(first.value, str)
        and bool(_OBJECT.match(first.value))
        and any(not isinstance(part, ast.Constant) for part in _summands(node))
    )


def _summands(node: ast.expr) -> list[ast.expr]:
    """What a row of ``+`` puts together."""
    found: list[ast.expr] = []
    for _ in range(50):
        if not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add)):
            break
        found.append(node.right)
        node = node.left
    return [*found, node]
