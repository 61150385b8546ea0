"""Builds the shipped index from a table of names.

Run as ``python -m autovet.adapters.package_index.build TSV``.

The table has one distribution a line: name, month of its last release, download rank (empty when
it is not among the most downloaded), separated by tabs; ``.xz`` is read as such.
"""

import argparse
import lzma
from collections.abc import Iterable
from pathlib import Path

import marisa_trie
from packaging.utils import canonicalize_name

from autovet.adapters.package_index.card import write_card
from autovet.adapters.package_index.names import INDEX_FILE, POPULAR_FILE, SHIPPED


def build(lines: Iterable[str], target: Path, date: str = "") -> int:
    """Write the files of the index to ``target`` and return the number of names.

    Args:
        lines: name, month of the last release, rank; the last two may be missing.
        target: the directory to write to.
        date: how recent the table is; else the newest month of release in it.
    """
    names: set[str] = set()
    ranks: dict[str, int] = {}
    newest = ""
    for line in lines:
        raw, month, rank, *_ = [*line.rstrip("\n").split("\t"), "", ""]
        name = canonicalize_name(raw)
        if not name:
            continue
        names.add(name)
        newest = max(newest, month)
        if rank:
            ranks[name] = min(int(rank), ranks.get(name, int(rank)))
    target.mkdir(parents=True, exist_ok=True)
    marisa_trie.Trie(
        sorted(names), num_tries=3, cache_size=marisa_trie.TINY_CACHE, order=marisa_trie.LABEL_ORDER
    ).save(str(target / INDEX_FILE))
    popular = sorted(ranks, key=lambda name: (ranks[name], name))
    text = "\n".join([f"# {date or newest} {len(names)}", *popular, ""])
    (target / POPULAR_FILE).write_text(text, "utf-8")
    write_card(target / INDEX_FILE, date or newest, len(names))
    return len(names)


def main() -> None:
    """Read the arguments and build."""
    parser = argparse.ArgumentParser(description="Build the index of published names.")
    parser.add_argument("table", type=Path, help="name, month, rank; tab-separated, .xz allowed")
    parser.add_argument("--target", type=Path, default=SHIPPED, help="directory to write to")
    arguments = parser.parse_args()
    opener = lzma.open if arguments.table.suffix == ".xz" else open
    with opener(arguments.table, "rt", encoding="utf-8") as table:
        build(table, arguments.target)


if __name__ == "__main__":
    main()
