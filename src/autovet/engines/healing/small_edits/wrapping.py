"""Calls, indices and slices put around an expression."""

import ast
from collections.abc import Iterator

from autovet.engines.healing.small_edits.change import Change
from autovet.engines.healing.small_edits.ground import Ground

_OF_KIND = {
    "number": ("abs({})", "int({})", "round({})", "str({})"),
    "str": (
        "{}.lower()", "{}.upper()", "{}.strip()", "{}.swapcase()", "{}[::-1]", "{}[1:]", "{}[:-1]",
        "int({})", "len({})", "{}.split()", "list({})", "set({})", "{}[0]", "{}[-1]", "sorted({})",
    ),
    "list": (
        "sorted({})", "{}[::-1]", "{}[1:]", "{}[:-1]", "set({})", "list(set({}))", "len({})",
        "sorted({}, reverse=True)", "sorted({}, key=len)", "{}[0]", "{}[-1]", "tuple({})", "{}[:]",
        "[{}]", "sum({})", "max({})", "min({})", "sorted(set({}))", "{}[::2]", "{}[1::2]",
    ),
    "tuple": ("sorted({})", "{}[::-1]", "{}[1:]", "{}[0]", "{}[-1]", "list({})", "set({})"),
    "set": ("sorted({})", "list({})", "len({})"),
    "dict": ("len({})", "sorted({})", "{}.keys()", "{}.values()", "{}.items()"),
    "bool": ("not {}",),
    "range": ("reversed({})", "list({})"),
}  # fmt: skip
_CHEAP = {
    "abs({})": 1.3, "sorted({})": 1.3, "{}.lower()": 1.3, "not {}": 1.3, "set({})": 1.4,
    "{}[1:]": 1.5, "{}[:-1]": 1.5,
}  # fmt: skip


def wrapping_changes(ground: Ground) -> Iterator[Change]:
    """Yield what the usual functions, methods, indices and limits make of an expression."""
    for node in ground.expressions:
        if isinstance(node, (ast.Constant, ast.GeneratorExp, ast.Lambda)):
            continue
        if ground.is_callee(node) or isinstance(ground.module.parent(node), ast.Expr):
            continue
        yield from _called(ground, node)
        yield from _limited(ground, node)
        yield from _looked_up(ground, node)


def _called(ground: Ground, node: ast.expr) -> Iterator[Change]:
    kinds, text = ground.kinds(node), ground.segment(node)
    for kind in sorted(kinds):
        for pattern in _OF_KIND.get(kind, ()):
            cost = _CHEAP.get(pattern, 1.7)
            inner = text if pattern.endswith("({})") else ground.operand(node)
            new = pattern.format(inner)
            yield ground.put(node, new, cost, f"{new} instead of {text}")
    for name, count in ground.functions.items():
        if count == 1 and kinds:
            yield ground.put(node, f"{name}({text})", 1.6, f"{name}({text}) instead of {text}")


def _limited(ground: Ground, node: ast.expr) -> Iterator[Change]:
    """A number with another value as its upper or lower limit."""
    if "number" not in ground.kinds(node):
        return
    text = ground.segment(node)
    limits = ["0"]
    for name, types in ground.variables.items():
        if types & {"int", "float"} and name != text and ground.in_scope(name, node):
            limits.append(name)
    for limit in limits:
        for function in ("max", "min"):
            new = f"{function}({limit}, {text})"
            yield ground.put(node, new, 1.8, f"{new} instead of {text}")


def _looked_up(ground: Ground, node: ast.expr) -> Iterator[Change]:
    """An expression as the index of a variable, or a variable as its index."""
    kinds, text = ground.kinds(node), ground.segment(node)
    for name, types in ground.variables.items():
        if not types or ground.alike(node, types) or not ground.in_scope(name, node):
            continue
        found = []
        if "number" in kinds and any(t.startswith(("list[", "dict[")) for t in types):
            found.append(f"{name}[{text}]")
        if "int" in types and kinds & {"list", "str", "tuple"}:
            me = ground.operand(node)
            found += [f"{me}[{name}]", f"{me}[{name}:]", f"{me}[:{name}]"]
        for new in found:
            yield ground.put(node, new, 1.7, f"{new} instead of {text}")
