"""Patterns from many changes: those that fit one shape, generalised as little as is needed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from autovet.engines.learning.fix_patterns.generalising import Change, common, predicted
from autovet.engines.learning.fix_patterns.tree import Tree, shape, substance

LEAST_SUPPORT = 3
LEAST_SUBSTANCE = 2
LEAST_PRECISION = 0.5
LEAST_APPLIED = 0.25
"""What looks like a pattern and was left alone speaks against it, but less: work is never done."""
_MOST_IN_CLUSTER = 60
_SHAPE_DEPTH = 2


@dataclass(frozen=True, slots=True)
class Mined:
    """A pattern with what it rests on.

    Attributes:
        files: the files in which it was seen.
        precision: of what looks like it before, the share that does so after.
    """

    change: Change
    files: frozenset[str]
    precision: float


def mine(
    changes: Mapping[Change, Iterable[str]], unchanged: Mapping[Tree, int] | None = None
) -> list[Mined]:
    """Return the patterns that enough files support, most support first.

    Args:
        changes: each change with the files in which it was made.
        unchanged: syntax that looked like something that was changed, and how often it stayed.
    """
    stayed: defaultdict[str, list[tuple[Tree, int]]] = defaultdict(list)
    for tree, count in (unchanged or {}).items():
        stayed[tree[0]].append((tree, count))
    clusters: defaultdict[object, dict[Change, frozenset[str]]] = defaultdict(dict)
    for change, files in changes.items():
        key = (shape(change.before, _SHAPE_DEPTH), shape(change.after, _SHAPE_DEPTH))
        clusters[key][change] = frozenset(files)
    by_root: defaultdict[str, dict[Change, frozenset[str]]] = defaultdict(dict)
    for change, files in changes.items():
        by_root[change.before[0]][change] = frozenset(files)
    found: dict[Change, Mined] = {}
    for members in clusters.values():
        for pattern in _candidates(members):
            root = pattern.before[0]
            mined = _judged(pattern, members, by_root[root], stayed[root])
            if mined is not None:
                found[pattern] = mined
    return sorted(_best(found.values()), key=lambda m: (-len(m.files), repr(m.change)))


def _candidates(members: Mapping[Change, frozenset[str]]) -> set[Change]:
    """The changes themselves and what any two have in common, once more generalised."""
    first = sorted(members, key=lambda c: (-len(members[c]), repr(c)))[:_MOST_IN_CLUSTER]
    found = set(first)
    joined = {common(a, b) for a, b in combinations(first, 2)}
    found |= {change for change in joined if change is not None}
    again = sorted((c for c in joined if c is not None), key=repr)[:_MOST_IN_CLUSTER]
    found |= {c for a, b in combinations(again, 2) if (c := common(a, b)) is not None}
    return {change for change in found if substance(change.before) >= LEAST_SUBSTANCE}


def _judged(
    pattern: Change,
    members: Mapping[Change, frozenset[str]],
    alike: Mapping[Change, frozenset[str]],
    stayed: Iterable[tuple[Tree, int]],
) -> Mined | None:
    files: set[str] = set()
    for change, seen in members.items():
        if predicted(pattern, change.before) == change.after:
            files |= seen
    if len(files) < LEAST_SUPPORT:
        return None
    right = wrong = 0
    for change, seen in alike.items():
        after = predicted(pattern, change.before)
        if after is not None:
            right += len(seen) if after == change.after else 0
            wrong += len(seen) if after != change.after else 0
    if right < LEAST_PRECISION * (right + wrong):
        return None
    wrong += sum(n for tree, n in stayed if predicted(pattern, tree) is not None)
    precision = right / (right + wrong)
    return Mined(pattern, frozenset(files), precision) if precision >= LEAST_APPLIED else None


def _best(found: Iterable[Mined]) -> list[Mined]:
    """Of patterns that rest on the same files the one that says most."""
    kept: dict[tuple[str, str, frozenset[str]], Mined] = {}
    for mined in sorted(found, key=lambda m: (-substance(m.change.before), repr(m.change))):
        roots = (mined.change.before[0], str(shape(mined.change.after, 2)))
        kept.setdefault((*roots, mined.files), mined)
    return list(kept.values())
