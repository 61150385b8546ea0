"""Gives findings their ids: rule, scope and normalised syntax, never the line number."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.fingerprint import Fingerprint
from autovet.domain.inspection import Anchor
from autovet.source.anchors import anchor_at

_ID_BYTES = 8
_SHAPES = frozenset(
    {
        Category.MAINTAINABILITY,
        Category.PRACTICALITY,
        Category.ARCHITECTURE,
        Category.CONSISTENCY,
        Category.CONTEXT_AWARENESS,
    }
)
"""What these say of a function or class is about the thing as such, not about what it does."""


def with_ids(findings: Iterable[Finding], anchors: Sequence[Anchor]) -> list[Finding]:
    """Return the findings with ids; equal ones in equal statements are told apart by order."""
    seen: Counter[str] = Counter()
    named = []
    for finding in sorted(findings, key=lambda f: (f.span, f.rule)):
        anchor = anchor_at(anchors, finding.span.line)
        place = f"{anchor.scope}\0{anchor.digest}" if anchor else "module"
        key = f"{finding.rule}\0{place}"
        seen[key] += 1
        digest = _hash(f"{key}\0{seen[key]}")
        fingerprint = _fingerprint(finding, anchor) if anchor else None
        named.append(replace(finding, id=digest, fingerprint=fingerprint))
    return named


def _fingerprint(finding: Finding, anchor: Anchor) -> Fingerprint:
    """What the finding's dismissal is remembered by.

    A rule about what a function does is about its body as well; a rule about its shape is about
    the function as such, until it has grown.
    """
    shape = finding.category in _SHAPES
    inside = "" if shape else anchor.whole
    by_name = f"{finding.rule}\0{anchor.scope}\0{inside}"
    # without its scope a definition is known by all that stands in it
    alone = f"{finding.rule}\0{finding.path}\0{anchor.whole or anchor.bound}"
    return Fingerprint(
        scope=anchor.home,
        exact=_hash(f"{by_name}\0{anchor.digest}"),
        bound=_hash(f"{by_name}\0{anchor.bound}"),
        alone=_hash(alone),
        beside=anchor.beside,
        size=anchor.end_line - anchor.line + 1 if shape and anchor.whole else 0,
    )


def _hash(text: str) -> str:
    data = text.encode("utf-8", "surrogatepass")
    return hashlib.blake2b(data, digest_size=_ID_BYTES).hexdigest()
