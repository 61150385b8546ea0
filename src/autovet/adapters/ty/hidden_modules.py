"""Modules that exist although ty cannot see them."""

import re
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

_MAPPING = re.compile(r"^MAPPING\b[^=]*=\s*(\{.*\})\s*$", re.MULTILINE)
_EXTENSIONS = ("*.so", "*.pyd", "*.pyc")


def is_hidden_module(module: str, site_packages: Iterable[Path]) -> bool:
    """Whether a module is a compiled extension without stubs, or installed by an import hook."""
    parts = module.split(".")
    if not all(part.isidentifier() for part in parts):
        return False
    return any(_is_extension(parts, d) or _is_hooked(parts[0], d) for d in site_packages)


def is_project_module(module: str, directory: Path, root: Path) -> bool:
    """Whether a relative import (``.a``, ``..b.c``) leads to a file of the project.

    Args:
        module: the relative name, dots included.
        directory: the directory of the importing file.
        root: the project's directory, beyond which nothing counts.
    """
    name = module.lstrip(".")
    base = directory
    for _ in range(len(module) - len(name) - 1):
        base = base.parent
    if not base.is_relative_to(root):
        return False
    target = base.joinpath(*PurePosixPath(name.replace(".", "/")).parts)
    return target.is_dir() or any(
        target.with_name(target.name + suffix).is_file() for suffix in (".py", ".pyi")
    )


def _is_extension(parts: list[str], directory: Path) -> bool:
    parent = directory.joinpath(*parts[:-1])
    return any(True for kind in _EXTENSIONS for _ in parent.glob(f"{parts[-1]}.{kind[2:]}")) or any(
        True for kind in _EXTENSIONS[:2] for _ in parent.glob(f"{parts[-1]}.{kind}")
    )


def _is_hooked(top: str, directory: Path) -> bool:
    for finder in directory.glob("__editable__*_finder.py"):
        mapping = _MAPPING.search(finder.read_text(encoding="utf-8", errors="replace"))
        if mapping and re.search(rf"['\"]{re.escape(top)}['\"]\s*:", mapping[1]):
            return True
    return False
