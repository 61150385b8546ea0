"""What several tests show together."""

from collections.abc import Iterable

from autovet.checks.security.taint.environment import Facts, Target


def both(found: Iterable[Facts]) -> Facts:
    """What holds when all of the tests do."""
    result: dict[Target, frozenset[str]] = {}
    for facts in found:
        for target, kinds in facts.items():
            result[target] = result.get(target, frozenset()) | kinds
    return result


def either(found: list[Facts]) -> Facts:
    """What holds when at least one of the tests does."""
    shared = set(found[0]).intersection(*found[1:]) if found else set()
    result = {}
    for target in shared:
        kinds = frozenset.intersection(*(_covered(f[target], found, target) for f in found))
        if kinds:
            result[target] = kinds
    return result


def _covered(kinds: frozenset[str], found: list[Facts], target: Target) -> frozenset[str]:
    """``*`` covers every kind that another branch shows."""
    return kinds.union(*(f[target] for f in found)) if "*" in kinds else kinds
