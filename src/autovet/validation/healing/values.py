"""Values that resemble others."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

_MORE_LETTERS = ("a", "b", "e", "o", "y", "z", "A", "E", "Z")
_OTHERS = ("0", "7", " ", ".", "-", "_", "!")
_NEAR_ZERO = 3


def alike(values: Sequence[Any], source: random.Random) -> Any:
    """A value like those given: of their types, signs, characters, elements and order."""
    return _like(_Shape(tuple(values)), source)


@dataclass(frozen=True, slots=True)
class _Shape:
    """What the values of one argument have in common."""

    values: tuple[Any, ...]

    def of_type(self, *kinds: type) -> list[Any]:
        """Those of exactly these types."""
        return [v for v in self.values if type(v) in kinds]


def _like(shape: _Shape, source: random.Random) -> Any:
    """A value like those of a shape."""
    model = source.choice(shape.values)
    match model:
        case bool():
            return source.random() < 0.5
        case int():
            return _integer(shape.of_type(int), source)
        case float():
            return _float(shape.of_type(float, int), source)
        case str():
            return _string(shape.of_type(str), source)
        case list() | tuple():
            return _sequence(shape, model, source)
        case set() | frozenset():
            return type(model)(
                _sequence(replace(shape, values=(list(model),)), list(model), source)
            )
        case dict():
            return _mapping(shape.of_type(dict), source)
    return model


def _integer(seen: Sequence[int], source: random.Random) -> int:
    low, high = min(seen), max(seen)
    near = source.choice(seen) + source.randint(-3, 3)
    furthest = max(high, 10) + 2 if source.random() < 0.5 else 4 * max(high, 10) + 60
    spread = source.randint(min(low, 0) - (3 if low < 0 else 0), furthest)
    value = near if source.random() < 0.3 else spread
    if low >= 1:
        return max(1 if low > _NEAR_ZERO or source.random() < 0.9 else 0, value)
    return max(0, value) if low >= 0 else value


def _float(seen: Sequence[float], source: random.Random) -> float:
    low, high = min(seen), max(seen)
    edge = max(1.0, abs(high), abs(low))
    value = source.uniform(low if low >= 0 else -edge, high + edge * 0.5)
    if source.random() < 0.3:
        value = float(round(value))
    return round(abs(value) if low >= 0 else value, source.choice((1, 2)))


def _string(seen: Sequence[str], source: random.Random) -> str:
    model = source.choice(seen)
    alphabet = sorted(set("".join(seen))) or ["a", "b"]
    if "".join(alphabet).isdigit():
        return "".join(source.choice("0123456789") for _ in range(max(1, len(model))))
    if any(c.isalpha() for c in alphabet):
        alphabet += [c for c in _MORE_LETTERS if c.lower() not in alphabet]
        if source.random() < 0.3:
            alphabet += _OTHERS
    pieces = model.split(" ") if " " in model else list(model)
    joint = " " if " " in model else ""
    way = source.random()
    if way < 0.25 and pieces:
        source.shuffle(pieces)
        return joint.join(pieces)
    if way < 0.4 and pieces:
        start = source.randint(0, len(pieces) - 1)
        return joint.join(pieces[start : source.randint(start, len(pieces)) + 1])
    if way < 0.5:
        return model + joint + source.choice(seen)
    if way < 0.7 and model:
        characters = list(model)
        for _ in range(source.randint(1, 3)):
            characters[source.randrange(len(characters))] = source.choice(alphabet)
        return "".join(characters)
    if way < 0.8 and any(c.isalpha() for c in alphabet):
        return "".join(c.upper() if source.random() < 0.5 else c.lower() for c in model)
    length = source.randint(min(len(s) for s in seen), max(len(s) for s in seen) + 3)
    return "".join(source.choice(alphabet) for _ in range(min(length, 30)))


def _sequence(shape: _Shape, model: Any, source: random.Random) -> Any:
    kind = type(model)
    seen = [v for v in shape.values if type(v) is kind]
    items = [item for value in seen for item in value]
    if not items:
        return model
    if kind is tuple:
        columns = [[v[i] for v in seen if len(v) == len(model)] for i in range(len(model))]
        return tuple(_like(_Shape(tuple(column)), source) for column in columns)
    lengths = [len(v) for v in seen]
    same = len(set(lengths)) == 1 and len(lengths) > 2
    length = lengths[0] if same else source.randint(min(*lengths, 1), max(lengths) + 3)
    kinds = {type(i) for i in model or [source.choice(items)]}
    items = [i for i in items if type(i) in kinds]  # a list of texts stays one
    inner = _Shape(tuple(items))
    made = [
        source.choice(items) if source.random() < 0.35 else _like(inner, source)
        for _ in range(length)
    ]
    if all(_is_sorted(v) for v in seen) and max(lengths) > 2 and len(seen) > 1:
        made = _sorted(made)
    if all(len({repr(i) for i in v}) == len(v) for v in seen) and max(lengths) > 2:
        made = list({repr(i): i for i in made}.values()) if source.random() < 0.7 else made
    return kind(made)


def _is_sorted(values: Any) -> bool:
    try:
        return bool(list(values) == sorted(values))
    except TypeError:
        return False


def _sorted(values: list[Any]) -> list[Any]:
    try:
        return sorted(values)
    except TypeError:  # of several kinds, as the elements of the examples are
        return values


def _mapping(seen: Sequence[dict[Any, Any]], source: random.Random) -> dict[Any, Any]:
    keys = _Shape(tuple(k for d in seen for k in d))
    values = _Shape(tuple(v for d in seen for v in d.values()))
    model = source.choice(seen)
    if not keys.values:
        return dict(model)
    made = {}
    for key in model:
        made[key if source.random() < 0.5 else _like(keys, source)] = (
            _like(values, source) if source.random() < 0.6 else model[key]
        )
    if made and source.random() < 0.3:
        made.pop(next(iter(made)))
    return made
