"""A change that was made more than once, as a shape that other code may fit."""

from dataclasses import dataclass

from autovet.domain.fix import Edit


@dataclass(frozen=True, slots=True)
class FixPattern:
    """What code looked like before a change and after it, with holes for what differed.

    Attributes:
        id: names the pattern: the same shapes have the same id.
        before: the shape before, as source text; ``$0``, ``$1``... stand for any expression, the
            same number for the same expression.
        after: the shape after.
        rules: the rules whose findings went away with the change, where that is known.
        support: how many files it was seen in.
        kept: how many fixes made with it were kept.
        reverted: how many were taken back.
    """

    id: str
    before: str
    after: str
    rules: tuple[str, ...] = ()
    support: int = 0
    kept: int = 0
    reverted: int = 0

    @property
    def success_rate(self) -> float:
        """The share of its fixes that were kept, one of each kind assumed beforehand, 0 to 1."""
        return (self.kept + 1) / (self.kept + self.reverted + 2)


@dataclass(frozen=True, slots=True)
class PatternFix:
    """A pattern applied at one place; nothing has been proven about it yet."""

    pattern: FixPattern
    edits: tuple[Edit, ...]
