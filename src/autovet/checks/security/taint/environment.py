"""The variables at one point of a function, and what guards have shown about sources."""

import ast
from collections.abc import Iterable, Mapping, Sequence

from autovet.checks.security.taint.folding import truth
from autovet.checks.security.taint.values import CLEAN, UNKNOWN, Taint, Value, join
from autovet.checks.security.taint.variables import Variables

Target = tuple[str, tuple[str, ...]]
"""``("name", (variable,))`` or ``("source", identity)``: what a guard speaks of."""
Facts = Mapping[Target, frozenset[str]]


_MAX_TESTS = 24
Test = tuple[ast.expr, frozenset[str]]
"""An expression kept in a variable, and the names that it mentions."""


class Environment:
    """Variables, sources that a guard has shown to be safe, and tests kept in variables.

    ``implied`` holds what a flag tells: what was shown wherever it was given a value that counts
    as true, or as false. ``outer`` is the environment of the function around, for functions defined in functions.
    """

    __slots__ = ("cleared", "implied", "outer", "tests", "variables")

    def __init__(
        self,
        variables: dict[str, Value] | Variables | None = None,
        cleared: dict[tuple[str, ...], frozenset[str]] | None = None,
        tests: dict[str, Test] | None = None,
        outer: "Environment | None" = None,
    ) -> None:
        self.variables = variables if isinstance(variables, Variables) else Variables(variables)
        self.cleared = {} if cleared is None else cleared
        self.tests = {} if tests is None else tests
        self.outer = outer
        self.implied: dict[str, dict[bool, Facts]] = {}

    def copy(self) -> "Environment":
        """An independent copy."""
        copied = Environment(
            self.variables.copy(), dict(self.cleared), dict(self.tests), self.outer
        )
        copied.implied = dict(self.implied)
        return copied

    def assign(self, name: str, value: Value) -> None:
        """Bind a variable; tests on what it held before no longer say anything."""
        self.variables[name] = value
        if self.tests:
            stale = [n for n, (_, names) in self.tests.items() if n == name or name in names]
            for test_name in stale:
                del self.tests[test_name]
        if self.implied:
            outdated = [n for n, told in self.implied.items() if n == name or _speaks_of(told, name)]  # fmt: skip
            for flag in outdated:
                del self.implied[flag]

    def keep_test(self, name: str, test: ast.expr) -> None:
        """Take note of what a variable says about others."""
        names = frozenset(n.id for n in ast.walk(test) if isinstance(n, ast.Name))
        if name not in names:
            while len(self.tests) >= _MAX_TESTS:
                del self.tests[next(iter(self.tests))]
            self.tests[name] = (test, names)

    def changed(self, old: Value, new: Value) -> None:
        """An object was changed in place: every variable that holds it sees the change."""
        if not old.ref:
            return
        for name, value in list(self.variables.items()):
            if value.ref == old.ref:
                self.variables[name] = new
            elif value.items is not None:
                stale = [k for k, v in value.items.items() if v.ref == old.ref]
                if stale:
                    items = {**value.items, **dict.fromkeys(stale, new)}
                    self.variables[name] = value._replace(items=items)

    def learn(self, facts: Facts) -> None:
        """Take note of what a guard has shown."""
        for (kind, key), kinds in facts.items():
            if kind == "source":
                self.cleared[key] = self.cleared.get(key, frozenset()) | kinds
            elif (value := self.variables.get(key[0])) is not None:
                self.variables[key[0]] = _made_safe(value, kinds)

    def safe_for(self, taint: Taint) -> frozenset[str]:
        """The kinds of sink that a taint is safe for here."""
        safe = taint.safe
        if self.cleared:
            ident = taint.ident
            for length in range(len(ident), 0, -1):
                safe |= self.cleared.get(ident[:length], frozenset())
        return safe

    def settle(self, value: Value, keep: Mapping[tuple[str, ...], frozenset[str]]) -> Value:
        """Write what guards have shown into a value that leaves the guarded branch."""
        if self.cleared == keep or not (value.taints or value.items):
            return value
        taints = tuple(t._replace(safe=self.safe_for(t)) for t in value.taints)
        items = value.items and {k: self.settle(v, keep) for k, v in value.items.items()}
        return value._replace(taints=taints, items=items)


def _made_safe(value: Value, kinds: frozenset[str]) -> Value:
    taints = tuple(t._replace(safe=t.safe | kinds) for t in value.taints)
    return value._replace(taints=taints)


def join_environments(branches: Iterable[Environment | None]) -> Environment | None:
    """The environment after branches; None for one that does not get here."""
    alive = [branch for branch in branches if branch is not None]
    if not alive:
        return None
    if len(alive) == 1:
        return alive[0]
    first, *others = alive
    cleared = first.cleared
    if any(b.cleared != cleared for b in others):
        shared = set(cleared).intersection(*(b.cleared for b in others))
        kept = {key: common_kinds([b.cleared[key] for b in alive]) for key in shared}
        cleared = {key: kinds for key, kinds in kept.items() if kinds}
    variables, names = Variables.split([b.variables for b in alive])
    for name in sorted(names):
        result: Value | None = None
        for branch in alive:
            value = branch.settle(branch.variables.get(name) or CLEAN, cleared)
            result = value if result is None else join(result, value)
        variables[name] = result or CLEAN
    tests = {n: t for n, t in first.tests.items() if all(b.tests.get(n) is t for b in others)}
    joined = Environment(variables, cleared, tests, first.outer)
    joined.implied = {n: t for n, t in first.implied.items() if all(b.implied.get(n) is t for b in others)}  # fmt: skip
    for name in names:
        told = _told_by_flag(name, alive, names)
        if told:
            joined.implied[name] = told
    return joined


def _speaks_of(told: Mapping[bool, Facts], name: str) -> bool:
    return any(("name", (name,)) in facts for facts in told.values())


def _told_by_flag(
    flag: str, branches: Sequence[Environment], names: Iterable[str]
) -> dict[bool, Facts]:
    """What has been shown in the branches that leave a flag true, and in those that leave it false."""
    values = [b.variables.get(flag) for b in branches]
    truths = [truth(v) if v is not None else None for v in values]
    if None in truths or len(set(truths)) < 2:
        return {}
    told = {}
    for wanted in (True, False):
        chosen = [b for b, is_true in zip(branches, truths, strict=True) if is_true is wanted]
        told[wanted] = _shown_in_all(chosen, names)
    return told if any(told.values()) else {}


def _shown_in_all(branches: Sequence[Environment], names: Iterable[str]) -> Facts:
    shared = set(branches[0].cleared).intersection(*(b.cleared for b in branches))
    found: dict[Target, frozenset[str]] = {
        ("source", key): common_kinds([b.cleared[key] for b in branches]) for key in shared
    }
    for name in names:
        marks = [_safe_everywhere(b, name) for b in branches]
        kinds = common_kinds(marks)
        if kinds:
            found["name", (name,)] = kinds
    return found


def _safe_everywhere(branch: Environment, name: str) -> frozenset[str]:
    value = branch.variables.get(name)
    if value is None:
        return frozenset()
    if not value.taints:
        return frozenset({"*"}) if value.const is not UNKNOWN else frozenset()
    return common_kinds([branch.safe_for(t) for t in value.taints])


def common_kinds(found: Sequence[frozenset[str]]) -> frozenset[str]:
    """The kinds of sink that all marks cover; the mark of safety everywhere covers every kind."""
    whole = frozenset().union(*found)
    return frozenset.intersection(*(whole | kinds if "*" in kinds else kinds for kinds in found))
