"""What ty's sentences say, taken apart."""

import re
from collections.abc import Mapping

# ty gives no structured data with a diagnostic, so its wording is all there is to read.
_SENTENCES = tuple(
    re.compile(pattern)
    for pattern in (
        r"Cannot resolve imported module `(?P<module>[^`]*)`",
        r"Module `(?P<module>[^`]+)` has no member `(?P<member>[^`]+)`",
        r"Submodule `(?P<member>[^`]+)` might not have been imported",
        (
            r"(?:Object of type|Class|Special form) `(?P<receiver>.+)`"
            r" has no attribute `(?P<attribute>[^`]+)`"
        ),
        r"(?:Function|Property) `(?P<callable>.+)` has no attribute `(?P<attribute>[^`]+)`",
        r"Unresolved attribute `(?P<stored>[^`]+)` on type `(?P<receiver>.+)`",
        (
            r"Argument `(?P<argument>[^`]+)` does not match any known parameter"
            r"(?: of (?:\w+ )*`(?P<callee>.+)`)?"
        ),
        (
            r"No arguments? provided for required parameters? `(?P<parameter>.+?)`"
            r"(?: of (?:\w+ )*`(?P<callee>[^`]+)`)?$"
        ),
        (
            r"Too many positional arguments(?: to (?:\w+ )*`(?P<callee>.+)`)?:"
            r" expected (?P<expected>\d+), got (?P<given>\d+)"
        ),
        (
            r"Positional-only parameter \d+ \(`(?P<parameter>[^`]+)`\) passed as keyword argument"
            r"(?: of (?:\w+ )*`(?P<callee>.+)`)?"
        ),
        (
            r"Multiple values provided for parameter `(?P<parameter>[^`]+)`"
            r"(?: of (?:\w+ )*`(?P<callee>.+)`)?"
        ),
        r"No overload of (?:\w+ )*`(?P<callee>.+)` matches arguments",
        r"Object of type `(?P<receiver>.+)` is not callable",
        r"Name `(?P<name>[^`]+)` used when not defined",
        r"The \w+ `(?P<name>[^`]+)` is deprecated",
    )
)


def facts_of(statement: str) -> Mapping[str, str]:
    """The names in a sentence, such as ``{"module": "json", "member": "dumpz"}``."""
    for sentence in _SENTENCES:
        if match := sentence.match(statement):
            return {name: value for name, value in match.groupdict().items() if value}
    return {}
