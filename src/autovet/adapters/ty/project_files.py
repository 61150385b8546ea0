"""What lies in a project's directory, to tell a server what changed in it."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

Snapshot = Mapping[str, tuple[int, int]]
"""Path of a Python file to its time of change (ns) and size."""

_CREATED, _CHANGED, _DELETED = 1, 2, 3
_SKIPPED = frozenset({"__pycache__", "node_modules", "site-packages"})


def take_snapshot(root: Path) -> Snapshot:
    """Look at all Python files below a directory, environments and hidden ones left out."""
    snapshot = {}
    for directory, names, files in os.walk(root):
        names[:] = [name for name in names if name not in _SKIPPED and not name.startswith(".")]
        if "pyvenv.cfg" in files:
            names.clear()
            continue
        for name in files:
            if name.endswith((".py", ".pyi")):
                path = os.path.join(directory, name)  # noqa: PTH118 (thousands of files)
                try:
                    status = os.lstat(path)
                except OSError:
                    continue  # gone meanwhile
                snapshot[path] = (status.st_mtime_ns, status.st_size)
    return snapshot


def changes_between(before: Snapshot, after: Snapshot) -> Iterator[dict[str, object]]:
    """The differences in the words of ``workspace/didChangeWatchedFiles``."""
    for path, state in after.items():
        if before.get(path) != state:
            yield _change(path, _CHANGED if path in before else _CREATED)
    for path in before.keys() - after.keys():
        yield _change(path, _DELETED)


def _change(path: str, kind: int) -> dict[str, object]:
    return {"uri": Path(path).as_uri(), "type": kind}
