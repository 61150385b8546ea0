"""A finding as the ranking sees it."""

import re
from dataclasses import dataclass

from autovet.domain.event import FindingRecord

_TOKEN = re.compile(r"[A-Za-z_]{3,}")
_MOST_TOKENS = 16
_NEAR_LINES = 25


@dataclass(frozen=True, slots=True)
class Example:
    """The facts about a finding that its outcome may depend on, as keys of what is counted.

    The keys that name rates are given from the general to the specific; each is in the project.

    Attributes:
        project: the key of the project as a whole.
        family: of the rule's category there.
        rule: of the rule there.
        kind: of the rule in this kind of file.
        author: of the rule in what this generator wrote; empty where nobody knows who did.
        file: of the file.
        folder: of its folder.
        here: of the rule in the file.
        shape: of the rule on lines that look like this one.
        tokens: of the words on the line and in the message, and of how long the line is.
        keys: all of these and others that may tell findings apart.
        line: where it stands, from 1.
    """

    project: str
    family: str
    rule: str
    kind: str
    author: str
    file: str
    folder: str
    here: str
    shape: str
    tokens: tuple[str, ...]
    keys: tuple[str, ...]
    line: int


def example_of(finding: FindingRecord, project: str, generator: str) -> Example:
    """Read the facts off a finding."""
    rule, path, p = finding.rule, finding.path, f"p\0{project}"
    words = {*_TOKEN.findall(finding.text), *(f"`{word}" for word in finding.words)}
    width = f"w\0{p}\0{min(finding.width, 200) // 20}"
    tokens = (*[f"t\0{p}\0{word}" for word in sorted(words)[:_MOST_TOKENS]], width)
    family, of_rule = f"c\0{p}\0{finding.category}", f"r\0{p}\0{rule}"
    kind = f"k\0{p}\0{rule}\0{finding.kind}"
    author = f"g\0{p}\0{rule}\0{generator}" if generator else ""
    folder = f"d\0{p}\0{path.rpartition('/')[0]}"
    shape = f"n\0{p}\0{rule}\0{finding.text[:80]}"
    lines = min(finding.function_lines, 400)
    size = f"z\0{p}\0{lines.bit_length()}" if lines else ""
    part = f"l\0{p}\0{path}\0{finding.line // _NEAR_LINES}"
    file, here = f"f\0{p}\0{path}", f"h\0{p}\0{path}\0{rule}"
    keys = (p, family, of_rule, kind, author, file, folder, here, shape, part, size, *tokens)
    return Example(
        project=p,
        family=family,
        rule=of_rule,
        kind=kind,
        author=author,
        file=file,
        folder=folder,
        here=here,
        shape=shape,
        tokens=tokens,
        keys=tuple([key for key in keys if key]),
        line=finding.line,
    )
