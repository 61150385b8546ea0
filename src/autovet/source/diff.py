"""The difference between two texts."""

import difflib


def unified_diff(before: str, after: str, path: str) -> str:
    """Return the change as a unified diff with the usual ``a/`` and ``b/`` names."""
    lines = difflib.unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), f"a/{path}", f"b/{path}"
    )
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )
