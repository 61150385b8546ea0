"""Puts what was found out about a report into words for whoever reads it."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from autovet.adapters.api_index.api_index import Judgement
from autovet.adapters.api_index.nearest import clear_winner
from autovet.adapters.api_index.places import SearchPath
from autovet.adapters.lsp.diagnostic import Diagnostic
from autovet.adapters.package_index.installed import Installed, read_directory, united
from autovet.domain.fix import Edit, Fix
from autovet.domain.span import Span


class Provenance:
    """Names the distribution and version that a file belongs to."""

    def __init__(self, search: SearchPath) -> None:
        self._search = search

    def of(self, path: Path, owner: str) -> dict[str, str]:
        """Distribution, version, file and class; the standard library has no version.

        What lies in none of the places is of the project that was shown, and of no distribution.
        """
        site = self._search.site_of(path)
        parts = path.parts
        if self._search.is_standard(path):
            inner = parts[parts.index("stdlib") + 1 :] if "stdlib" in parts else parts[-1:]
            found = {"distribution": "the standard library", "file": "/".join(inner)}
        elif site is None:
            found = {"file": path.name}
        else:
            relative = path.relative_to(site)
            top = relative.parts[0].partition(".")[0]
            names = self._installed.modules.get(top, ())
            found = {"file": relative.as_posix()}
            if names:
                found["distribution"] = names[0]
                found["version"] = self._installed.versions.get(names[0], "unknown")
        return found | ({"owner": owner} if owner else {})

    @cached_property
    def _installed(self) -> Installed:
        found = []
        for site in self._search.sites:
            try:
                found.append(read_directory(site))
            except OSError:
                continue
        return united(found)


def evidence_of(judgement: Judgement, provenance: Provenance) -> dict[str, Any]:
    """How a name was looked up, and what is there instead."""
    found: dict[str, Any] = {}
    if judgement.owner is not None:
        found["resolved"] = provenance.of(*judgement.owner)
    if len(judgement.tops) > 1:
        found["inherits"] = sorted(judgement.tops)
    if judgement.near:
        found["nearest"] = [name for name, _ in judgement.near]
    if judgement.signature:
        found["signature"] = f"({judgement.signature})"
    return found


def fix_of(told: Diagnostic, facts: Mapping[str, str], judgement: Judgement) -> Fix | None:
    """Put the one clearly nearest name in place of the wrong one."""
    better = clear_winner(list(judgement.near))
    wrong = facts.get("argument") or facts.get("attribute") or facts.get("member")
    if better is None or wrong is None:
        return None
    span = told.span
    if told.code == "missing-attribute":
        at = Span(span.end_line, span.end_column - len(wrong), span.end_line, span.end_column)
    else:
        at = Span(span.line, span.column, span.line, span.column + len(wrong))
    return Fix((Edit(at, better),), f"Replace {wrong} by {better}")
