"""What the interpreter knows about a value: where it comes from, what it holds, how it reads."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple, Optional

UNTRUSTED: Final = "\x01"
"""Stands in ``Value.text`` for a piece of untrusted text."""
UNKNOWN_TEXT: Final = "\x00"
"""Stands in ``Value.text`` for a piece of text that nothing is known about."""
ALL: Final = frozenset({"*"})
"""The sanitizer mark of a value that is safe everywhere."""
ANY: Final = Ellipsis
"""The key of the members of a container whose place is not known."""
MAX_TAINTS: Final = 12
MAX_CALLEES: Final = 4
MAX_STEPS: Final = 60
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
        assumed: nothing imports the name; that it is what it usually is, is assumed.
        home: the file that the line is in.
    """

    kind: str
    what: str
    line: int
    assumed: bool = False
    home: str = ""


class Step(NamedTuple):
    """One place that the data passed.

    Attributes:
        before: the place before.
        home: the file.
        inside: for a call, the way through what it calls.
    """

    node: ast.AST
    before: Optional["Step"]
    home: str = ""
    inside: Optional["Step"] = None


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


class Callee(NamedTuple):
    """What a call of a value runs.

    Attributes:
        node: a function, a lambda or a class of the project; None for what a library provides.
        home: the analysis of the module that it stands in.
        closure: the environment around it, for functions defined in functions.
        name: the dotted name of what a library provides.
        bound: the instance that it was looked up on.
        given: positional arguments given beforehand.
        named: keyword arguments given beforehand.
    """

    node: ast.AST | None = None
    home: Any = None
    closure: Any = None
    name: str = ""
    bound: Optional["Value"] = None
    given: tuple["Value", ...] = ()
    named: tuple[tuple[str, "Value"], ...] = ()


class Value(NamedTuple):
    """An abstract value.

    Attributes:
        const: the constant, where it is known.
        text: the text as far as it is known, with marks for the pieces that are not; None when
            the value is not known to be text.
        items: the members of a container (and attributes, as ``".name"``), where known.
        type: the dotted name of the class; a dot stands before a class of the project.
        record: a container of untrusted fields, each an identity of its own.
        callees: what a call of it runs.
        ref: the object, where it can be changed in place; 0 when that is not followed.
    """

    taints: tuple[Taint, ...] = ()
    const: object = UNKNOWN
    text: str | None = None
    items: Mapping[object, "Value"] | None = None
    type: str = ""
    record: bool = False
    callees: tuple[Callee, ...] = ()
    ref: int = 0


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
        mine, theirs = _members(left), _members(right)
        keys = [*mine, *(k for k in theirs if k not in mine)][:MAX_ITEMS]
        items = {k: join(mine.get(k, CLEAN), theirs.get(k, CLEAN)) for k in keys}
    return Value(
        merge_taints([left.taints, right.taints]),
        left.const if same else UNKNOWN,
        _either_text(left, right),
        items,
        left.type or right.type,
        left.record or right.record,
        _united(left.callees, right.callees),
        left.ref if left.ref == right.ref else 0,
    )


def _members(value: Value) -> Mapping[object, Value]:
    """The members of a value; whatever is in an untrusted one is untrusted."""
    if value.items is not None or not value.taints:
        return value.items or {}
    return {ANY: Value(value.taints, text=UNTRUSTED, record=value.record)}


def _united(left: tuple[Callee, ...], right: tuple[Callee, ...]) -> tuple[Callee, ...]:
    if not left or not right or left is right:
        return left or right
    known = {(c.node, c.name) for c in left}
    return (*left, *(c for c in right if (c.node, c.name) not in known))[:MAX_CALLEES]


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


def steps_of(taint: Taint) -> Iterator[Step]:
    """The places that the data passed, first to last; from a very long way the last ones."""
    found: list[Step] = []
    waiting = [taint.step]
    while waiting and len(found) < MAX_STEPS:
        step = waiting.pop()
        if step is None:
            continue
        if step.inside is not None:
            waiting += [step._replace(inside=None), step.inside]
        else:
            found.append(step)
            waiting.append(step.before)
    yield from reversed(found)


_TOGETHER: Final = {
    "redirect": frozenset({"redirect/slash", "redirect/one-slash"}),
    "code": frozenset({"code/opening-quote", "code/closing-quote", "code/no-quote-inside"}),
}
"""Marks that make a value safe for a kind of sink when it has all of them."""


def is_safe(safe: frozenset[str], kind: str) -> bool:
    """Whether marks make a value safe for a kind of sink; halves of a guard count together."""
    kind = kind.partition("/")[0]
    if kind in safe or "*" in safe:
        return True
    if kind == "path" and "path/no-dots" in safe:
        # an absolute path takes the place of what it is joined to
        return "path/joined" not in safe or "path/no-root" in safe
    return kind in _TOGETHER and _TOGETHER[kind] <= safe


def is_soft(safe: frozenset[str], kind: str) -> bool:
    """Whether something with a trustworthy name looked at the data, for this kind of sink."""
    return "soft" in safe or f"soft/{kind.partition('/')[0]}" in safe


def extended_index(value: Value, position: int) -> Value:
    """The member of an untrusted sequence at a position: a source of its own."""
    taints = tuple(
        t._replace(ident=(*t.ident, f".{position}"), part="") if len(t.ident) < 6 else t
        for t in value.taints
    )
    return Value(taints, text=UNTRUSTED if taints else None, record=value.record)


def shape_of(value: Value, depth: int = 3) -> object:
    """What tells values apart for a callee: equal shapes have equal effects."""
    const = value.const
    plain = const if isinstance(const, (str, int, float, bytes, bool, type(None))) else UNKNOWN
    inside: object = None
    if value.items is not None and depth:
        inside = tuple((k, shape_of(v, depth - 1)) for k, v in value.items.items())
    taints = tuple((t.ident, t.safe, t.part) for t in value.taints)
    callees = tuple((c.node, c.name, id(c.closure) if c.closure else 0) for c in value.callees)
    return (type(plain), plain, value.text, taints, inside, value.type, callees, value.record)
