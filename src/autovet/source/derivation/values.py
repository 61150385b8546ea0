"""Values of a kind: usual ones first, then those at the edges; the same ones every time."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from autovet.domain.probe import Tag
from autovet.source.derivation.kinds import Kind

_INTS = (3, 5, 2, 7, 10, 4, 1, 12)
_FLOATS = (2.5, 4.0, 1.0, 0.5, 10.0, 3.25)
_STRS = ("abc", "hello", "level", "banana", "ab ba", "xyz")
_BYTES = (b"abc", b"hello", b"\x00\xff")
_KEYS = ("a", "b", "c")
_SHAPES = ((0, 1, 2), (3, 0, 2, 1), (1, 4), (2, 0, 4, 1, 3))
_MORE = 4


@dataclass(frozen=True, slots=True)
class Value:
    """One value, as Python text."""

    text: str
    tag: Tag = "ordinary"


@dataclass(frozen=True, slots=True)
class _Raw:
    """A value that only the module can name."""

    text: str

    def __repr__(self) -> str:
        return self.text


def values_of(kind: Kind, seed: str = "") -> list[Value]:
    """The usual values in a fixed order, and then the edges."""
    found: dict[str, Value] = {}
    for value in _usual(kind):
        found.setdefault(_text(value), Value(_text(value)))
    for value in _drawn(kind, random.Random(seed)):  # noqa: S311 (repeatable, no secret)
        found.setdefault(_text(value), Value(_text(value)))
    for value, tag in _edges(kind):
        found.setdefault(_text(value), Value(_text(value), tag))
    return list(found.values())


def _text(value: object) -> str:
    """``repr``, but a set in a fixed order."""
    match value:
        case set() if value:
            return "{" + ", ".join(sorted(map(_text, value))) + "}"
        case list():
            return "[" + ", ".join(map(_text, value)) + "]"
        case tuple():
            return "(" + ", ".join(map(_text, value)) + ("," if len(value) == 1 else "") + ")"
        case dict():
            return "{" + ", ".join(f"{_text(k)}: {_text(v)}" for k, v in value.items()) + "}"
    return repr(value)


def _allowed(kind: Kind, values: Iterable[float]) -> list[float]:
    return [
        value
        for value in values
        if (kind.low is None or value >= kind.low) and (kind.high is None or value <= kind.high)
    ]


def _fits(kind: Kind, size: int) -> bool:
    return kind.min_size <= size and (kind.max_size is None or size <= kind.max_size)


def _usual(kind: Kind) -> Sequence[object]:
    match kind.name:
        case "int":
            low = int(kind.low) if kind.low is not None else 0
            shifted = _INTS if low <= 1 else [low + n for n in _INTS]
            allowed = _allowed(kind, shifted)
            return allowed or _allowed(kind, [n for n in (low, kind.high, -3, -1) if n is not None])
        case "float":
            low_f = kind.low or 0.0
            allowed = _allowed(kind, _FLOATS)
            return allowed or _allowed(kind, [low_f, low_f + 0.25, kind.high or 0.5, -1.5])
        case "bool":
            return (True, False)
        case "str":
            return [text for text in _STRS if _fits(kind, len(text))]
        case "bytes":
            return [text for text in _BYTES if _fits(kind, len(text))]
        case "none":
            return (None,)
        case "choice":
            return [_Raw(text) for text in kind.choices]
        case "union":
            return [value for part in kind.parts if part.name != "none" for value in _usual(part)]
    return _usual_containers(kind)


def _usual_containers(kind: Kind) -> list[object]:
    pools = [list(_usual(part)) for part in kind.parts]
    if not all(pools):
        return []
    if kind.fixed:
        longest = max(len(pool) for pool in pools)
        return [tuple(pool[n % len(pool)] for pool in pools) for n in range(longest)]
    if kind.name == "dict":
        keys, values = pools
        return [
            {keys[i]: values[i % len(values)] for i in shape if i < len(keys)} for shape in _SHAPES
        ]
    if kind.parts[0].name in {"list", "tuple"} and kind.parts[0].parts:
        return _rows(kind)
    pool = pools[0]
    shaped = [[pool[i % len(pool)] for i in shape] for shape in _SHAPES]
    return [_made(kind, items) for items in shaped if _fits(kind, len(items))]


def _rows(kind: Kind) -> list[object]:
    """Rows of one length, as in a matrix: square ones first."""
    row = kind.parts[0]
    width_only = row.fixed
    cells = list(_usual(row.parts[0]))
    if width_only:
        rows = list(_usual(row))
        return [_made(kind, [rows[n % len(rows)] for n in shape]) for shape in _SHAPES]
    grids = []
    for height, width in ((2, 2), (3, 3), (1, 1)):
        numbers = [cells[n % len(cells)] for n in range(height * width)]
        grid = [_made(row, numbers[n * width : (n + 1) * width]) for n in range(height)]
        if _fits(kind, height):
            grids.append(_made(kind, grid))
    return grids


def _in_order(item: object) -> tuple[float, str]:
    return (item, "") if isinstance(item, (int, float)) else (0.0, str(item))


def _made(kind: Kind, items: Sequence[object]) -> object:
    if kind.order == "sorted":
        items = sorted(items, key=_in_order)
    if kind.order == "distinct":
        items = [item for n, item in enumerate(items) if item not in items[:n]]
    if kind.name == "set":
        return set(items)
    return tuple(items) if kind.name == "tuple" else list(items)


def _drawn(kind: Kind, source: random.Random) -> list[object]:
    """Some longer lists and larger numbers, drawn with a fixed seed."""
    if kind.name == "int":
        return list(_allowed(kind, [source.randint(8, 40) for _ in range(_MORE)]))
    if kind.name in {"list", "tuple"} and kind.parts and not kind.fixed:
        element = kind.parts[0]
        pool: list[object] = []
        if element.name == "int":
            pool += _allowed(element, range(1, 13))
        if element.name in {"int", "float", "str"}:
            pool = pool or list(_usual(element))
        if not pool:
            return []
        drawn = [[source.choice(pool) for _ in range(source.randint(3, 7))] for _ in range(_MORE)]
        return [_made(kind, items) for items in drawn if _fits(kind, len(items))]
    if kind.name == "str":
        drawn_texts = ["".join(source.choices("abcde", k=source.randint(3, 7))) for _ in range(2)]
        return [text for text in drawn_texts if _fits(kind, len(text))]
    return []


def _edges(kind: Kind) -> list[tuple[object, Tag]]:
    match kind.name:
        case "int":
            return [(n, "edge" if n == 0 else "negative") for n in _allowed(kind, (0, -1, -4))]
        case "float":
            return [(n, "edge" if n == 0 else "negative") for n in _allowed(kind, (0.0, -1.5))]
        case "str":
            texts: list[tuple[str, Tag]] = [
                ("", "empty"),
                ("a", "edge"),
                ("äß€", "edge"),
                (" ", "edge"),
            ]
            return [(text, tag) for text, tag in texts if _fits(kind, len(text))]
        case "bytes":
            return [(b"", "empty")] if _fits(kind, 0) else []
        case "none":
            return []
        case "union":
            inner = [edge for part in kind.parts if part.name != "none" for edge in _edges(part)]
            nothing: list[tuple[object, Tag]] = [(None, "none")]
            return inner + nothing if any(p.name == "none" for p in kind.parts) else inner
        case "list" | "tuple" | "set" if not kind.fixed:
            return _edges_of_containers(kind)
        case "dict":
            return [({}, "empty")] if _fits(kind, 0) else []
    return []


def _edges_of_containers(kind: Kind) -> list[tuple[object, Tag]]:
    found: list[tuple[object, Tag]] = []
    if _fits(kind, 0):
        # a table of no rows is rarely thought of, and rarely passed
        found.append((_made(kind, []), "edge" if kind.parts[0].parts else "empty"))
    usual = list(_usual(kind.parts[0]))
    if usual and _fits(kind, 1):
        found.append((_made(kind, usual[:1]), "edge"))
    if (
        usual
        and kind.name != "set"
        and kind.order != "distinct"
        and _fits(kind, 3)
        and not kind.parts[0].parts
    ):
        found.append((_made(kind, [usual[0]] * 3), "edge"))
        found.append((_made(kind, [*usual[:2], usual[0]]), "edge"))
    if kind.parts[0].is_number:
        negative = _allowed(kind.parts[0], (-4, -1, -2))
        if len(negative) == 3 and _fits(kind, 3):
            found.append((_made(kind, negative), "negative"))
        if _allowed(kind.parts[0], (0,)) and kind.order != "distinct" and _fits(kind, 2):
            found.append((_made(kind, [0, 0]), "edge"))
    return found
