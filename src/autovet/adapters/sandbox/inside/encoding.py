"""Encodes a value by its exact type, so that no method of the code under test has a say.

An encoding is a list of a tag and its contents, made of JSON's types only:

==================================  ==============================================================
``["none"]``                        ``["bool", true]``
``["int", "12"]``, ``"0xff.."``     decimal up to 64 bits, hexadecimal beyond
``["float", "0x1.8p+0"]``           ``["complex", real, imaginary]``, as ``float.hex``
``["str", text]``                   ``["text", hex]``: UTF-8 with lone surrogates, in hexadecimal
``["bytes", hex]``                  ``["bytearray", hex]``
``["list", [..]]``                  likewise ``tuple``, ``set``, ``frozenset`` (these two sorted)
``["dict", [[key, value], ..]]``    in insertion order
``["dataclass", type, fields]``     fields that take part in comparison, as ``[name, value]``
``["namedtuple", type, fields]``    likewise
``["enum", type, name, v, mixed]``  ``mixed``: a member equals its plain value ``v``
``["decimal", text]``               likewise ``fraction`` (n/d), ``uuid``, and ``date``, ``time``,
                                    ``datetime`` in ISO format
``["timedelta", d, s, us]``         days, seconds, microseconds
``["path", flavour, text]``         ``posix`` or ``windows``
``["opaque", type]``                everything else; also what is cyclic, too deep or too big
==================================  ==============================================================
"""

import collections
import dataclasses
import datetime as dt
import decimal
import enum
import fractions
import json
import pathlib
import uuid
from collections.abc import Callable, Iterable
from typing import Any

_DEPTH = 40
_NODES = 20_000
_CHARACTERS = 200_000
_MAPPINGS = (dict, collections.defaultdict, collections.OrderedDict, collections.Counter)


class _TooBigError(Exception):
    """The value does not fit into an answer."""


def encode(value: object) -> "list[Any]":
    """The value's encoding; ``["opaque", type]`` for what has none. Never raises."""
    try:
        return _Encoder().encode(value)
    except BaseException:  # noqa: BLE001 (attributes of the value may be code under test)
        return ["opaque", _name(type(value))]


def _name(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"[:200]


def _integer(value: int) -> "list[Any]":
    return ["int", str(value) if -(2**63) <= value < 2**63 else hex(value)]


def _string(value: str) -> "list[Any]":
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return ["text", value.encode("utf-8", "surrogatepass").hex()]
    return ["str", value]


_LEAVES: "dict[type, Callable[[Any], list[Any]]]" = {
    type(None): lambda _: ["none"],
    bool: lambda v: ["bool", v],
    int: _integer,
    float: lambda v: ["float", v.hex()],
    complex: lambda v: ["complex", v.real.hex(), v.imag.hex()],
    str: _string,
    bytes: lambda v: ["bytes", v.hex()],
    bytearray: lambda v: ["bytearray", v.hex()],
    decimal.Decimal: lambda v: ["decimal", str(v)],
    fractions.Fraction: lambda v: ["fraction", f"{v.numerator:x}/{v.denominator:x}"],
    dt.datetime: lambda v: ["datetime", v.isoformat()],
    dt.date: lambda v: ["date", v.isoformat()],
    dt.time: lambda v: ["time", v.isoformat()],
    dt.timedelta: lambda v: ["timedelta", v.days, v.seconds, v.microseconds],
    uuid.UUID: lambda v: ["uuid", v.hex],
    pathlib.PurePosixPath: lambda v: ["path", "posix", str(v)],
    pathlib.PosixPath: lambda v: ["path", "posix", str(v)],
    pathlib.PureWindowsPath: lambda v: ["path", "windows", str(v)],
    pathlib.WindowsPath: lambda v: ["path", "windows", str(v)],
}
_SIZED = (str, bytes, bytearray)


class _Encoder:
    """Encodes one value, within bounds."""

    def __init__(self) -> None:
        self._nodes = 0
        self._characters = 0
        self._open: set[int] = set()

    def encode(self, value: Any) -> "list[Any]":
        kind = type(value)
        self._nodes += 1
        if kind in _SIZED:
            self._characters += len(value)
        elif kind is int:
            self._characters += int.bit_length(value) // 4
        if self._nodes > _NODES or self._characters > _CHARACTERS:
            raise _TooBigError
        leaf = _LEAVES.get(kind)
        if leaf is not None:
            return leaf(value)
        if id(value) in self._open or len(self._open) >= _DEPTH:
            return ["opaque", _name(kind)]
        self._open.add(id(value))
        try:
            return self._branch(value, kind)
        finally:
            self._open.discard(id(value))

    def _branch(self, value: Any, kind: type) -> "list[Any]":
        if kind in (list, tuple):
            return [kind.__name__, [self.encode(item) for item in value]]
        if kind in (set, frozenset):
            return [kind.__name__, sorted((self.encode(item) for item in value), key=json.dumps)]
        if kind in _MAPPINGS:
            items = dict.items(value)
            return ["dict", [[self.encode(k), self.encode(v)] for k, v in items]]
        if isinstance(kind, enum.EnumMeta):
            plain = value._value_
            mixed = isinstance(value, type(plain)) and type(plain) in _LEAVES
            name = value._name_ if isinstance(value._name_, str) else repr(plain)
            return ["enum", _name(kind), name, self.encode(plain), mixed]
        if dataclasses.is_dataclass(kind):
            names = [field.name for field in dataclasses.fields(kind) if field.compare]
            return ["dataclass", _name(kind), self._fields(value, names)]
        names_of_tuple = getattr(kind, "_fields", None)
        if issubclass(kind, tuple) and isinstance(names_of_tuple, tuple):
            return ["namedtuple", _name(kind), self._fields(value, names_of_tuple)]
        return ["opaque", _name(kind)]

    def _fields(self, value: object, names: Iterable[str]) -> "list[Any]":
        return [[str(name), self.encode(getattr(value, name))] for name in names]
