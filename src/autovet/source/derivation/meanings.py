"""Sentences whose meaning is one well-known expression: "the sum of the numbers", "is even"."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from autovet.source.derivation.kinds import Kind
from autovet.source.derivation.signatures import Signature
from autovet.source.derivation.words import first_sentence, meaning, name_words, question

_Takes = Callable[[Kind], bool]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a call must equal.

    Attributes:
        template: the expression, with ``{0}``, ``{1}`` for the arguments.
        because: where that is stated.
        allows: whether the expression says something about such an argument.
    """

    template: str
    because: str
    allows: Callable[[str], bool]


def _numbers(kind: Kind) -> bool:
    return kind.holds_numbers


def _sequence(kind: Kind) -> bool:
    return kind.name in {"list", "tuple"} and not kind.fixed


def _number(kind: Kind) -> bool:
    return kind.is_number


def _integer(kind: Kind) -> bool:
    return kind.name == "int"


def _text(kind: Kind) -> bool:
    return kind.name == "str"


def _always(_: str) -> bool:
    return True


def _filled(text: str) -> bool:
    return text not in {"[]", "()", "''", "set()", "{}"}


def _has_a_middle(text: str) -> bool:
    return _filled(text) and text.count(",") % 2 == 0


def _natural(text: str) -> bool:
    return not text.startswith("-")


def _above_zero(text: str) -> bool:
    return _natural(text) and text not in {"0", "0.0"}


def _letters(text: str) -> bool:
    return bool(re.fullmatch(r"'[a-z]+'", text))


def _plain_text(text: str) -> bool:
    return bool(re.fullmatch(r"'[a-z ]*'", text)) and text.strip("'") == text.strip("' ")


def _no_text(text: str) -> bool:
    return "'" not in text


_ONE: dict[str, list[tuple[_Takes, str, Callable[[str], bool]]]] = {
    "sum|total": [(_numbers, "sum({0})", _always)],
    "maximum|max|largest|biggest|greatest|highest": [(_numbers, "max({0})", _filled)],
    "minimum|min|smallest|lowest|least": [(_numbers, "min({0})", _filled)],
    "average|mean|arithmetic mean": [(_numbers, "sum({0}) / len({0})", _filled)],
    "product": [(_numbers, "__import__('math').prod({0})", _filled)],
    "median": [(_numbers, "__import__('statistics').median({0})", _has_a_middle)],
    "length": [(_sequence, "len({0})", _always), (_text, "len({0})", _always)],
    "reverse|reversed": [(_sequence, "{0}[::-1]", _always), (_text, "{0}[::-1]", _always)],
    "factorial": [(_integer, "__import__('math').factorial({0})", _natural)],
    "square|squared": [(_number, "{0} ** 2", _always)],
    "cube|cubed": [(_number, "{0} ** 3", _always)],
    "absolute": [(_number, "abs({0})", _always)],
    "without vowels|text without vowels|remove vowels|removes vowels|vowels removed": [
        (_text, "''.join(c for c in {0} if c.lower() not in 'aeiou')", _always)
    ],
    "sum digits": [(_integer, "sum(map(int, str({0})))", _natural)],
    "sum squares": [(_numbers, "sum(x * x for x in {0})", _always)],
    "sum even|sum evens": [(_numbers, "sum(x for x in {0} if x % 2 == 0)", _always)],
    "sum odd|sum odds": [(_numbers, "sum(x for x in {0} if x % 2)", _always)],
    "vowels|count vowels": [(_text, "sum(c in 'aeiou' for c in {0})", _plain_text)],
    "count words|words": [(_text, "len({0}.split())", _plain_text)],
    "uppercase|upper case": [(_text, "{0}.upper()", _plain_text)],
    "lowercase|lower case": [(_text, "{0}.lower()", _plain_text)],
}
_TWO: dict[str, list[tuple[_Takes, str, Callable[[str], bool]]]] = {
    "sum": [(_number, "{0} + {1}", _always)],
    "product": [(_number, "{0} * {1}", _always)],
    "maximum|max|larger|largest|greater": [(_number, "max({0}, {1})", _always)],
    "minimum|min|smaller|smallest|lesser": [(_number, "min({0}, {1})", _always)],
    "gcd|greatest common divisor|greatest common factor|highest common factor": [
        (_integer, "__import__('math').gcd({0}, {1})", _above_zero)
    ],
    "lcm|least common multiple|lowest common multiple": [
        (_integer, "__import__('math').lcm({0}, {1})", _above_zero)
    ],
    "hamming distance": [],
}
_ASKED: dict[str, list[tuple[_Takes, str, Callable[[str], bool]]]] = {
    "even": [(_integer, "{0} % 2 == 0", _always)],
    "odd": [(_integer, "{0} % 2 == 1", _always)],
    "prime": [(_integer, "{0} > 1 and all({0} % d for d in range(2, {0}))", _natural)],
    "positive": [(_number, "{0} > 0", _always)],
    "negative": [(_number, "{0} < 0", _always)],
    "palindrome|palindromic": [
        (_text, "{0} == {0}[::-1]", _letters),
        (_integer, "str({0}) == str({0})[::-1]", _natural),
        (_sequence, "{0} == {0}[::-1]", _always),
    ],
    "leap year|leap": [
        (_integer, "{0} % 4 == 0 and ({0} % 100 != 0 or {0} % 400 == 0)", _above_zero)
    ],
    "power two": [(_integer, "bin({0}).count('1') == 1", _above_zero)],
    "perfect square": [(_integer, "__import__('math').isqrt({0}) ** 2 == {0}", _natural)],
    "sorted|sorted ascending order": [(_numbers, "{0} == sorted({0})", _always)],
}
_ASKED_TWO: dict[str, list[tuple[_Takes, str, Callable[[str], bool]]]] = {
    "anagrams|anagram|anagrams each other": [(_text, "sorted({0}) == sorted({1})", _letters)],
}
_SORTS = "sorted|sort|sorted ascending order|sort ascending order|sorted ascending|sort ascending"
_ONE[_SORTS] = [(_numbers, "sorted({0})", _always)]
_ALGORITHMS = frozenset({
    "bubble", "bucket", "cocktail", "comb", "counting", "gnome", "heap", "insertion", "merge",
    "quick", "radix", "selection", "shell", "tim", "tree",
})  # fmt: skip


def meaning_of(signature: Signature) -> Meaning | None:
    """What a function's first sentence means; without a docstring, what its name does.

    Only a statement all of whose words are understood counts, so that every condition beyond it
    ("of the even ones", "rounded") leaves it alone.
    """
    required = signature.required
    if not required or len(signature.names) != len(required) or len(required) > 2:
        return None
    if signature.docstring:
        sentence = first_sentence(signature.docstring)
        if sentence.startswith(">>>"):
            return None
        asked = question(sentence, signature.names)
        words = asked if asked is not None else meaning(sentence, signature.names)
        because = f'its docstring says "{sentence}"'
    else:
        named = name_words(signature.name)
        asked = None
        if named[:1] in (["is"], ["are"], ["check"]):
            asked = question(" ".join(["is", *named[1:]]), signature.names)
        words = asked if asked is not None else meaning(" ".join(named), signature.names)
        joined = "".join(named)
        if joined.endswith("sort") and joined.removesuffix("sort") in _ALGORITHMS:
            words = frozenset({"sorted"})
        because = f"its name says {' '.join(named)!r}"
    tables = (_ASKED, _ASKED_TWO) if asked is not None else (_ONE, _TWO)
    table = tables[len(required) - 1]
    for keys, forms in table.items():
        if words in {frozenset(key.split()) for key in keys.split("|")}:
            for takes, template, allows in forms:
                if all(takes(parameter.kind) for parameter in required):
                    return Meaning(template, because, allows)
    return None
