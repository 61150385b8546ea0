"""Whether a regular expression lets only harmless text through."""

import re
from functools import lru_cache

_CLASS = re.compile(r"\[(\^?)((?:\\.|[^\]\\])*)\]")
_ESCAPE = re.compile(r"\\.")


@lru_cache(maxsize=256)
def is_strict(pattern: str, whole: bool) -> bool:
    """Whether a match is spelled from listed characters only, from its first to its last.

    ``whole`` says that the match covers the whole text without the pattern's own anchors.
    """
    if not whole and not pattern.rstrip(")").endswith(("$", r"\Z", r"\z")):
        return False
    for negated, inside in _CLASS.findall(pattern):
        if negated or any(e in inside for e in (r"\S", r"\W", r"\D", "<", "'", '"', ";")):
            return False
    outside = _CLASS.sub("", pattern)
    if any(e in outside for e in (r"\S", r"\W", r"\D")):
        return False
    return "." not in _ESCAPE.sub("", outside)


@lru_cache(maxsize=256)
def groups_are_strict(pattern: str) -> bool:
    """Whether there are capturing groups, and each takes listed characters only."""
    starts: list[tuple[int, bool]] = []
    inside_class = escaped = False
    groups = 0
    for position, character in enumerate(pattern):
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = True
        elif inside_class:
            inside_class = character != "]"
        elif character == "[":
            inside_class = True
        elif character == "(":
            following = pattern[position + 1 : position + 4]
            starts.append((position + 1, not following.startswith("?") or following.startswith(("?P<", "?<"))))  # fmt: skip
        elif character == ")" and starts:
            start, captures = starts.pop()
            inner = re.sub(r"^\?P<\w+>", "", pattern[start:position])
            if captures and not is_strict(inner, True):
                return False
            groups += captures
    return groups > 0
