"""A module that does not even load."""

import re

from autovet.domain.category import Category
from autovet.domain.execution import StepOutcome
from autovet.domain.finding import Finding
from autovet.domain.severity import Severity
from autovet.domain.span import Span
from autovet.domain.unverified import Unverified
from autovet.validation.execution.planning import Planned

# Mistakes that no surroundings explain; everything else may be missing configuration, files,
# packages, arguments or network.
_MISTAKES = frozenset(
    {
        "NameError",
        "UnboundLocalError",
        "TypeError",
        "AttributeError",
        "ZeroDivisionError",
        "IndexError",
        "KeyError",
        "RecursionError",
        "ValueError",
    }
)
_SURROUNDINGS = re.compile(r"\b(environ|getenv|argv|getargs|input|stdin|settings|config)\b")


def load_failure(planned: Planned, outcome: StepOutcome) -> Finding | Unverified | None:
    """Say whose fault it is that the module did not run to its end.

    An error is reported only for a plain mistake at a known line, in a module that reads neither
    its environment nor its arguments. None where nothing was to be run either.
    """
    said = f"{outcome.error}: {outcome.message}".rstrip(": ")
    lines = planned.job.code.splitlines()
    text = lines[outcome.line - 1] if outcome.line and outcome.line <= len(lines) else ""
    if (
        outcome.error not in _MISTAKES
        or not text
        or text.lstrip().startswith("raise ")
        or (outcome.error != "NameError" and _SURROUNDINGS.search(planned.job.code))
    ):
        if not planned.claims:
            return None
        return Unverified(
            Category.BUSINESS_LOGIC,
            f"{len(planned.claims)} examples and rules",
            f"the module could not be imported: {said}",
        )
    line = outcome.line or 1
    column = len(text) - len(text.lstrip()) + 1
    return Finding(
        rule="module-does-not-import",
        category=Category.BUSINESS_LOGIC,
        severity=Severity.ERROR,
        confidence=0.9,
        message=f"Importing the module fails with {said}",
        path=planned.job.path,
        span=Span(line, column, line, len(text) + 1),
        evidence={"error": outcome.error, "message": outcome.message, "stdout": outcome.stdout},
        sources=("execution",),
    )
