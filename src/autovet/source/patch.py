"""Applies a unified diff to a text, strictly."""

import re

_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+\d+(?:,\d+)? @@")


def apply_patch(text: str, diff: str) -> str | None:
    """The text with a unified diff of one file applied; None where any line does not fit.

    Hunks are found by their lines at or after the place that they name, because line numbers in
    hand-made diffs are often wrong; their order is kept.
    """
    lines = text.splitlines(keepends=True)
    result: list[str] = []
    done = 0
    hunks = _hunks(diff)
    if not hunks:
        return None
    for start, old, new in hunks:
        at = _place(lines, [line.rstrip("\r\n") for line in old], max(done, 0), start)
        if at is None:
            return None
        result += lines[done:at]
        ending = "\r\n" if "\r\n" in text else "\n"
        result += [line.rstrip("\r\n") + ending for line in new]
        done = at + len(old)
    return "".join([*result, *lines[done:]])


def _hunks(diff: str) -> list[tuple[int, list[str], list[str]]]:
    found: list[tuple[int, list[str], list[str]]] = []
    for line in diff.splitlines():
        if head := _HUNK.match(line):
            found.append((max(0, int(head[1]) - 1), [], []))
        elif found and not line.startswith(("--- ", "+++ ", "\\")):
            _, old, new = found[-1]
            if line[:1] in {" ", "-", ""}:
                old.append(line[1:])
            if line[:1] in {" ", "+", ""}:
                new.append(line[1:])
    return found


def _place(lines: list[str], old: list[str], first: int, wanted: int) -> int | None:
    bare = [line.rstrip("\r\n") for line in lines]
    fits = [at for at in range(first, len(bare) - len(old) + 1) if bare[at : at + len(old)] == old]
    return min(fits, key=lambda at: abs(at - wanted), default=None)
