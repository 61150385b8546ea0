"""Types as they were recorded, seen more coarsely."""

NUMBERS = frozenset({"int", "float", "complex", "Fraction", "Decimal"})


def kinds_of(types: frozenset[str]) -> frozenset[str]:
    """Types without what containers hold; all numbers are ``number``."""
    bare = {name.partition("[")[0] for name in types}
    return frozenset("number" if name in NUMBERS else name for name in bare)
