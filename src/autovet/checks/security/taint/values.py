"""What the interpreter knows about a value: where it comes from, what it holds, how it reads."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple, Optional

UNTRUSTED: Final = "\x01"
"""Stands in ``Value.text`` for a piece of untrusted text."""
UNKNOWN_TEXT: Final = "\x00"
"""Stands in ``Value.text`` for a piece of text that nothing is known about."""
ALL: Final = frozenset({"*"})
"""The sanitizer mark of a value that is safe everywhere."""
MAX_TAINTS: Final = 12
MAX_ITEMS: Final = 40
MAX_TEXT: Final = 2000


class Unknown:
    """The type of the constant that is not known."""


UNKNOWN: Final = Unknown()


class Origin(NamedTuple):
    """Where untrusted data enters.

    Attributes:
        kind: ``request``, ``cli``, ``environment`` or ``parameter``.
        what: the source as a reader would name it.
    """

    kind: str
    what: str
    line: int


class Step(NamedTuple):
    """One place that the data passed, linked to the one before."""

    node: ast.AST
    before: Optional["Step"]


class Taint(NamedTuple):
    """One untrusted influence on a value.

    Attributes:
        ident: the identity of the source: reading ``payload.url`` twice gives the same one.
        safe: the kinds of sink that it was made safe for.
        part: empty for the whole of the source; ``host`` for the host of a URL; ``other``.
    """

    ident: tuple[str, ...]
    origin: Origin
    safe: frozenset[str] = frozenset()
    part: str = ""
    step: Step | None = None


class Value(NamedTuple):
    """An abstract value.

    Attributes:
        const: the constant, where it is known.
        text: the text as far as it is known, with marks for the pieces that are not; None when
            the value is not known to be text.
        items: the members of a container (and attributes, as ``".name"``), where known.
        type: the dotted name of the class; of a class of the module just ``.Name``.
        record: a container of untrusted fields, each an identity of its own.
    """

    taints: tuple[Taint, ...] = ()
    const: object = UNKNOWN
    text: str | None = None
    items: Mapping[object, "Value"] | None = None
    type: str = ""
    record: bool = False


CLEAN: Final = Value()


def constant(value: object) -> Value:
    """The value of a literal."""
    return Value(const=value, text=value[:MAX_TEXT] if isinstance(value, str) else None)


def text_of(value: Value) -> str:
    """The text that a value contributes where it is formatted into a string."""
    if value.text is not None:
        return value.text
    if value.const is not UNKNOWN and isinstance(value.const, (int, float)):
        return str(value.const)[:100]
    return UNTRUSTED if all_taints(value) else UNKNOWN_TEXT


def all_taints(value: Value, depth: int = 4) -> tuple[Taint, ...]:
    """The taints of a value and of all that it holds."""
    if not value.items or not depth:
        return value.taints
    return merge_taints([value.taints, *(all_taints(v, depth - 1) for v in value.items.values())])


def merge_taints(groups: Iterable[tuple[Taint, ...]]) -> tuple[Taint, ...]:
    """Unite taints: the same source stays safe only for what every one of them is safe for."""
    parts = [group for group in groups if group]
    if not parts:
        return ()
    if len(parts) == 1:
        return parts[0]
    found: dict[tuple[tuple[str, ...], str], Taint] = {}
    for taint in (t for group in parts for t in group):
        key = (taint.ident, taint.part)
        known = found.get(key)
        if known is None:
            found[key] = taint
        elif known.safe - taint.safe:
            found[key] = taint._replace(safe=known.safe & taint.safe)
    return tuple(found.values())[:MAX_TAINTS]


def join(left: Value, right: Value) -> Value:
    """What is known when a value is one or the other."""
    if left is right:
        return left
    same = type(left.const) is type(right.const) and left.const == right.const
    items: Mapping[object, Value] | None = None
    if left.items is not None or right.items is not None:
        mine, theirs = left.items or {}, right.items or {}
        keys = [*mine, *(k for k in theirs if k not in mine)][:MAX_ITEMS]
        items = {k: join(mine.get(k, CLEAN), theirs.get(k, CLEAN)) for k in keys}
    return Value(
        merge_taints([left.taints, right.taints]),
        left.const if same else UNKNOWN,
        _either_text(left, right),
        items,
        left.type or right.type,
        left.record or right.record,
    )


def join_all(values: Iterable[Value]) -> Value:
    """What is known when a value is any of these."""
    result: Value | None = None
    for value in values:
        result = value if result is None else join(result, value)
    return result or CLEAN


def _either_text(left: Value, right: Value) -> str | None:
    texts = [t for t in (left.text, right.text) if t is not None]
    if not texts:
        return None
    return max(texts, key=lambda t: (UNTRUSTED in t, len(t)))


def with_safe(value: Value, kinds: frozenset[str]) -> Value:
    """The same value, made safe for further kinds of sink."""
    if not value.taints and not value.items:
        return value
    items = value.items and {k: with_safe(v, kinds) for k, v in value.items.items()}
    return value._replace(
        taints=tuple(t._replace(safe=t.safe | kinds) for t in value.taints), items=items
    )


def reduced(value: Value, part: str = "other") -> Value:
    """A piece of a value, or something computed from it: guards on it say nothing of the whole."""
    taints = tuple(t if t.part else t._replace(part=part) for t in all_taints(value))
    return Value(taints, text=UNTRUSTED if taints and value.text is not None else None)


def steps_of(taint: Taint) -> Iterator[ast.AST]:
    """The places that the data passed, first to last."""
    found = []
    step = taint.step
    while step is not None:
        found.append(step.node)
        step = step.before
    yield from reversed(found)


def is_safe(safe: frozenset[str], kind: str) -> bool:
    """Whether marks make a value safe for a kind of sink; halves of a guard count together."""
    if kind in safe or "*" in safe:
        return True
    return kind == "redirect" and {"redirect/slash", "redirect/one-slash"} <= safe


def extended_index(value: Value, position: int) -> Value:
    """The member of an untrusted sequence at a position: a source of its own."""
    taints = tuple(
        t._replace(ident=(*t.ident, f".{position}"), part="") if len(t.ident) < 6 else t
        for t in value.taints
    )
    return Value(taints, text=UNTRUSTED if taints else None, record=value.record)
