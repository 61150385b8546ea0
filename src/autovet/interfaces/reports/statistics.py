"""How often each rule fired."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from autovet.interfaces.reports.findings import findings_in


def statistics_text(report: Mapping[str, Any]) -> str:
    """One line a rule, the most frequent first."""
    counts = Counter(
        (f["severity"], f["rule"])
        for result in report["files"].values()
        for f in findings_in(result)
    )
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return "".join(f"{count:>6}  {severity:<8} {rule}\n" for (severity, rule), count in ranked)
