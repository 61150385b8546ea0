"""The first sentence of a docstring, and names, as bags of words that carry meaning."""

import re
from collections.abc import Collection

_SENTENCE = re.compile(r"[.!](?:\s|$)|\n\s*\n|\n\s*(?=>>>|Args|Param|Return|:param|Example)")
_WORD = re.compile(r"[a-z]+")
_FILLERS = frozenset({
    "the", "a", "an", "of", "in", "given", "all", "its", "it", "this", "that", "is",
    "are", "be", "and", "for", "list", "array", "sequence", "tuple",
    "iterable", "collection", "elements", "element", "values", "value", "items", "item",
    "numbers", "number", "integers", "integer", "ints", "int", "floats", "float", "returns",
    "return", "compute", "computes", "calculate", "calculates", "get", "gets", "find", "finds",
    "determine", "determines", "give", "gives", "result", "function", "which", "contains",
    "contained", "containing", "input", "arr", "nums", "xs", "lst",
    "passed", "provided", "simple", "string", "strings",
    "naive", "implementation", "using", "method",
})  # fmt: skip
_QUESTION = re.compile(
    r"^(?:returns?\s+(?:true\s+(?:if|when|iff)|whether|if)|checks?\s+(?:if|whether|that)|"
    r"determines?\s+(?:if|whether)|tests?\s+(?:if|whether)|tells?\s+(?:if|whether)|whether|"
    r"is|are)\s+"
)
_OTHERWISE = re.compile(
    r",?\s*(?:and\s+)?(?:return\s+)?(?:false\s+otherwise|otherwise\s+false|else\s+false|"
    r"or\s+not)\s*$"
)
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_QUOTES = re.compile(r"[`'\"*]")
# What is asked of the input and says nothing of the result; of several numbers it may select some.
_OF_THE_INPUT = re.compile(
    r"\bnon-?\s?empty\b|\b(?:positive|non-?\s?negative|whole|natural)\s+(?=(?:integer|number)\b)"
    r"|\btwo (?:positive|non-?\s?negative|natural) (?=(?:integers|numbers)\b)"
)


def first_sentence(docstring: str) -> str:
    """The first sentence, in lower case on one line, without its full stop."""
    text = _SENTENCE.split(docstring.strip(), maxsplit=1)[0]
    return re.sub(r"\s+", " ", text).strip().lower()


def meaning(sentence: str, names: Collection[str]) -> frozenset[str]:
    """The words of a statement that carry its meaning; parameters' names carry none."""
    return frozenset(word for word in _words(sentence, names) if word not in _FILLERS)


def question(sentence: str, names: Collection[str]) -> frozenset[str] | None:
    """The words that carry the meaning of a yes-or-no question; None where it is none."""
    found = _QUESTION.match(sentence)
    return None if found is None else meaning(_OTHERWISE.sub("", sentence[found.end() :]), names)


def _words(sentence: str, names: Collection[str]) -> list[str]:
    own = {name.lower() for name in names} | ({"two"} if len(names) == 2 else set())
    text = _OF_THE_INPUT.sub(" ", _QUOTES.sub(" ", sentence))
    return [word for word in _WORD.findall(text) if word not in own]


def name_words(name: str) -> list[str]:
    """The words of a name in snake case or camel case."""
    return [word for word in _HUMP.sub("_", name).lower().split("_") if word]
