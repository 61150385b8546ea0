"""Show which folders take up the most disk space."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

UNITS = ("B", "KiB", "MiB", "GiB", "TiB")


@dataclass
class Folder:
    """A folder and the size of all that it holds."""

    path: Path
    size: int = 0
    children: list[Folder] = field(default_factory=list)


def human_size(size: float) -> str:
    """Format a number of bytes for people."""
    for unit in UNITS[:-1]:
        if size < 1024:
            return f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} {UNITS[-1]}"


def scan(path: Path, follow_symlinks: bool = False) -> Folder:
    """Measure a folder and everything below it."""
    folder = Folder(path)
    try:
        entries = list(os.scandir(path))
    except PermissionError:
        print(f"cannot read {path}", file=sys.stderr)
        return folder
    for entry in entries:
        if entry.is_dir(follow_symlinks=follow_symlinks):
            child = scan(Path(entry.path), follow_symlinks)
            folder.children.append(child)
            folder.size += child.size
        else:
            folder.size += entry.stat(follow_symlinks=follow_symlinks).st_size
    folder.children.sort(key=lambda child: child.size, reverse=True)
    return folder


def show(folder: Folder, depth: int, minimum: int, indent: int = 0) -> None:
    """Print a folder and its largest children."""
    print(f"{'  ' * indent}{human_size(folder.size):>12}  {folder.path.name or folder.path}")
    if depth == 0:
        return
    for child in folder.children:
        if child.size >= minimum:
            show(child, depth - 1, minimum, indent + 1)


def parse_size(text: str) -> int:
    """Read a size such as ``10M``."""
    factors = {"K": 1024, "M": 1024**2, "G": 1024**3}
    suffix = text[-1:].upper()
    if suffix in factors:
        return int(float(text[:-1]) * factors[suffix])
    return int(text)


def main(argv: list[str] | None = None) -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", nargs="?", type=Path, default=Path.cwd())
    parser.add_argument("-d", "--depth", type=int, default=2, help="levels to show")
    parser.add_argument("-m", "--minimum", type=parse_size, default=1024**2, help="hide smaller")
    parser.add_argument("-L", "--follow", action="store_true", help="follow symbolic links")
    args = parser.parse_args(argv)

    if not args.path.is_dir():
        parser.error(f"{args.path} is not a directory")
    show(scan(args.path, args.follow), args.depth, args.minimum)
    return 0


if __name__ == "__main__":
    sys.exit(main())
