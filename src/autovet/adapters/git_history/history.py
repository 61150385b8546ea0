"""The versions of a repository's Python files, oldest first."""

import os
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from autovet.adapters.git_command import run_git
from autovet.adapters.git_history.repository import head_commit, object_folders
from autovet.domain.revision import FileVersion

MOST_COMMITS = 1_000
MOST_VERSIONS = 2_000
MOST_BYTES = 1_000_000
_MOST_TOTAL_BYTES = 256 * 2**20
_BATCH = 100
_FORMAT = "%H%x00%at%x00%an"
_DELETED = "0000000"


class GitHistory:
    """Reads a repository's history through git, in an empty repository of ours.

    Args:
        root: the working tree, or a bare repository.
        most_commits: how far to go back along the first parents.

    Raises:
        InputError: there is no repository, or git is not installed.
    """

    def __init__(self, root: Path, most_commits: int = MOST_COMMITS) -> None:
        self._objects = object_folders(root)
        self._head = head_commit(root)
        self._most = most_commits
        self._stack = ExitStack()
        self._folder = ""

    def __enter__(self) -> Self:
        """Make the empty repository."""
        self._folder = self._stack.enter_context(tempfile.TemporaryDirectory(prefix="autovet-git-"))
        kind = "sha256" if len(self._head) == 64 else "sha1"
        self._run("init", "--quiet", "--bare", f"--object-format={kind}", "--template=", ".")
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Remove it."""
        self._stack.close()

    def commits(self) -> list[tuple[str, float, str]]:
        """Commit, moment (seconds since the epoch) and author, oldest first."""
        said = self._run(
            "log", "--first-parent", f"--max-count={self._most}", "--no-show-signature",
            f"--format={_FORMAT}", self._head,
        )  # fmt: skip
        rows = [line.split("\0") for line in said.decode("utf-8", "replace").splitlines()]
        return [(c, float(at), who) for c, at, who in reversed([r for r in rows if len(r) == 3])]

    def versions(self, most: int = MOST_VERSIONS) -> list[FileVersion]:
        """The newest versions of all Python files, oldest first; at most so many."""
        found: list[FileVersion] = []
        blobs: list[str] = []
        for number, (commit, at, author) in enumerate(self.commits()):
            for path, blob in self._changed(commit, whole=number == 0):
                found.append(FileVersion(path, None, at, author, number))
                blobs.append("" if blob.startswith(_DELETED) else blob)
        found, blobs = found[-most:], blobs[-most:]
        data = self._blobs(sorted(set(blobs) - {""}))
        return [
            replace(version, data=data.get(blob))
            for version, blob in zip(found, blobs, strict=True)
            if not blob or blob in data
        ]

    def _changed(self, commit: str, *, whole: bool) -> list[tuple[str, str]]:
        """Path and blob of the Python files that a commit changed, or of all that it holds."""
        if whole:
            said = self._run("ls-tree", "-r", "-z", "--full-tree", commit)
            rows = [row.split("\t", 1) for row in _fields(said)]
            return [
                (path, head.split()[2])
                for head, path in (r for r in rows if len(r) == 2)
                if _wanted(path) and head.startswith("100")
            ]
        said = self._run(
            "diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-ext-diff", "--no-textconv",
            "--no-commit-id", "--diff-merges=first-parent", "--no-abbrev", "-m", commit,
        )  # fmt: skip
        fields = _fields(said)
        found = []
        for head, path in zip(fields[::2], fields[1::2], strict=False):
            parts = head.split()
            if _wanted(path) and len(parts) == 5 and parts[1] in {"100644", "100755", "000000"}:
                found.append((path, parts[3]))
        return found

    def _blobs(self, blobs: Sequence[str]) -> dict[str, bytes]:
        """The bytes of those that are not too large, while they are not too many together."""
        said = self._run("cat-file", "--batch-check", given="\n".join(blobs))
        sizes = [line.split() for line in said.decode("utf-8", "replace").splitlines()]
        small = [row for row in sizes if len(row) == 3 and row[1] == "blob"]
        found: dict[str, bytes] = {}
        total = 0
        for start in range(0, len(small), _BATCH):
            wanted = [row[0] for row in small[start : start + _BATCH] if int(row[2]) <= MOST_BYTES]
            text = self._run("cat-file", "--batch", given="\n".join(wanted)) if wanted else b""
            at = 0
            while at < len(text):
                end = text.index(b"\n", at)
                name, _, size = text[at:end].split()
                found[name.decode()] = text[end + 1 : end + 1 + int(size)]
                at = end + int(size) + 2
            total += len(text)
            if total > _MOST_TOTAL_BYTES:
                break
        return found

    def _run(self, *arguments: str, given: str = "") -> bytes:
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": self._folder,
            "LC_ALL": "C",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_DIR": self._folder,
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": os.pathsep.join(map(str, self._objects)),
            "GIT_NO_REPLACE_OBJECTS": "1",
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_ALLOW_PROTOCOL": "",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_OPTIONAL_LOCKS": "0",
        }
        return run_git(arguments, self._folder, environment, given.encode())


def _fields(said: bytes) -> list[str]:
    return [field.decode("utf-8", "replace") for field in said.split(b"\0") if field]


def _wanted(path: str) -> bool:
    return path.endswith(".py") and not path.startswith("/") and ".." not in path.split("/")
