"""Sources that show a name which stubs leave out; read as text, and only when ty misses it."""

import re
import sysconfig
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path, PurePosixPath

from autovet.domain.document import Document

_MOST_FILES, _MOST_BYTES = 200, 1_000_000
_STAR_IMPORT = re.compile(r"^\s*from\s+\S+\s+import\s+\*", re.MULTILINE)

IMPLEMENTATION_MEMBERS = frozenset(
    {
        "sys.pypy_version_info",
        "sys.pypy_translation_info",
        "sys.getandroidapilevel",
        "sys._MEIPASS",
        "sys.frozen",
        "sys.winver",
        "sys.dllhandle",
        "sys.getwindowsversion",
        "sys.setdlopenflags",
        "sys.getdlopenflags",
        "sys.subversion",
        "sys.maxint",
        "os.startfile",
        "os.geteuid",
        "os.getuid",
        "os.fork",
    }
)
"""Members that exist on some implementation or platform and are asked for behind a guard."""


def has_member(module: str, member: str, site_packages: Iterable[Path]) -> bool:
    """Whether the module's own source defines a name that its stub lacks."""
    if f"{module}.{member}" in IMPLEMENTATION_MEMBERS:
        return True
    folders = (Path(sysconfig.get_path("stdlib")), *site_packages)
    relative = module.replace(".", "/")
    name = re.escape(member)
    definition = re.compile(
        rf"^\s*(?:(?:async\s+)?def|class)\s+{name}\b|^\s*{name}\s*[:=]"
        rf"|^\s*(?:from\s+\S+\s+)?import\s[^\n]*\b{name}\b",
        re.MULTILINE,
    )
    for folder in folders:
        for file in (folder / f"{relative}.py", folder / relative / "__init__.py"):
            text = _read(file)
            if text is None:
                continue
            texts = [text]
            if _STAR_IMPORT.search(text):  # whatever the module's neighbours define may be here
                texts += filter(None, map(_read, sorted(file.parent.glob("*.py"))[:_MOST_FILES]))
            return any(map(definition.search, texts))
    return False


def is_stored_nearby(receiver: str, attribute: str, document: Document) -> bool:
    """Whether the receiver is a class of the project and a class beside it has the attribute.

    ty speaks of the declared type; where the code asks a sibling class first, by a flag or a
    registry, the attribute belongs to a subclass that ty cannot know to be meant.
    """
    name = re.escape(attribute)
    stored = re.compile(
        rf"\bself\.{name}\s*(?::[^=\n]+)?=[^=]|^\s+(?:async\s+)?def\s+{name}\b|^\s+{name}\s*[:=]",
        re.MULTILINE,
    )
    own = re.compile(rf"^\s*class\s+{re.escape(receiver)}\b", re.MULTILINE)
    texts = list(islice(_neighbours(document), _MOST_FILES))
    return any(map(own.search, texts)) and any(map(stored.search, texts))


def _neighbours(document: Document) -> Iterator[str]:
    yield document.text
    folder = PurePosixPath(document.path).parent
    for path, text in document.files.items():
        if path.endswith((".py", ".pyi")):
            yield text
    if document.root is None:
        return
    for file in sorted(Path(document.root, folder).glob("*.py")):
        beside = _read(file)
        if beside is not None:
            yield beside


def _read(file: Path) -> str | None:
    try:
        if not file.is_file() or file.stat().st_size > _MOST_BYTES:
            return None
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
