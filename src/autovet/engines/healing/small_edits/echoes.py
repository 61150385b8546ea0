"""What stands there for one thing and is missing for its twin."""

import ast
import re
from collections.abc import Iterator, Sequence

from autovet.engines.healing.small_edits.change import Change
from autovet.engines.healing.small_edits.ground import Ground

_LONGEST, _MOST = 60, 40


def echo_changes(ground: Ground) -> Iterator[Change]:
    """Yield operands repeated with another variable or the next number."""
    for node in ground.expressions:
        match node:
            case ast.BinOp(op=ast.Add()) if not _is_sum(ground.module.parent(node)):
                yield from _added(ground, node, _operands(node), " + ")
            case ast.BoolOp(values=values):
                joint = " and " if isinstance(node.op, ast.And) else " or "
                yield from _added(ground, node, values, joint)


def _is_sum(node: ast.AST | None) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add)


def _operands(node: ast.expr) -> list[ast.expr]:
    found: list[ast.expr] = []
    stack = [node]
    while stack:
        current = stack.pop()
        if isinstance(current, ast.BinOp) and isinstance(current.op, ast.Add):
            stack += [current.right, current.left]
        else:
            found.append(current)
    return found


def _added(
    ground: Ground, node: ast.expr, operands: Sequence[ast.expr], joint: str
) -> Iterator[Change]:
    texts = [ground.segment(o) for o in operands]
    seen = set(texts)
    whole = ground.segment(node)
    for operand, text in zip(operands, texts, strict=True):
        if isinstance(operand, ast.Constant) or len(text) > _LONGEST or "\n" in text:
            continue
        for twin in twins(ground, operand, text):
            if twin not in seen and len(seen) < _MOST:
                seen.add(twin)
                yield ground.put(node, f"{whole}{joint}{twin}", 1.6, f"{joint.strip()} {twin}")


def twins(ground: Ground, node: ast.AST, text: str) -> Iterator[str]:
    """The text with another variable of the same types, or with a number one higher or lower."""
    read = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)} & ground.variables.keys()
    for name in sorted(read):
        for other, types in ground.variables.items():
            alike = types and types & ground.variables[name]
            if other != name and alike and ground.in_scope(other, node):
                yield re.sub(rf"\b{re.escape(name)}\b", other, text)
    start = ground.region(node)[0]
    for n in ast.walk(node):
        if isinstance(n, ast.Constant) and type(n.value) is int:
            a, b = ground.region(n)
            for number in (n.value + 1, n.value - 1):
                yield f"{text[: a - start]}{number}{text[b - start :]}"
