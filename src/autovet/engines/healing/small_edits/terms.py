"""Other variables, and terms made of what is in scope."""

import ast
from collections.abc import Iterator

from autovet.engines.healing.small_edits.change import Change
from autovet.engines.healing.small_edits.ground import Ground

_LONGEST_COPY = 40
_MOST_COPIES = 12
_MOST_NUMBERS = 5


def term_changes(ground: Ground) -> Iterator[Change]:
    """Yield changes that put another value in the place of an expression."""
    for node in ground.expressions:
        if isinstance(node, (ast.Constant, ast.GeneratorExp, ast.Lambda, ast.JoinedStr)):
            continue
        if ground.is_callee(node):
            continue
        yield from _variables(ground, node)
        yield from _neighbours(ground, node)
        yield from _copies(ground, node)
        yield from _parts(ground, node)
        yield from _extremes(ground, node)
    yield from _targets(ground)


def _parts(ground: Ground, node: ast.expr) -> Iterator[Change]:
    """A part of the expression instead of the whole."""
    own = ground.segment(node)
    if not isinstance(node, (ast.BinOp, ast.Call, ast.BoolOp, ast.IfExp)) or len(own) > 200:
        return
    seen = {own}
    for part in ast.walk(node):
        if isinstance(part, (ast.BinOp, ast.Call, ast.Subscript, ast.Compare, ast.ListComp)):
            text = ground.segment(part)
            if text not in seen and ground.alike(node, ground.types(part)):
                seen.add(text)
                if _readable(ground, part, node):
                    yield ground.put(node, text, 1.4, f"{text} instead of {own}")


def _extremes(ground: Ground, node: ast.expr) -> Iterator[Change]:
    """The larger or smaller of two variables."""
    if not isinstance(node, ast.Call) or "number" not in ground.kinds(node):
        return
    numbers = [
        n
        for n, types in ground.variables.items()
        if types & {"int", "float"} and ground.in_scope(n, node)
    ]
    for first in numbers:
        for second in numbers:
            for limit in ("max", "min") if first < second else ():
                text = f"{limit}({first}, {second})"
                yield ground.put(node, text, 1.9, f"{text} instead of {ground.segment(node)}")


def _variables(ground: Ground, node: ast.expr) -> Iterator[Change]:
    own = ground.segment(node)
    cost = 1.0 if isinstance(node, ast.Name) else 1.5 + 0.01 * min(len(own), 40)
    for name, types in ground.variables.items():
        if name == own or not ground.alike(node, types) or not ground.in_scope(name, node):
            continue
        exact = bool(types & ground.types(node)) or not types
        yield ground.put(node, name, cost + 0.4 * (not exact), f"{name} instead of {own}")
    if isinstance(node, ast.Name) and _takes_anything(ground, node):
        for name, types in ground.variables.items():
            if name != own and not ground.alike(node, types) and ground.in_scope(name, node):
                yield ground.put(node, name, 1.5, f"{name} instead of {own}")


def _takes_anything(ground: Ground, node: ast.expr) -> bool:
    """Whether a value of another type would be as welcome at this place."""
    match ground.module.parent(node):
        case ast.Call(func=ast.Attribute(attr="append" | "add" | "appendleft" | "insert")):
            return True
        case ast.Return() | ast.List() | ast.Tuple() | ast.Dict():
            return True
        case ast.Assign(targets=[ast.Subscript()]):
            return True
    return False


def _neighbours(ground: Ground, node: ast.expr) -> Iterator[Change]:
    """A term of an expression and one more value."""
    if isinstance(ground.module.parent(node), (ast.Expr, ast.Attribute)):
        return
    kinds, own = ground.kinds(node), ground.segment(node)
    terms: list[tuple[str, float]] = []
    if "number" in kinds:
        terms += _sums(ground, node)
    if "str" in kinds:
        terms += _texts(ground, node)
    if kinds & {"list", "tuple"}:
        terms += _lists(ground, node)
    for text, cost in terms:
        yield ground.put(node, text, cost, f"{text} instead of {own}")


def _sums(ground: Ground, node: ast.expr) -> Iterator[tuple[str, float]]:
    me = ground.operand(node)
    is_sum = isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub))
    plain = ground.segment(node) if is_sum else me
    yield from ((f"{plain} + 1", 1.2), (f"{plain} - 1", 1.2), (f"-{me}", 1.9))
    for operation in ("* 2", "/ 2", "// 2", "** 2", "** 3", "% 2"):
        yield f"{me} {operation}", 1.7
    for name, types in ground.variables.items():
        if types & {"int", "float"} and ground.in_scope(name, node):
            for op in ("+", "-", "*", "//", "%"):
                yield f"{plain if op in '+-' else me} {op} {name}", 1.8
            if name != ground.segment(node):
                yield f"{name} - {me}", 1.9


def _texts(ground: Ground, node: ast.expr) -> Iterator[tuple[str, float]]:
    me = ground.operand(node)
    texts = [repr(c.value) for c in ground.constants if isinstance(c.value, str)]
    texts += ["' '", "','", "'.'", "'-'"]
    texts += [n for n, t in ground.variables.items() if "str" in t and ground.in_scope(n, node)]
    for text in list(dict.fromkeys(texts))[:_MOST_COPIES]:
        if len(text) < _LONGEST_COPY:
            yield f"{me} + {text}", 1.8
            yield f"{text} + {me}", 1.9


def _lists(ground: Ground, node: ast.expr) -> Iterator[tuple[str, float]]:
    me = ground.operand(node)
    if isinstance(node, ast.Name):
        yield from _pairs(ground, node)
    for name, types in ground.variables.items():
        if not ground.in_scope(name, node):
            continue
        if ground.alike(node, types):
            yield f"{me} + {name}", 1.8
            yield f"{name} + {me}", 1.8
        elif "list" in ground.kinds(node) and types:
            yield f"{me} + [{name}]", 1.8
            yield f"[{name}] + {me}", 1.9


def _pairs(ground: Ground, node: ast.expr) -> Iterator[tuple[str, float]]:
    """Two numbers of the function's own, where a list or tuple of numbers stands."""
    types = ground.types(node)
    opening, closing = ("[", "]") if any(t.startswith("list[") for t in types) else ("(", ")")
    if not any(t.endswith(("[int]", "[float]")) for t in types):
        return
    numbers = [
        name
        for name, known in ground.variables.items()
        if known & {"int", "float"} and name in ground.own_variables
    ]
    for first in numbers[:_MOST_NUMBERS]:
        for second in numbers[:_MOST_NUMBERS]:
            if first != second and ground.in_scope(first, node) and ground.in_scope(second, node):
                yield f"{opening}{first}, {second}{closing}", 1.8


def _copies(ground: Ground, node: ast.expr) -> Iterator[Change]:
    """Another expression of the same function."""
    own, kinds = ground.segment(node), ground.kinds(node)
    if not kinds or isinstance(ground.module.parent(node), ast.Expr):
        return
    seen = {own}
    for other in ground.expressions:
        if (
            isinstance(other, (ast.Name, ast.Constant, ast.GeneratorExp))
            or len(seen) > _MOST_COPIES
        ):
            continue
        text = ground.segment(other)
        if text in seen or len(text) > _LONGEST_COPY or "\n" in text:
            continue
        if not ground.alike(node, ground.types(other)) or not _readable(ground, other, node):
            continue
        seen.add(text)
        yield ground.put(node, text, 1.7, f"{text} instead of {own}")


def _readable(ground: Ground, other: ast.expr, node: ast.expr) -> bool:
    return all(
        not isinstance(n, ast.Name) or n.id not in ground.variables or ground.in_scope(n.id, node)
        for n in ast.walk(other)
    )


def _targets(ground: Ground) -> Iterator[Change]:
    """Another variable to assign to; two variables exchanged where they are assigned."""
    places: dict[str, list[ast.Name]] = {}
    for statement in ground.statements:
        for node in ast.walk(statement) if not hasattr(statement, "body") else ():
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                places.setdefault(node.id, []).append(node)
    for name, nodes in places.items():
        for node in nodes:
            for other in ground.variables:
                if other != name:
                    yield ground.put(node, other, 1.3, f"assign {other} instead of {name}")
        for other, others in places.items():
            if name < other:
                swap = [(*ground.region(n), other) for n in nodes]
                swap += [(*ground.region(n), name) for n in others]
                yield Change(tuple(swap), 1.7, f"exchange {name} and {other} where assigned")
