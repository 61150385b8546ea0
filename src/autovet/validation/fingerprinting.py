"""Gives findings their ids: rule, scope and normalised syntax, never the line number."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from autovet.domain.finding import Finding
from autovet.domain.inspection import Anchor
from autovet.source.anchors import anchor_at

_ID_BYTES = 8


def with_ids(findings: Iterable[Finding], anchors: Sequence[Anchor]) -> list[Finding]:
    """Return the findings with ids; equal ones in equal statements are told apart by order."""
    seen: Counter[str] = Counter()
    named = []
    for finding in sorted(findings, key=lambda f: (f.span, f.rule)):
        anchor = anchor_at(anchors, finding.span.line)
        place = f"{anchor.scope}\0{anchor.digest}" if anchor else "module"
        key = f"{finding.rule}\0{place}"
        seen[key] += 1
        text = f"{key}\0{seen[key]}".encode()
        digest = hashlib.blake2b(text, digest_size=_ID_BYTES).hexdigest()
        named.append(replace(finding, id=digest))
    return named
