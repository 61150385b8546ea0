"""The variables at one point of a function, and what guards have shown about sources."""

import ast
from collections.abc import Iterable, Mapping

from autovet.checks.security.taint.values import CLEAN, Taint, Value, join
from autovet.checks.vocabulary.expressions import mentions

Target = tuple[str, tuple[str, ...]]
"""``("name", (variable,))`` or ``("source", identity)``: what a guard speaks of."""
Facts = Mapping[Target, frozenset[str]]


class Environment:
    """Variables, sources that a guard has shown to be safe, and tests kept in variables."""

    __slots__ = ("cleared", "tests", "variables")

    def __init__(
        self,
        variables: dict[str, Value] | None = None,
        cleared: dict[tuple[str, ...], frozenset[str]] | None = None,
        tests: dict[str, ast.expr] | None = None,
    ) -> None:
        self.variables = {} if variables is None else variables
        self.cleared = {} if cleared is None else cleared
        self.tests = {} if tests is None else tests

    def copy(self) -> "Environment":
        """An independent copy."""
        return Environment(dict(self.variables), dict(self.cleared), dict(self.tests))

    def assign(self, name: str, value: Value) -> None:
        """Bind a variable; tests on what it held before no longer say anything."""
        self.variables[name] = value
        if self.tests:
            stale = [n for n, test in self.tests.items() if n == name or mentions(test, name)]
            for test_name in stale:
                del self.tests[test_name]

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
    cleared = {
        key: kinds
        for key in first.cleared
        if (kinds := frozenset.intersection(*(b.cleared.get(key, frozenset()) for b in alive)))
    }
    names = dict.fromkeys(name for branch in alive for name in branch.variables)
    variables: dict[str, Value] = {}
    for name in names:
        result: Value | None = None
        for branch in alive:
            value = branch.settle(branch.variables.get(name, CLEAN), cleared)
            result = value if result is None else join(result, value)
        variables[name] = result or CLEAN
    tests = {n: t for n, t in first.tests.items() if all(b.tests.get(n) is t for b in others)}
    return Environment(variables, cleared, tests)
