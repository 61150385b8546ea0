"""What changed in a working tree since a commit, told by git.

The repository is hostile as far as its configuration goes: no hook, filter, external difference
or file system monitor of it is run.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from autovet.adapters.git_command import run_git
from autovet.domain.change import Change
from autovet.domain.errors import InputError

_SAFE = (
    "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "diff.external=",
    "-c", "core.quotePath=false", "-c", "core.attributesFile=/dev/null",
)  # fmt: skip
_QUIET = ("--no-ext-diff", "--no-textconv", "--no-color", "--no-renames")
_HUNK = re.compile(r"^@@ -\S+ \+(\d+)(?:,(\d+))? @@")


def changes_since(ref: str, paths: Sequence[Path]) -> dict[Path, Change]:
    """The Python files among the paths that differ from the commit, new ones included.

    Args:
        ref: a commit, branch or tag.
        paths: files and directories of one repository.

    Raises:
        InputError: there is no git, no repository or no such commit; the message says which.
    """
    first = paths[0].absolute()
    place = first if first.is_dir() else first.parent
    top = Path(_git(place, "rev-parse", "--show-toplevel").strip())
    if ref.startswith("-"):
        raise InputError(f"--diff {ref}: no commit has such a name")
    try:
        commit = _git(top, "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}").strip()
    except InputError as error:
        raise InputError(f"--diff {ref}: there is no such commit") from error
    chosen = [str(path.absolute()) for path in paths]
    wanted = ("--name-only", "-z", "--diff-filter=d", commit, "--", *chosen)
    listed = _git(top, "diff", *_QUIET, *wanted)
    new = _git(top, "ls-files", "--others", "--exclude-standard", "-z", "--", *chosen)
    names = [name for name in listed.split("\0") if name.endswith((".py", ".pyi"))]
    found = {top / name: _change(top, commit, name) for name in names}
    for name in new.split("\0"):
        if name.endswith((".py", ".pyi")):
            found[top / name] = Change(None, ((1, 1 << 30),))
    return found


def _change(top: Path, commit: str, name: str) -> Change:
    patch = _git(top, "diff", *_QUIET, "-U0", commit, "--", name)
    lines = tuple(region for line in patch.splitlines() if (region := _region(line)) is not None)
    try:
        previous = _git(top, "show", "--no-textconv", f"{commit}:{name}")
    except InputError:
        return Change(None, lines)  # the file is new since then
    return Change(previous, lines)


def _region(line: str) -> tuple[int, int] | None:
    """The lines that a hunk leaves; a pure deletion touches the line before and after it."""
    match = _HUNK.match(line)
    if match is None:
        return None
    start, count = int(match[1]), int(match[2] or 1)
    return (start, start + count - 1) if count else (max(1, start), start + 1)


def _git(place: Path, *arguments: str) -> str:
    return run_git((*_SAFE, *arguments), place).decode("utf-8", "replace")
