"""Findings that were there before: known, written down, and no longer reported."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autovet.domain.category import Category
from autovet.domain.errors import InputError

_VERSION = 1


def read_baseline(file: Path) -> frozenset[str]:
    """Return the ids of the known findings.

    Raises:
        InputError: the file cannot be read or is no baseline.
    """
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        return frozenset(str(entry["id"]) for entry in content["findings"])
    except OSError as error:
        raise InputError(f"--baseline {file}: {error}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"--baseline {file}: no baseline; --write-baseline makes one") from error


def baseline_of(report: Mapping[str, Any]) -> str:
    """The findings of a report as a baseline, one a line so that changes to it read well."""
    entries = [
        json.dumps({"id": f["id"], "rule": f["rule"], "path": f["path"]})
        for result in report["files"].values()
        for category in Category
        for f in result[category]["findings"]
    ]
    lines = ",\n".join(f"    {entry}" for entry in sorted(set(entries)))
    return f'{{\n  "version": {_VERSION},\n  "findings": [\n{lines}\n  ]\n}}\n'
