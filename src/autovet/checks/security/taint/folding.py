"""Constants that the code computes, so that branches never taken are left out."""

import ast
import operator
from collections.abc import Callable
from typing import Any

from autovet.checks.security.taint.values import UNKNOWN, Value

_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.In: lambda a, b: a in b,
    ast.NotIn: lambda a, b: a not in b,
}
_MAX_NUMBER = 10**12
_MAX_TEXT = 2000
_PLAIN = (int, float, str, bytes, bool, type(None))


def fold_binary(op: ast.operator, left: Value, right: Value) -> object:
    """The constant that an operation on two constants gives, or ``UNKNOWN``."""
    a, b = left.const, right.const
    if a is UNKNOWN or b is UNKNOWN or type(op) not in _BINARY:
        return UNKNOWN
    if not (_small(a) and _small(b)) or (isinstance(op, ast.Mult) and not _numbers(a, b)):
        return UNKNOWN
    if isinstance(op, ast.Mod) and not _numbers(a, b):
        return UNKNOWN
    try:
        result = _BINARY[type(op)](a, b)
    except (TypeError, ValueError, ArithmeticError):
        return UNKNOWN
    return result if _small(result) else UNKNOWN


def fold_compare(op: ast.cmpop, left: Value, right: Value) -> object:
    """The truth of a comparison of two constants, or ``UNKNOWN``."""
    a, b = left.const, right.const
    if a is UNKNOWN or b is UNKNOWN or not isinstance(a, _PLAIN) or not isinstance(b, _PLAIN):
        return UNKNOWN
    try:
        return bool(_COMPARE[type(op)](a, b))
    except (TypeError, KeyError):
        return UNKNOWN


def fold_subscript(container: Value, index: Value) -> object:
    """The member of a constant string at a constant index, or ``UNKNOWN``."""
    if isinstance(container.const, str) and isinstance(index.const, int):
        try:
            return container.const[index.const]
        except IndexError:
            return UNKNOWN
    return UNKNOWN


def truth(value: Value) -> bool | None:
    """Whether a value counts as true, where that is known."""
    if value.const is not UNKNOWN and isinstance(value.const, _PLAIN):
        return bool(value.const)
    return None


def _small(value: object) -> bool:
    if isinstance(value, (str, bytes)):
        return len(value) <= _MAX_TEXT
    return isinstance(value, (int, float)) and abs(value) < _MAX_NUMBER


def _numbers(*values: object) -> bool:
    return all(isinstance(v, (int, float)) for v in values)
