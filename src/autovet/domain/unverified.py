"""What could not be verified for want of facts."""

from dataclasses import dataclass

from autovet.domain.category import Category


@dataclass(frozen=True, slots=True)
class Unverified:
    """A statement of the code that nothing at hand confirms or refutes; never an error."""

    category: Category
    what: str
    why: str
