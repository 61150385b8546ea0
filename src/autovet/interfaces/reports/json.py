"""The result mapping as JSON."""

from collections.abc import Mapping
from typing import Any

import msgspec


def json_report(report: Mapping[str, Any], seconds: float) -> str:
    """One object with a result a file under ``files``, and a ``summary``."""
    summary = {**report["summary"], "elapsed_s": round(seconds, 3)}
    encoded = msgspec.json.encode({"files": report["files"], "summary": summary})
    return msgspec.json.format(encoded, indent=2).decode() + "\n"
