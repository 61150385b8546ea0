"""Where ty sees the documents: alone, in a laid out project, or in one on disk."""

import asyncio
import shutil
import tempfile
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath

from autovet.adapters.lasting import Lasting
from autovet.adapters.lsp.connection import Connection
from autovet.adapters.ty.layout import digest_of, inner_path, lay_out, module_texts
from autovet.adapters.ty.project_files import Snapshot, changes_between, take_snapshot
from autovet.adapters.ty.scratch import Scratch
from autovet.domain.document import Document
from autovet.domain.errors import AnalyzerUnavailable

_MOST_FOLDERS = 8


@dataclass(slots=True)
class _Folder:
    """A folder that the server knows.

    Attributes:
        ours: we made it and have to remove it.
        snapshot: what lay in it when the server last heard of it.
        look: looks at it, where others may change it.
    """

    path: Path
    ours: bool
    snapshot: Snapshot = field(default_factory=dict)
    look: Lasting[Snapshot] | None = None


class TyWorkspace:
    """Folders of one server process.

    ty resolves imports of the project only from files on disk, and from the root and ``src`` of
    a folder that it was told of. So a project of texts is written to a directory of its own and
    stays there, warm, until eight others were used; a project on disk is looked at again, the
    larger the less often. A lone document lies in an empty folder and need not exist.
    """

    def __init__(self) -> None:
        """Make a private scratch directory."""
        self._scratch = Scratch()
        self._lone = self._scratch.path / "lone"
        self._lone.mkdir()
        self._known: OrderedDict[str, _Folder] = OrderedDict()
        self._slot = 0

    @property
    def folders(self) -> Sequence[Path]:
        """The folder of the lone documents."""
        return (self._lone,)

    async def place(self, connection: Connection, document: Document) -> str:
        """Make the document's project known to the server, and give the document's URI.

        Raises:
            AnalyzerUnavailable: the project's directory does not exist.
        """
        path = project_path(document)
        if path is None:
            return self._lone_uri(document)
        if document.root is not None:
            folder = await self._on_disk(connection, document.root)
        else:
            folder = await self._laid_out(connection, document, path)
        return (folder.path / path).as_uri()

    async def tidy(self, connection: Connection) -> None:
        """Take away the folders that were used least."""
        self._slot = 0
        while len(self._known) > _MOST_FOLDERS:
            _, folder = self._known.popitem(last=False)
            _announce(connection, removed=folder.path)
            if folder.ours:
                await asyncio.to_thread(shutil.rmtree, folder.path, ignore_errors=True)

    async def aclose(self) -> None:
        """Remove the scratch directory."""
        await asyncio.to_thread(self._scratch.remove)

    def _lone_uri(self, document: Document) -> str:
        # A place is used again by the next batch, or the server would remember every one.
        self._slot += 1
        name = PurePosixPath(document.path.replace("\\", "/")).name
        shown = name if name.endswith((".py", ".pyi")) and "\0" not in name else "module.py"
        return (self._lone / f"slot-{self._slot}" / shown).as_uri()

    async def _on_disk(self, connection: Connection, root: str) -> _Folder:
        path = _existing_directory(root)
        folder = self._recall(str(path))
        if folder is None:
            look = Lasting(partial(take_snapshot, path))
            folder = _Folder(path, ours=False, look=look)
            folder.snapshot = await asyncio.to_thread(look.value)
            return self._learn(connection, str(path), folder)
        if folder.look is not None:
            snapshot = await asyncio.to_thread(folder.look.value)
            if snapshot is not folder.snapshot:
                if changes := list(changes_between(folder.snapshot, snapshot)):
                    connection.notify("workspace/didChangeWatchedFiles", {"changes": changes})
                folder.snapshot = snapshot
        return folder

    async def _laid_out(
        self, connection: Connection, document: Document, path: PurePosixPath
    ) -> _Folder:
        texts = module_texts(document.files, path)
        digest = await asyncio.to_thread(digest_of, texts)
        if folder := self._recall(digest):
            return folder
        directory = Path(tempfile.mkdtemp(prefix="project-", dir=self._scratch.path))
        await asyncio.to_thread(lay_out, texts, directory)
        return self._learn(connection, digest, _Folder(directory, ours=True))

    def _recall(self, key: str) -> _Folder | None:
        if key in self._known:
            self._known.move_to_end(key)
        return self._known.get(key)

    def _learn(self, connection: Connection, key: str, folder: _Folder) -> _Folder:
        _announce(connection, added=folder.path)
        self._known[key] = folder
        return folder


def _existing_directory(root: str) -> Path:
    path = Path(root).resolve()
    if not path.is_dir():
        raise AnalyzerUnavailable(f"there is no project directory at {root}")
    return path


def project_path(document: Document) -> PurePosixPath | None:
    """Where the document stands in its project; None for a lone document."""
    if document.root is not None:
        given = Path(document.path)
        root = Path(document.root).resolve()
        if given.is_absolute():
            inside = given.resolve().is_relative_to(root)
            return PurePosixPath(given.resolve().relative_to(root)) if inside else None
        return inner_path(document.path)
    return inner_path(document.path) if document.files else None


def _announce(
    connection: Connection, *, added: Path | None = None, removed: Path | None = None
) -> None:
    def described(path: Path | None) -> list[dict[str, str]]:
        return [{"uri": path.as_uri(), "name": path.name}] if path else []

    event = {"added": described(added), "removed": described(removed)}
    connection.notify("workspace/didChangeWorkspaceFolders", {"event": event})
