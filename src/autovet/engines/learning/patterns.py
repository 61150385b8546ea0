"""Which rules fire for whom, and which fire together."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, TypeVar

from autovet.domain.event import ValidationRecord

K = TypeVar("K")

MOST_PATTERNS = 20_000
MOST_PAIRS = 5_000
MOST_SEEN = 20_000
_PAIRED_RULES = 15
"""Rules of one validation whose pairs are counted; more is a file that is wrong all over."""

OVERLAP_S = 300.0
"""Records are looked at again for this long, for those that reached the store late."""


@dataclass(slots=True)
class Patterns:
    """Counts of validations, each of which counts once however often it is observed.

    Attributes:
        counts: (rule, project, generator) to the validations in which the rule fired.
        validations: (project, generator) to their number.
        passed: the same for those that passed.
        pairs: two rules to the validations in which both fired.
        facts: rule to its category and the highest severity that it was seen with.
        applied: adaptation rule to the findings that it changed.
        cursor: the moment of the newest record, in seconds since the epoch.
    """

    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    validations: Counter[tuple[str, str]] = field(default_factory=Counter)
    passed: Counter[tuple[str, str]] = field(default_factory=Counter)
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    facts: dict[str, tuple[str, str]] = field(default_factory=dict)
    applied: Counter[str] = field(default_factory=Counter)
    cursor: float = 0.0
    _seen: dict[str, float] = field(default_factory=dict)

    def observe(self, record: ValidationRecord) -> bool:
        """Count a validation; tells whether it was new."""
        if record.validation_id in self._seen:
            return False
        self._seen[record.validation_id] = record.at
        self.cursor = max(self.cursor, record.at)
        who = (record.project, record.generator)
        self.validations[who] += 1
        self.passed[who] += record.decision == "pass"
        for finding in record.findings:
            self.learn_fact(finding.rule, finding.category, finding.severity)
        self.applied.update(record.applied)
        rules = sorted({finding.rule for finding in record.findings})
        for rule in rules:
            self.counts[rule, *who] += 1
        self.pairs.update(combinations(rules[:_PAIRED_RULES], 2))
        self._stay_small()
        return True

    def learn_fact(self, rule: str, category: str, severity: str) -> None:
        """Note a rule's category and severity; demoted reports do not hide the higher one."""
        known = self.facts.get(rule)
        if known is None or (known[1] != "error" and severity == "error"):
            self.facts[rule] = (category, severity)

    def _stay_small(self) -> None:
        _keep_common(self.counts, MOST_PATTERNS)
        _keep_common(self.pairs, MOST_PAIRS)
        if len(self._seen) > MOST_SEEN:
            for validation_id in list(self._seen)[: MOST_SEEN // 2]:
                del self._seen[validation_id]

    def advice(self, project: str, generator: str, limit: int = 10) -> list[dict[str, Any]]:
        """The rules that fire most for a generator, here or, unknown here, in all projects."""
        scope = "project" if self.validations[project, generator] else "all projects"
        matching = [who for who in self.validations if who[1] == generator]
        if scope == "project":
            matching = [(project, generator)]
        total = sum(self.validations[who] for who in matching)
        fired: Counter[str] = Counter()
        for (rule, where, by), count in self.counts.items():
            if by == generator and (where == project or scope != "project"):
                fired[rule] += count
        ordered = sorted(fired.items(), key=lambda item: (-item[1], item[0]))
        return [
            {
                "rule": rule,
                "category": self.facts.get(rule, ("", ""))[0],
                "count": count,
                "validations": total,
                "share": round(count / total, 4),
                "scope": scope,
            }
            for rule, count in ordered[:limit]
        ]

    def companions(self, limit: int = 5) -> list[dict[str, Any]]:
        """The pairs of rules that fire together most often."""
        ordered = sorted(self.pairs.items(), key=lambda item: (-item[1], item[0]))
        return [{"rules": list(pair), "count": count} for pair, count in ordered[:limit]]

    def as_state(self) -> dict[str, Any]:
        """Everything, JSON-serialisable."""
        recent = {i: at for i, at in self._seen.items() if at > self.cursor - 2 * OVERLAP_S}
        return {
            "counts": [[*key, count] for key, count in self.counts.items()],
            "validations": [[*key, n, self.passed[key]] for key, n in self.validations.items()],
            "pairs": [[*key, count] for key, count in self.pairs.items()],
            "facts": {rule: list(fact) for rule, fact in self.facts.items()},
            "applied": dict(self.applied),
            "cursor": self.cursor,
            "seen": recent,
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> "Patterns":
        """What ``as_state`` gave."""
        return cls(
            counts=Counter({(r, p, g): n for r, p, g, n in _rows(state, "counts")}),
            validations=Counter({(p, g): n for p, g, n, _ in _rows(state, "validations")}),
            passed=Counter({(p, g): n for p, g, _, n in _rows(state, "validations")}),
            pairs=Counter({(a, b): n for a, b, n in _rows(state, "pairs")}),
            facts={rule: (fact[0], fact[1]) for rule, fact in state.get("facts", {}).items()},
            applied=Counter(state.get("applied", {})),
            cursor=float(state.get("cursor", 0.0)),
            _seen=dict(state.get("seen", {})),
        )


def _rows(state: Mapping[str, Any], name: str) -> Iterable[Any]:
    rows: Iterable[Any] = state.get(name, ())
    return rows


def _keep_common(counter: Counter[K], most: int) -> None:
    if len(counter) <= most:
        return
    kept = dict(counter.most_common(most // 2))
    counter.clear()
    counter.update(kept)
