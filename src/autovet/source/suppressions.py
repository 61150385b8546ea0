"""Our own suppression comments: ``# autovet: ignore[rule, ...] reason``."""

import re
from collections.abc import Iterable

from autovet.domain.inspection import Suppression
from autovet.source.comments import Comment

_FORM = re.compile(
    r"#\s*autovet:\s*ignore(?:\[(?P<rules>[^\]]*)\])?\s*(?P<reason>.*)", re.IGNORECASE
)


def suppressions_of(comments: Iterable[Comment]) -> tuple[Suppression, ...]:
    """Return what the comments silence; one that stands alone speaks for the next line."""
    found = []
    for comment in comments:
        if match := _FORM.match(comment.text):
            rules = tuple(r.strip() for r in (match["rules"] or "").split(",") if r.strip())
            line = comment.line + 1 if comment.alone else comment.line
            found.append(Suppression(line, rules, match["reason"].strip(" -:")))
    return tuple(found)
