"""What speaks for a change beyond its kind: unread names, words of the documentation, symmetry."""

import re
from collections.abc import Iterator
from dataclasses import replace
from keyword import iskeyword

from autovet.engines.healing.small_edits.change import Change
from autovet.engines.healing.small_edits.ground import Ground

UNREAD, SAID, ALIKE = 0.5, 0.25, 0.3
"""How much is taken off the cost of a change by each kind of evidence."""
_NAME = re.compile(r"[^\W\d]\w*")
_SAYS = tuple(
    (re.compile(said, re.IGNORECASE), re.compile(meant))
    for said, meant in (
        (r"\b(sort|order|ascend|descend|alphabet)", r"\bsorted\(|\.sort\("),
        (r"\b(revers|backward|descend|mirror)", r"\[::-1\]|\breversed\(|reverse=True"),
        (r"\b(absolute|distance|difference|never negative)", r"\babs\("),
        (r"\b(lower|case)", r"\.lower\(|\.casefold\("),
        (r"\b(upper|capital)", r"\.upper\(|\.capitalize\("),
        (r"\b(unique|distinct|different|duplicate|once)", r"\bset\("),
        (r"\b(largest|maximum|max|highest|longest|greatest|biggest)", r"\bmax\("),
        (r"\b(smallest|minimum|min|lowest|fewest|shortest|least)", r"\bmin\("),
        (r"\b(even|odd)\b", r"% 2\b"),
        (r"\b(empty|none|nothing)\b", r"\bif not |len\(\w+\) == 0"),
        (r"\b(length|long|longer|shorter|how many|number of)\b", r"\blen\("),
        (r"\bletter", r"\.isalpha\("),
        (r"\bdigit", r"\.isdigit\("),
        (r"\b(sum|total|add)", r"\bsum\("),
    )
)
_SHORTEST = 8
"""Characters of a shape; shorter ones are alike by chance."""


def weighed(ground: Ground, changes: Iterator[Change]) -> Iterator[Change]:
    """The changes, cheaper where something else speaks for them."""
    unread = ground.unread
    meant = [sign for said, sign in _SAYS if said.search(ground.documentation)]
    shapes = {_shape(line) for line in _lines(ground)}
    for change in changes:
        new = " ".join(text for *_, text in change.replacements)
        old = " ".join(ground.text[start:end] for start, end, _ in change.replacements)
        cost = change.cost
        if unread and not unread.isdisjoint(_NAME.findall(new)):
            cost -= UNREAD
        if any(sign.search(new) and not sign.search(old) for sign in meant):
            cost -= SAID
        if (
            len(change.replacements) == 1
            and "\n" not in new
            and _becomes_alike(ground, change, shapes)
        ):
            cost -= ALIKE
        yield replace(change, cost=cost) if cost != change.cost else change


def _becomes_alike(ground: Ground, change: Change, shapes: set[str]) -> bool:
    """Whether a line gets the shape of another line of the function, which it had not before."""
    ((start, end, new),) = change.replacements
    first = ground.text.rfind("\n", 0, start) + 1
    last = ground.text.find("\n", end)
    if last < 0 or "\n" in ground.text[start:end] or not _NAME.search(new):
        return False
    after = _shape(ground.text[first:start] + new + ground.text[end:last])
    return len(after) >= _SHORTEST and after in shapes and after != _shape(ground.text[first:last])


def _lines(ground: Ground) -> list[str]:
    start, end = ground.region(ground.function)
    return ground.text[start:end].splitlines()


def _shape(line: str) -> str:
    """A line with all names, all numbers and opposite operators made equal."""
    text = re.sub(r"'[^']*'|\"[^\"]*\"", "'", line.strip())
    text = re.sub(r"\b\d+\b", "0", text)
    text = _NAME.sub(lambda found: found[0] if iskeyword(found[0]) else "n", text)
    return re.sub(r"[<>]=?", "<", re.sub(r"[-+]", "-", text))
