"""Where a repository keeps its objects and what its HEAD names, without asking git.

Git reads ``.git/config`` of the repository it works in, and that file can name programs to start
(``core.fsmonitor``, filters, text converters, hooks) and servers to fetch missing objects from. So
git never works in the repository: it works in an empty one of ours that borrows the objects.
"""

import re
from pathlib import Path

from autovet.domain.errors import InputError

_HASH = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_MOST_BYTES = 64 * 2**20
_LINKS = 5


def object_folders(root: Path) -> tuple[Path, ...]:
    """The object folder of the repository at ``root``.

    Raises:
        InputError: there is no repository.
    """
    objects = _common(_git_folder(root)) / "objects"
    if not objects.is_dir():
        raise InputError(f"{root} is no git repository: it has no objects")
    return (objects.resolve(),)


def head_commit(root: Path) -> str:
    """The commit that HEAD names.

    Raises:
        InputError: there is no repository, or HEAD names no commit.
    """
    folder = _git_folder(root)
    common = _common(folder)
    name = "HEAD"
    for _ in range(_LINKS):
        text = _read(folder / name) or _read(common / name) or _packed(common, name)
        if _HASH.fullmatch(text):
            return text
        if not text.startswith("ref: refs/") or ".." in text:
            break
        name = text.removeprefix("ref: ")
    raise InputError(f"{root}: HEAD names no commit")


def _git_folder(root: Path) -> Path:
    dot = root / ".git"
    if dot.is_dir():
        return dot
    if dot.is_file():  # a worktree or a submodule
        target = _read(dot).removeprefix("gitdir: ")
        return (root / target).resolve()
    if (root / "HEAD").is_file() and (root / "objects").is_dir():
        return root
    raise InputError(f"{root} is no git repository")


def _common(folder: Path) -> Path:
    shared = _read(folder / "commondir")
    return (folder / shared).resolve() if shared else folder


def _read(file: Path) -> str:
    try:
        if not file.is_file() or file.stat().st_size > _MOST_BYTES:
            return ""
        return file.read_text("utf-8", "replace").strip()
    except OSError:
        return ""


def _packed(common: Path, name: str) -> str:
    for line in _read(common / "packed-refs").splitlines():
        commit, _, ref = line.partition(" ")
        if ref == name:
            return commit
    return ""
