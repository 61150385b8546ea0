"""What stays of a finding when its code moves, is laid out anew, or has its locals renamed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Hashes of the rule and its statement, from the strictest to the most forgiving.

    Attributes:
        scope: the dotted name of the class or function that it belongs to.
        exact: of scope and statement with real names.
        bound: of scope and statement with locals numbered in the order in which they are bound.
        alone: of path and statement, numbered alike; it counts only where ``scope`` is gone.
        beside: of the statements before and after, to tell copies of one statement apart.
        size: the lines of the statement, where the rule is about its shape; else 0.
    """

    scope: str = ""
    exact: str = ""
    bound: str = ""
    alone: str = ""
    beside: str = ""
    size: int = 0
