"""Sources that show a name which stubs leave out; read as text, and only when ty misses it."""

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path, PurePosixPath

from autovet.domain.document import Document

_MOST_FILES, _MOST_BYTES = 200, 1_000_000

_STORES_ANYTHING = re.compile(r"\bsetattr\(\s*self\b|\bself\.__dict__\b|\bvars\(self\)")
_UNINDENTED = re.compile(r"^[^\s#)\]}]", re.MULTILINE)
_MAKES_NAMES = re.compile(
    r"\b(?:globals|vars|locals)\(\)|\bsetattr\(|^def __getattr__\b|\bexec\(", re.MULTILINE
)

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
    own = re.compile(
        rf"^\s*class\s+(?:{re.escape(receiver)}\b|\w+\([^)]*\b{re.escape(receiver)}\b)",
        re.MULTILINE,
    )
    texts = list(islice(_neighbours(document), _MOST_FILES))
    bodies = [_body(text, match) for text in texts for match in own.finditer(text)]
    # a class that stores whatever it is given may have any attribute
    return any(map(_STORES_ANYTHING.search, bodies)) or (
        bool(bodies) and any(map(stored.search, texts))
    )


def _body(text: str, header: re.Match[str]) -> str:
    """A class as far as its lines are indented."""
    _, _, rest = text[header.end() :].partition("\n")
    end = _UNINDENTED.search(rest)
    return rest if end is None else rest[: end.start()]


def is_made_at_run_time(module: str, document: Document) -> bool:
    """Whether a module of the project makes names that its text does not show."""
    relative = module.replace(".", "/")
    for base in ("", "src/"):
        for end in (".py", "/__init__.py"):
            name = f"{base}{relative}{end}"
            text = document.files.get(name)
            if text is None and document.root is not None:
                text = _read(Path(document.root, name))
            if text is not None:
                return _MAKES_NAMES.search(text) is not None
    return False


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
