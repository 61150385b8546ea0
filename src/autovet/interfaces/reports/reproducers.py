"""The failing calls of a report, as test files that pytest finds."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autovet.interfaces.reports.findings import findings_in

_ODD = re.compile(r"\W+")


def write_reproducers(report: Mapping[str, Any], folder: Path) -> list[Path]:
    """Write one test for each finding that comes with one, and say which files those are.

    The name of a file holds the finding's id, so that the same finding is written once.

    Raises:
        OSError: the folder cannot be written to.
    """
    written = []
    for result in report["files"].values():
        for finding in findings_in(result):
            text = finding["evidence"].get("reproducer")
            if text:
                folder.mkdir(parents=True, exist_ok=True)
                stem = _ODD.sub("_", f"{finding['rule']}_{finding['id']}")
                file = folder / f"test_{stem}.py"
                file.write_text(text, encoding="utf-8")
                written.append(file)
    return written
