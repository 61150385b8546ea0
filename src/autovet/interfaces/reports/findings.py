"""The findings in a result mapping."""

from collections.abc import Iterator, Mapping
from typing import Any

from autovet.domain.category import Category


def findings_in(result: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """All findings of one file, from top to bottom."""
    found = [f for category in Category for f in result[category]["findings"]]
    return sorted(found, key=lambda f: (f["line"], f["column"], f["rule"]))


def undecided_in(result: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The categories that could not be decided, with the reason."""
    for category in Category:
        if result[category]["status"] == "undecided":
            yield category.value, result[category]["reason"] or ""
