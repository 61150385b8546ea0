"""Replaces the user's own index of published names by a newer one."""

import lzma
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from packaging.utils import canonicalize_name

from autovet.adapters.package_index.build import build
from autovet.adapters.package_index.card import IndexCard, read_card
from autovet.adapters.package_index.names import INDEX_FILE, PublishedNames
from autovet.domain.errors import KnowledgeError

_LEAST_SHARE = 0.9
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")


def table_lines(file: Path) -> Iterator[str]:
    """The lines of a table of names; a file named ``.xz`` is unpacked.

    Raises:
        KnowledgeError: it cannot be read.
    """
    opener = lzma.open if file.suffix == ".xz" else open
    try:
        with opener(file, "rt", encoding="utf-8") as table:
            yield from table
    except (OSError, EOFError, UnicodeDecodeError, lzma.LZMAError) as error:
        raise KnowledgeError(f"{file} cannot be read: {error}") from error


def replace_index(
    lines: Iterable[str], target: Path, known: PublishedNames, date: str = ""
) -> IndexCard:
    """Build an index from a table and put it in ``target`` when it is whole.

    Where the table has no ranks, the most downloaded names stay those that are known.

    Args:
        lines: name, month of the last release, rank; the last two may be missing.
        target: the directory of the index; it is replaced.
        known: the index at hand, which the new one must largely contain.
        date: how recent the table is; else its newest month of release.

    Raises:
        KnowledgeError: the table is no list of names, or far from complete; or ``target`` cannot
            be written. What was there before is still there.
    """
    popular = known.popular
    rows = list(_sound_rows(lines))
    if not any(row.count("\t") >= 2 and row.rpartition("\t")[2].strip() for row in rows):
        ranks = {name: rank for rank, name in enumerate(popular, 1)}
        rows = [_ranked(row, ranks) for row in rows]
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".unfinished-", dir=target.parent) as folder:
            fresh = Path(folder, "names")
            build(rows, fresh, date)
            card = read_card(fresh / INDEX_FILE)
            _require_complete(PublishedNames(fresh), popular, len(rows))
            if target.exists():
                target.rename(Path(folder, "replaced"))
            fresh.rename(target)
    except OSError as error:
        raise KnowledgeError(f"{target} cannot be written: {error}") from error
    if card is None:
        shutil.rmtree(target, ignore_errors=True)
        raise KnowledgeError(f"{target} was not written as it should be")
    return card


def _sound_rows(lines: Iterable[str]) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        name, _, _ = line.rstrip("\r\n").partition("\t")
        if not name:
            continue
        if not _NAME.fullmatch(name):
            raise KnowledgeError(f"line {number} is no name of a distribution: {name[:60]!r}")
        rank = line.rstrip("\r\n").split("\t")[2:3]
        if rank and rank[0] and not (rank[0].isascii() and rank[0].isdigit()):
            raise KnowledgeError(f"line {number} has no number as its rank: {rank[0][:20]!r}")
        yield line


def _ranked(row: str, ranks: dict[str, int]) -> str:
    name, month, *_ = [*row.rstrip("\r\n").split("\t"), ""]
    rank = ranks.get(canonicalize_name(name))
    return f"{name}\t{month}\t{rank or ''}"


def _require_complete(fresh: PublishedNames, popular: Sequence[str], rows: int) -> None:
    held = sum(name in fresh for name in popular)
    if popular and held < _LEAST_SHARE * len(popular):
        raise KnowledgeError(
            f"the list of {rows} names lacks {len(popular) - held} of the {len(popular)} most "
            "downloaded ones: with it everything else would be called invented"
        )
