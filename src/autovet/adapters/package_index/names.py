"""Which distribution names the package index lists: a memory-mapped trie, loaded on first use."""

import logging
from collections.abc import Sequence
from functools import cached_property, lru_cache
from pathlib import Path

import marisa_trie
from packaging.utils import canonicalize_name
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from autovet.adapters.package_index.card import IndexCard, read_card

SHIPPED = Path(__file__).parents[2] / "data"
INDEX_FILE = "pypi_names.marisa"
POPULAR_FILE = "pypi_popular.txt"

_CANDIDATES = 40
_NEAREST = 10
_LEAST_LIKENESS = 55.0
_REMEMBERED = 512
# names shorter than this are near some well-known one by chance
_LONG, _FAMOUS = 5, 5_000
_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789-"
_log = logging.getLogger(__name__)


def newest_sound(shipped: Path, own: Path) -> Path:
    """The user's own index where it is whole and no older than the shipped one."""
    theirs, ours = read_card(shipped / INDEX_FILE), read_card(own / INDEX_FILE)
    if ours is None or (theirs is not None and ours.date < theirs.date):
        return shipped
    return own


class PublishedNames:
    """The names of an index; a missing or damaged file means that nothing is known."""

    def __init__(self, directory: Path = SHIPPED) -> None:
        self._directory = directory
        # several checks ask for the same name
        self._near = lru_cache(maxsize=_REMEMBERED)(self._find_nearest)
        self._spelled = lru_cache(maxsize=_REMEMBERED)(self._find_spelled_out)

    @cached_property
    def _trie(self) -> marisa_trie.Trie | None:
        path = self._directory / INDEX_FILE
        if self.card is None:
            _log.warning("the package index %s is missing or damaged", path)
            return None
        try:
            return marisa_trie.Trie().mmap(str(path))
        except (OSError, RuntimeError, ValueError) as error:
            _log.warning("the package index %s cannot be read: %s", path, error)
            return None

    @cached_property
    def card(self) -> IndexCard | None:
        """How recent the index is; None when it is missing or damaged."""
        return read_card(self._directory / INDEX_FILE)

    @cached_property
    def popular(self) -> Sequence[str]:
        """The most downloaded names, most downloaded first."""
        try:
            lines = (self._directory / POPULAR_FILE).read_text("utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            return ()
        return [line for line in lines if line and not line.startswith("#")]

    def __contains__(self, name: str) -> bool:
        """Whether the index lists the name, in any spelling of it; False without an index."""
        return self._trie is not None and canonicalize_name(name) in self._trie

    def is_popular(self, name: str) -> bool:
        """Whether the name is among the most downloaded."""
        return canonicalize_name(name) in self._popular_set

    @cached_property
    def _popular_set(self) -> frozenset[str]:
        return frozenset(self.popular)

    @property
    def known(self) -> bool:
        """Whether there is an index to ask."""
        return self._trie is not None

    def nearest(self, name: str, limit: int) -> Sequence[str]:
        """Listed names near ``name``, best first.

        Spelling (edit distance and shared words) decides; the more often a name is downloaded,
        the likelier it was meant. Rare names count only when they are one edit away.
        """
        return self._near(name)[: max(limit, 0)]

    def _find_nearest(self, name: str) -> Sequence[str]:
        if self._trie is None:
            return ()
        wanted = canonicalize_name(name)
        rank = {popular: number for number, popular in enumerate(self.popular)}
        near = process.extract(wanted, self.popular, scorer=fuzz.ratio, limit=_CANDIDATES)
        near += process.extract(
            wanted, self.popular[:3000], scorer=fuzz.token_set_ratio, limit=_CANDIDATES,
            processor=_words,
        )  # fmt: skip
        candidates = {found for found, *_ in near}
        candidates |= {popular for popular in self.popular if popular.startswith(f"{wanted}-")}
        candidates |= {edit for edit in _edits(wanted) if edit in self._trie}
        candidates.discard(wanted)
        scored = [(_likeness(wanted, c) + _fame(rank.get(c)), c) for c in candidates]
        scored = [pair for pair in scored if pair[0] >= _LEAST_LIKENESS]
        best = sorted(scored, key=lambda pair: (-pair[0], pair[1]))
        return [found for _, found in best[:_NEAREST]]

    def spelled_out(self, module: str) -> Sequence[str]:
        """Popular names of which a module's name is two or more words run together.

        ``ansiblelint`` comes from ansible-lint, ``adminsortable`` from django-admin-sortable.
        """
        return self._spelled(module)

    def _find_spelled_out(self, module: str) -> Sequence[str]:
        wanted = module.lower()
        if not wanted.isalnum():
            return ()
        found = (name for name in self.popular if wanted in name.replace("-", ""))
        return [name for name in found if _runs_together(wanted, name.split("-"))]

    def resembled(self, name: str) -> str | None:
        """The best known name that is one slip of the finger away; None for short names.

        Of 20,000 names drawn from the list, none popular, 0.9% are that near by chance.
        """
        wanted = canonicalize_name(name)
        known = self.popular[: _FAMOUS if len(wanted) >= _LONG else 0]
        near = process.extract(wanted, known, scorer=OSA.distance, score_cutoff=1, limit=None)
        return min(
            ((rank, found) for found, _, rank in near if found != wanted), default=(0, None)
        )[1]


def _runs_together(wanted: str, words: list[str]) -> bool:
    return any(
        wanted == "".join(words[start:end])
        for start in range(len(words) - 1)
        for end in range(start + 2, len(words) + 1)
    )


def _words(name: str) -> str:
    return name.replace("-", " ")


def _likeness(wanted: str, candidate: str) -> float:
    """0 to 100: like spelling, raised by shared words."""
    words, others = set(wanted.split("-")), set(candidate.split("-"))
    shared = len(words & others) / len(words | others)
    held = len(words & others) / len(others)
    return 0.7 * float(fuzz.ratio(wanted, candidate)) + 20 * shared + 10 * held


def _fame(rank: int | None) -> float:
    """Up to 15 points: about two for each halving of the rank."""
    return 0.0 if rank is None else 15.0 - (rank + 1).bit_length()


def _edits(name: str) -> set[str]:
    """All names one deletion, swap, replacement or insertion away."""
    splits = [(name[:i], name[i:]) for i in range(len(name) + 1)]
    deletes = {a + b[1:] for a, b in splits if b}
    swaps = {a + b[1] + b[0] + b[2:] for a, b in splits if len(b) > 1}
    replaces = {a + c + b[1:] for a, b in splits if b for c in _ALPHABET}
    inserts = {a + c + b for a, b in splits for c in _ALPHABET}
    return deletes | swaps | replaces | inserts
