"""Annotations that GitHub Actions shows at the lines of a change."""

from collections.abc import Mapping
from typing import Any

from autovet.interfaces.reports.findings import findings_in, undecided_in

_LEVEL = {"error": "error", "warning": "warning", "info": "notice"}


def github_report(report: Mapping[str, Any], seconds: float) -> str:
    """One workflow command a finding, and one a file that could not be decided."""
    del seconds
    lines = []
    for path, result in report["files"].items():
        for finding in findings_in(result):
            place = (
                f"file={_property(path)},line={finding['line']},endLine={finding['end_line']},"
                f"col={finding['column']},title={_property(finding['rule'])}"
            )
            lines.append(f"::{_LEVEL[finding['severity']]} {place}::{_data(finding['message'])}")
        reasons = {reason for _, reason in undecided_in(result)}
        lines += [
            f"::warning file={_property(path)},title=undecided::{_data(reason)}"
            for reason in sorted(reasons)
        ]
    return "".join(f"{line}\n" for line in lines)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
