"""One statement about a call that running it confirms or refutes."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody says that a call does.

    Attributes:
        origin: who says so: the caller's examples, the code's documentation, a business rule, a
            test that comes with the code; ``derived``: it follows from what the code states.
        call: the expression.
        function: the qualified name of the module's function that it calls, or empty.
        stated_in: where a reader finds the statement.
        step: the position of the step that evaluates the call.
        returns: the expression that it must equal; evaluated by the step ``expected_step``.
        raises: the name of the exception that it must raise.
        repr_text: what a doctest must print.
        rule: the sentence of the business rule, or the name of the test.
        check: the expression that must hold for it.
        line: the line of the docstring, 0 when it stands elsewhere.
    """

    origin: Literal["example", "documentation", "rule", "test", "derived"]
    call: str
    function: str
    stated_in: str
    step: int
    setup: tuple[str, ...] = ()
    returns: str | None = None
    expected_step: int | None = None
    raises: str | None = None
    repr_text: str | None = None
    rule: str = ""
    check: str = ""
    line: int = 0

    @property
    def expected(self) -> str:
        """What must happen, in words that fit behind "expected"."""
        if self.origin == "rule":
            return self.check
        if self.origin == "test":
            return "no exception"
        if self.raises is not None:
            return f"raises {self.raises}"
        return self.returns if self.returns is not None else self.repr_text or ""
