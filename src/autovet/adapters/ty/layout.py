"""A project that the caller handed over as texts, laid out as files."""

import hashlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

_LAID_OUT = frozenset({".py", ".pyi"})


def inner_path(path: str) -> PurePosixPath | None:
    """The path below a root, or None when it leads outside or nowhere."""
    parts = PurePosixPath(path.replace("\\", "/")).parts
    if not parts or parts[0] == "/" or ".." in parts or ":" in parts[0] or "\0" in path:
        return None
    return PurePosixPath(*parts)


def module_texts(files: Mapping[str, str], path: PurePosixPath) -> dict[PurePosixPath, str]:
    """The Python files to lay out; the document itself has to be among them.

    ty resolves relative imports only from a file that is on disk. Configuration files stay out.
    """
    texts = {path: ""}
    for name, text in files.items():
        inner = inner_path(name)
        if inner is not None and inner.suffix in _LAID_OUT:
            texts[inner] = text
    return texts


def digest_of(texts: Mapping[PurePosixPath, str]) -> str:
    """The same for the same files with the same texts."""
    digest = hashlib.blake2b(digest_size=16)
    for path, text in sorted(texts.items()):
        for part in (str(path), text):
            data = part.encode("utf-8", "surrogatepass")
            digest.update(b"%d:" % len(data) + data)
    return digest.hexdigest()


def lay_out(texts: Mapping[PurePosixPath, str], directory: Path) -> None:
    """Write the files; what cannot be written (a file where a directory must be) is left out."""
    for path, text in texts.items():
        target = directory / path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text.encode("utf-8", "surrogatepass"))
        except OSError:
            continue
