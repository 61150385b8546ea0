"""Other numbers, strings and truth values."""

import ast
import difflib
import re
from collections.abc import Iterator, Sequence

from autovet.engines.healing.small_edits.change import Change
from autovet.engines.healing.small_edits.ground import Ground

_LONGEST, _SHORT = 40, 12
_CASES = (str.lower, str.upper, str.title, str.capitalize)
_TEXTS = re.compile(r"'([^'\\]*)'|\"([^\"\\]*)\"")
_JOINT = re.compile(r"[^\w]+|_+")
_MOST_LETTERS = 30
_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")


def constant_changes(ground: Ground) -> Iterator[Change]:
    """Yield changes of literals."""
    numbers = list(dict.fromkeys(n.value for n in ground.constants if _is_number(n.value)))
    texts = list(dict.fromkeys(n.value for n in ground.constants if isinstance(n.value, str)))
    for node in ground.expressions:
        match node:
            case ast.Constant(value=bool(value)):
                yield ground.put(node, str(not value), 0.9, f"{not value} instead of {value}")
            case ast.Constant(value=int(value)):
                yield from _integer(ground, node, value, numbers)
            case ast.Constant(value=float(value)):
                yield from _float(ground, node, value, numbers)
            case ast.Constant(value=str(value)):
                yield from _string(ground, node, value, texts)
            case ast.Constant(value=None):
                for text in ("0", "[]", "''", "False", "True"):
                    yield ground.put(node, text, 1.6, f"{text} instead of None")


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _integer(
    ground: Ground, node: ast.Constant, value: int, numbers: Sequence[object]
) -> Iterator[Change]:
    usual = {value + 1: 0.9, value - 1: 0.9, 0: 1.1, 1: 1.1, 2: 1.2, value + 2: 1.3, value - 2: 1.3}
    usual |= {n: 1.3 for n in (-value, 10, 3, -1, value * 2) if n not in usual}
    for number in numbers:
        if isinstance(number, int):
            usual.setdefault(number, 1.3)
    for new, cost in usual.items():
        if new != value and not (new < 0 and isinstance(ground.module.parent(node), ast.UnaryOp)):
            yield ground.put(node, repr(new), cost, f"{new} instead of {value}")
    for word in ground.words:
        if word.isdigit() and int(word) not in usual:
            yield ground.put(node, word, 1.8, f"{word} instead of {value}")
    for name, types in ground.variables.items():
        if ground.alike(node, types) and ground.in_scope(name, node):
            yield ground.put(node, name, 1.4, f"{name} instead of {value}")


def _float(
    ground: Ground, node: ast.Constant, value: float, numbers: Sequence[object]
) -> Iterator[Change]:
    for new in dict.fromkeys([value + 1, value - 1, 0.0, 1.0, -value, value * 2, value / 2]):
        if new != value:
            yield ground.put(node, repr(new), 1.2, f"{new} instead of {value}")
    for number in numbers:
        if number != value:
            yield ground.put(node, repr(number), 1.3, f"{number} instead of {value}")


def _string(ground: Ground, node: ast.Constant, value: str, texts: list[str]) -> Iterator[Change]:
    prefix = ground.segment(node)[:1].lower()
    if prefix not in {"'", '"'} or len(value) > _LONGEST:
        return
    found: dict[str, float] = {}
    for new, cost in _variants(value, texts):
        found.setdefault(new, cost)
    for word in difflib.get_close_matches(value, ground.words, n=4, cutoff=0.7):
        found.setdefault(word, 1.0)
    for text, cost in _shown(ground, node, value):
        found.setdefault(text, cost)
    for new, cost in found.items():
        if new != value:
            yield ground.put(node, _quoted(new, prefix), cost, f"{new!r} instead of {value!r}")
    for name, types in ground.variables.items():
        if "str" in types and ground.in_scope(name, node):
            yield ground.put(node, name, 1.6, f"{name} instead of {value!r}")


def _variants(value: str, texts: list[str]) -> Iterator[tuple[str, float]]:
    """Other strings of the function, other cases, a character less, a short one more."""
    yield from ((text, 1.3) for text in texts)
    yield from ((case(value), 1.3) for case in _CASES)
    if value.lower() != value.upper():
        yield value + value.upper(), 1.5
        yield value + value.lower(), 1.5
    if len(value) <= _SHORT:
        yield from ((value[:i] + value[i + 1 :], 1.3) for i in range(len(value)))
    yield from ((text, 1.5) for text in ("", " ", "0", "1", ","))
    for text in texts:
        if len(text) < 4:
            yield value + text, 1.8
            yield text + value, 1.8


def _shown(ground: Ground, node: ast.Constant, value: str) -> Iterator[tuple[str, float]]:
    """Separators and words that the expected results show; characters that a set may lack."""
    shown = " ".join(ground.expected)
    texts = [a or b for a, b in _TEXTS.findall(shown)]
    if not any(c.isalnum() for c in value):
        joints = dict.fromkeys(j for t in texts for j in _JOINT.findall(t) if len(j) <= _SHORT)
        joints |= dict.fromkeys(f" {j.strip()} " for j in joints if j != j.strip() != "")
        yield from ((joint, 1.3) for joint in joints)
    yield from ((t, 1.4) for t in dict.fromkeys(texts) if len(t) <= _LONGEST and " " not in t)
    parent = ground.module.parent(node)
    if isinstance(parent, ast.Compare) or (isinstance(parent, ast.Call) and len(value) > 1):
        letters = dict.fromkeys(c for w in ground.words for c in w if c.isalpha())
        missing = [c for c in letters if c not in value][:_MOST_LETTERS]
        yield from ((value + c, 1.6) for c in missing)


def _quoted(text: str, quote: str) -> str:
    new = repr(text)
    if new[0] != quote and quote not in text and "\\" not in new:
        return f"{quote}{text}{quote}"
    return new


def words_of(text: str) -> list[str]:
    """The words and numbers of a documentation, each once."""
    return list(dict.fromkeys([*_WORD.findall(text), *re.findall(r"\b\d{1,4}\b", text)]))
