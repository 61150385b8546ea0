"""Fix patterns from released packages: how many are found, and whether they foretell changes."""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path

from packaging.version import Version

from autovet.engines.learning.fix_patterns.changes import Revision, revision
from autovet.engines.learning.fix_patterns.generalising import Change, predicted
from autovet.engines.learning.fix_patterns.mining import Mined, mine
from autovet.engines.learning.fix_patterns.tree import Tree
from benchmarks.measure import Measure

STEPS_FORETOLD = 3
"""The newest steps of each package, each foretold from all steps before it."""

Step = list[tuple[str, Revision]]


def measure_fix_patterns(releases: Path) -> list[Measure]:
    """Mine the steps between ``releases/<package>/<version>/`` and foretell the newest ones."""
    steps = {p.name: _steps(p) for p in sorted(releases.iterdir()) if p.is_dir()}
    steps = {name: found for name, found in steps.items() if len(found) > STEPS_FORETOLD}
    looked_like = right = total = 0
    for back in range(STEPS_FORETOLD, 0, -1):
        mined = mined_from({name: found[:-back] for name, found in steps.items()})
        later = [
            change
            for found in steps.values()
            for _, made in found[-back]
            for change in made.changes
        ]
        fitting, exact = judge(mined, later)
        looked_like, right, total = looked_like + fitting, right + exact, total + len(later)
    return [
        Measure(
            "fix patterns with a support of 3 files or more",
            str(len(mined)),
            f"from all but the newest step of {len(steps)} packages",
        ),
        Measure(
            "changes in later versions that look like a pattern, foretold exactly",
            f"{right / looked_like:.0%}" if looked_like else "-",
            f"{right} of {looked_like}; {total} changes in the newest {STEPS_FORETOLD} steps",
        ),
    ]


def mined_from(steps: Mapping[str, list[Step]]) -> list[Mined]:
    """The patterns in some steps."""
    seen: dict[Change, set[str]] = {}
    unchanged: Counter[Tree] = Counter()
    for package, found in steps.items():
        for file, made in (one for step in found for one in step):
            unchanged.update(made.unchanged)
            for change in made.changes:
                seen.setdefault(change, set()).add(f"{package}/{file}")
    return mine(seen, unchanged)


def _steps(package: Path) -> list[Step]:
    versions = sorted((v for v in package.iterdir() if v.is_dir()), key=lambda v: Version(v.name))
    return [list(_revisions(old, new)) for old, new in pairwise(versions)]


def judge(mined: list[Mined], later: list[Change]) -> tuple[int, int]:
    """How many changes looked like a pattern before, and how many of those it got right."""
    looked_like = right = 0
    by_root: dict[str, list[Mined]] = {}
    for pattern in mined:
        by_root.setdefault(pattern.change.before[0], []).append(pattern)
    for change in later:
        fitting = [
            (pattern.precision, len(pattern.files), after)
            for pattern in by_root.get(change.before[0], ())
            if (after := predicted(pattern.change, change.before)) is not None
        ]
        if fitting:
            looked_like += 1
            right += max(fitting, key=lambda f: f[:2])[2] == change.after
    return looked_like, right


def _revisions(old: Path, new: Path) -> Iterator[tuple[str, Revision]]:
    before, after = _texts(old), _texts(new)
    for name in before.keys() & after.keys():
        if before[name] != after[name]:
            yield name, revision(before[name], after[name])


def _texts(folder: Path) -> Mapping[str, str]:
    return {
        str(file.relative_to(folder)).removeprefix("src/"): file.read_text("utf-8", "replace")
        for file in sorted(folder.rglob("*.py"))
    }
