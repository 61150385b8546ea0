"""What a condition says about the variables in it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from autovet.checks.code_quality._region import ALL, FALSY, NOTHING, Region, above, below, exactly
from autovet.checks.syntax.reference import reference

_MIRRORED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE, ast.Eq: ast.Eq, ast.NotEq: ast.NotEq,
}  # fmt: skip
_LARGEST = 2**53  # beyond it, floats no longer tell neighbouring integers apart
_DEEPEST = 40
_MOST_PARTS = 60


@dataclass(frozen=True, slots=True)
class Reach:
    """For which values of one variable a condition holds.

    Attributes:
        at_most: outside of it the condition is certainly false.
        at_least: inside of it the condition is certainly true.
    """

    at_most: Region
    at_least: Region


_UNKNOWN = Reach(ALL, NOTHING)


def subject_of(node: ast.expr) -> str | None:
    """The variable that a comparison is about: a name, an attribute chain, or the length of one."""
    if isinstance(node, ast.Call) and reference(node.func) == "len" and len(node.args) == 1:
        inner = reference(node.args[0])
        return f"len({inner})" if inner else None
    return reference(node)


def subjects(test: ast.expr) -> Iterator[str]:
    """The variables that ``test`` compares, each once."""
    seen: set[str] = set()
    for node in ast.walk(test):
        candidates: list[ast.expr] = []
        if isinstance(node, ast.Compare):
            candidates = [node.left, *node.comparators]
        elif isinstance(node, (ast.Name, ast.Attribute)):
            candidates = [node]
        for candidate in candidates:
            name = subject_of(candidate)
            if name and name not in seen:
                seen.add(name)
                yield name


def reach(test: ast.expr, subject: str, depth: int = 0) -> Reach:
    """For which values of ``subject`` the condition ``test`` holds."""
    if depth > _DEEPEST:
        return _UNKNOWN
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            inner = reach(operand, subject, depth + 1)
            return Reach(inner.at_least.complement(), inner.at_most.complement())
        case ast.BoolOp(op=op, values=values) if len(values) <= _MOST_PARTS:
            parts = [reach(value, subject, depth + 1) for value in values]
            result = parts[0]
            for part in parts[1:]:
                if isinstance(op, ast.And):
                    result = Reach(result.at_most & part.at_most, result.at_least & part.at_least)
                else:
                    result = Reach(result.at_most | part.at_most, result.at_least | part.at_least)
            return result
        case ast.Compare(left=left, ops=ops, comparators=comparators):
            result = Reach(ALL, ALL)
            for a, operator, b in zip([left, *comparators], ops, comparators, strict=False):
                part = _comparison(a, operator, b, subject)
                result = Reach(result.at_most & part.at_most, result.at_least & part.at_least)
            return result
        case ast.Name() | ast.Attribute():
            if reference(test) == subject:
                return Reach(FALSY.complement(), NOTHING)
    return _UNKNOWN


def _comparison(left: ast.expr, op: ast.cmpop, right: ast.expr, subject: str) -> Reach:
    kind = type(op)
    if subject_of(right) == subject and kind in _MIRRORED:
        left, right, kind = right, left, _MIRRORED[kind]
    if subject_of(left) != subject:
        return _UNKNOWN
    region = _membership(right) if kind in (ast.In, ast.NotIn) else _constant(right)
    if region is None:
        return _UNKNOWN
    if kind in (ast.NotEq, ast.NotIn):
        region = region.complement()
    elif kind in (ast.Is, ast.IsNot):
        if region != exactly("None"):
            return _UNKNOWN
        region = region.complement() if kind is ast.IsNot else region
    elif kind in (ast.Lt, ast.LtE, ast.Gt, ast.GtE):
        if not region.numbers:
            return _UNKNOWN
        number = region.numbers[0][0][0]
        inclusive = kind in (ast.LtE, ast.GtE)
        side = below if kind in (ast.Lt, ast.LtE) else above
        region = side(number, inclusive=inclusive)
    return Reach(region, region)


def _membership(node: ast.expr) -> Region | None:
    if not isinstance(node, (ast.Tuple, ast.List, ast.Set)) or len(node.elts) > _MOST_PARTS:
        return None
    result = NOTHING
    for item in node.elts:
        region = _constant(item)
        if region is None:
            return None
        result |= region
    return result


def _constant(node: ast.expr) -> Region | None:
    sign = 1
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        node, sign = node.operand, -1
    if not isinstance(node, ast.Constant) or isinstance(node.value, bool):
        return None
    if isinstance(node.value, (int, float)) and abs(node.value) < _LARGEST:
        return exactly(float(sign * node.value))
    if node.value is None or isinstance(node.value, (str, bytes)):
        return exactly(repr(node.value))
    return None
