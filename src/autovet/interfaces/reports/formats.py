"""The forms of a report, by name."""

from collections.abc import Callable, Mapping
from typing import Any

from autovet.interfaces.reports.github import github_report
from autovet.interfaces.reports.json import json_report
from autovet.interfaces.reports.junit import junit_report
from autovet.interfaces.reports.sarif import sarif_report
from autovet.interfaces.reports.text import text_report

Report = Mapping[str, Any]

FORMATS: Mapping[str, Callable[[Report, float], str]] = {
    "text": text_report,
    "json": json_report,
    "sarif": sarif_report,
    "github": github_report,
    "junit": junit_report,
}
"""Each takes ``{"files": ..., "summary": ...}`` and the seconds that the run took."""
