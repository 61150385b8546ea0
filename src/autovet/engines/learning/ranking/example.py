"""A finding as the ranking sees it."""

import re
from typing import NamedTuple

from autovet.domain.event import FindingRecord

_TOKEN = re.compile(r"[A-Za-z_]{3,}")
_MOST_TOKENS = 16
_NEAR_LINES = 25


FIRST_TOKEN = 11
"""Where the words begin among the keys."""


class Example(NamedTuple):
    """The facts about a finding that its outcome may depend on, as keys of what is counted.

    Attributes:
        keys: each in the project, empty where it is not known: of the project as a whole, the
            family of the rule's category there, the rule, the rule in this kind of file, the rule
            in what this generator wrote, the file, its folder, the rule in the file, the rule on
            lines that look like this one; then what may tell findings apart without being a rate:
            the part of the file, the size of the function; then, from ``FIRST_TOKEN`` on, the
            words on the line and in the message, and how long the line is.
        file: of the file.
        rule: of the rule there.
        line: where it stands, from 1.
    """

    keys: tuple[str, ...]
    file: str
    rule: str
    line: int


def example_of(finding: FindingRecord, project: str, generator: str) -> Example:
    """Read the facts off a finding."""
    rule, path, p = finding.rule, finding.path, f"p\0{project}"
    words = set(_TOKEN.findall(finding.text))
    words.update([f"`{word}" for word in finding.words])
    of_rule, file = f"r\0{p}\0{rule}", f"f\0{p}\0{path}"
    lines = min(finding.function_lines, 400)
    prefix = f"t\0{p}\0"
    keys = (
        p,
        f"c\0{p}\0{finding.category}",
        of_rule,
        f"k\0{p}\0{rule}\0{finding.kind}",
        f"g\0{p}\0{rule}\0{generator}" if generator else "",
        file,
        f"d\0{p}\0{path.rpartition('/')[0]}",
        f"h\0{p}\0{path}\0{rule}",
        f"n\0{p}\0{rule}\0{finding.text[:80]}",
        f"l\0{p}\0{path}\0{finding.line // _NEAR_LINES}",
        f"z\0{p}\0{lines.bit_length()}" if lines else "",
        *[prefix + word for word in sorted(words)[:_MOST_TOKENS]],
        f"w\0{p}\0{min(finding.width, 200) // 20}",
    )
    return Example(keys, file, of_rule, finding.line)
