"""What stands beside an index of names: how recent it is, and how to see that it is whole."""

import mmap
import zlib
from dataclasses import dataclass
from pathlib import Path

import msgspec

CARD_FILE = "pypi_names.json"


@dataclass(frozen=True, slots=True)
class IndexCard:
    """Describes the file of an index.

    Attributes:
        date: the month or day of the newest name, such as ``2026-11``.
        names: how many names there are.
        size: of the file, in bytes.
        crc32: of the file; a flipped bit makes a trie forget names without any error.
    """

    date: str
    names: int
    size: int
    crc32: int


def write_card(file: Path, date: str, names: int) -> IndexCard:
    """Describe an index in a file beside it."""
    card = IndexCard(date, names, *_measured(file))
    file.with_name(CARD_FILE).write_bytes(msgspec.json.encode(card) + b"\n")
    return card


def read_card(file: Path) -> IndexCard | None:
    """The card of an index whose file is as the card says; None when anything is wrong."""
    try:
        card = msgspec.json.decode(file.with_name(CARD_FILE).read_bytes(), type=IndexCard)
        measured = _measured(file)
    except (OSError, ValueError, msgspec.DecodeError):
        return None
    return card if measured == (card.size, card.crc32) else None


def _measured(file: Path) -> tuple[int, int]:
    # mapped, because copying the file takes twice as long as the sum
    with file.open("rb") as data, mmap.mmap(data.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return len(content), zlib.crc32(content)
