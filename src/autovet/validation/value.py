"""Compares values that came out of the sandbox, without running any code of theirs.

The encoding is the one that ``autovet.adapters.sandbox.inside.encoding`` describes.
"""

import datetime as dt
import decimal
import fractions
import math
import pathlib
import uuid
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

TOLERANCE = 1e-9
"""Floats that differ by no more than this, relative to the larger one, count as the same."""

_DEPTH = 200
_MALFORMED = (ValueError, TypeError, ArithmeticError, LookupError, RecursionError)

_SCALARS: Mapping[str, Callable[..., Any]] = {
    "none": lambda: None,
    "bool": lambda v: _exact(v, bool),
    "int": lambda text: int(text, 16 if "0x" in text else 10),
    "float": float.fromhex,
    "complex": lambda real, imaginary: complex(float.fromhex(real), float.fromhex(imaginary)),
    "str": lambda v: _exact(v, str),
    "text": lambda v: bytes.fromhex(v).decode("utf-8", "surrogatepass"),
    "bytes": bytes.fromhex,
    "bytearray": bytes.fromhex,
    "decimal": lambda text: _decimal(text),
    "fraction": lambda v: fractions.Fraction(*(int(part, 16) for part in v.split("/"))),
    "datetime": dt.datetime.fromisoformat,
    "date": dt.date.fromisoformat,
    "time": dt.time.fromisoformat,
    "timedelta": lambda *parts: dt.timedelta(*(_exact(part, int) for part in parts)),
    "uuid": uuid.UUID,
}
_RECORDS = ("dataclass", "namedtuple")


def same_value(a: Any, b: Any) -> bool | None:
    """Whether two encoded values are equal as Python's ``==`` would find them.

    Floats may differ by ``TOLERANCE``. None where it cannot be decided, because an opaque value
    would have to be compared.

    Raises:
        ValueError: one of them is no encoded value.
    """
    if not is_encoded(a) or not is_encoded(b):
        raise ValueError("not an encoded value")
    return _same(a, b)


def is_encoded(value: Any) -> bool:
    """Whether this is a well-formed encoding."""
    try:
        _check(value, 0)
    except _MALFORMED:
        return False
    return True


def _exact(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise TypeError(f"{value!r} is no {kind.__name__}")
    return value


def _decimal(text: str) -> decimal.Decimal:
    number = decimal.Decimal(_exact(text, str))
    return decimal.Decimal("nan") if number.is_snan() else number  # a signalling one would raise


def _check(value: Any, depth: int) -> None:
    """Raise one of ``_MALFORMED`` unless the value is an encoding."""
    if depth > _DEPTH:
        raise ValueError("too deep")
    tag, *parts = _exact(value, list)
    if _exact(tag, str) in _SCALARS:
        _scalar(value)
        return
    for item in _nested(tag, parts):
        _check(item, depth + 1)


def _nested(tag: str, parts: list[Any]) -> list[Any]:
    """The encodings inside of one that is no scalar."""
    match (tag, *parts):
        case ("list" | "tuple" | "set" | "frozenset", list(items)):
            return items
        case ("dict", list(pairs)):
            return [item for key, value in pairs for item in (key, value)]
        case ("dataclass" | "namedtuple", str(), list(fields)):
            return [item for name, item in fields if isinstance(_exact(name, str), str)]
        case ("enum", str(), str(), plain, bool()):
            return [plain]
        case ("path", "posix" | "windows", str()) | ("opaque", str()):
            return []
    raise ValueError("an unknown tag, or contents that do not go with it")


def _scalar(value: Sequence[Any]) -> Any:
    return _SCALARS[value[0]](*value[1:])


def _plain(value: Any) -> Any:
    """The value itself, or what an enumeration's member equals."""
    while value[0] == "enum" and value[4]:
        value = value[3]
    return value


def _same(a: Any, b: Any) -> bool | None:
    if a[0] == b[0] == "enum" and a[1] == b[1] and a[2] == b[2]:
        return True
    a, b = _plain(a), _plain(b)
    if "opaque" in (a[0], b[0]):
        return None
    if a[0] in _SCALARS and b[0] in _SCALARS:
        return _same_scalar(_scalar(a), _scalar(b))
    if _shape(a[0]) != _shape(b[0]):
        return False
    match a[0]:
        case "list" | "tuple" | "namedtuple":
            return _all_same(_items(a), _items(b))
        case "dataclass":
            named = [f[0] for f in a[2]] == [f[0] for f in b[2]]
            return a[1] == b[1] and named and _all_same(_items(a), _items(b))
        case "set" | "frozenset":
            return _same_set(a[1], b[1])
        case "dict":
            return _same_dict(a[1], b[1])
        case "path":
            return _path(a) == _path(b)
    return False  # two members of an enumeration that are not the same one


def _shape(tag: str) -> str:
    """Values of different shapes are never equal."""
    return {"namedtuple": "tuple", "frozenset": "set"}.get(tag, tag)


def _items(value: Any) -> list[Any]:
    return [item for _, item in value[2]] if value[0] in _RECORDS else value[1]


def _path(value: Any) -> pathlib.PurePath:
    kind = pathlib.PurePosixPath if value[1] == "posix" else pathlib.PureWindowsPath
    return kind(value[2])


def _same_scalar(a: Any, b: Any) -> bool:
    if bool(a == b):
        return True
    numbers = isinstance(a, int | float) and isinstance(b, int | float)
    if not numbers or not (isinstance(a, float) or isinstance(b, float)):
        return False
    try:
        return math.isclose(a, b, rel_tol=TOLERANCE)
    except OverflowError:  # an int beyond all floats
        return False


def _all_same(left: Sequence[Any], right: Sequence[Any]) -> bool | None:
    if len(left) != len(right):
        return False
    undecided = False
    for a, b in zip(left, right, strict=True):
        same = _same(a, b)
        if same is False:
            return False
        undecided = undecided or same is None
    return None if undecided else True


def _same_set(left: Sequence[Any], right: Sequence[Any]) -> bool | None:
    if len(left) != len(right):
        return False
    keys = {_key(item) for item in left}, {_key(item) for item in right}
    if keys[0] == keys[1] and None not in keys[0]:
        return True
    return None if None in keys[0] or None in keys[1] else False


def _same_dict(left: Sequence[Any], right: Sequence[Any]) -> bool | None:
    if len(left) != len(right):
        return False
    keys = [_key(key) for key, _ in left], [_key(key) for key, _ in right]
    if None in keys[0] or None in keys[1]:
        return None
    others = dict(zip(keys[1], (item for _, item in right), strict=True))
    if set(keys[0]) != set(others):
        return False
    return _all_same([item for _, item in left], [others[key] for key in keys[0]])


def _key(value: Any) -> Hashable:
    """Equal for equal values, and hashable like them; None where something is opaque."""
    value = _plain(value)
    match value[0]:
        case "opaque":
            return None
        case "path":
            return _path(value)
        case "enum":
            return ("enum", value[1], value[2])
        case "dict" | "set" | "list":  # no key of a dictionary, but part of an odd one's
            return None
        case "tuple" | "namedtuple" | "dataclass" | "frozenset":
            parts = [_key(item) for item in _items(value)]
            if None in parts:
                return None
            whole = frozenset(parts) if value[0] == "frozenset" else tuple(parts)
            return ("dataclass", value[1], whole) if value[0] == "dataclass" else (whole,)
    return ("scalar", _scalar(value))
