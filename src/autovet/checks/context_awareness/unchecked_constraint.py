"""A constraint that no check looks at is named, so that nobody believes it was kept.

Lists, under "unverified", the keys of ``context.constraints`` that Autovet does not know or whose
value it cannot use. It reports no finding: the code may well follow the constraint.

Use one of the known keys (the message names the nearest), or check the demand by other means, for
example as a business rule with an executable check.

Leave it when the constraint is meant for people.
"""

import difflib
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.checks.vocabulary.constraint_keys import (
    CHECKED,
    FORBIDDEN_IMPORTS,
    LIMITS,
    LISTS,
    MAX_FUNCTION_LINES,
    canonical,
    forbidden_concept,
    limit_in,
    names_in,
)
from autovet.checks.vocabulary.forbidden_concepts import CONCEPTS, SPECIAL
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.domain.unverified import Unverified
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("unchecked-constraint", Category.CONTEXT_AWARENESS, Severity.INFO, confidence=1.0)

BAD = (
    Example("x = 1  # <--\n", context={"constraints": {MAX_FUNCTION_LINES: "twenty"}}),
    Example("x = 1  # <--\n", context={"constraints": {FORBIDDEN_IMPORTS: 3}}),
)
GOOD = (
    Example("x = 1\n", context={"constraints": {MAX_FUNCTION_LINES: 20, "green_code": True}}),
    "x = 1\n",
)


def check(module: Module, project: Project) -> Iterator[Finding | Unverified]:
    """Name unknown keys as unverified, and report values that cannot be used."""
    for key, value in project.context.constraints.items():
        plain = canonical(key)
        if forbidden_concept(key, value) in CONCEPTS.keys() | SPECIAL:
            continue
        if plain not in CHECKED:
            near = difflib.get_close_matches(key, sorted(CHECKED), 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            yield Unverified(RULE.category, f"constraint {key}", f"no check looks at it{hint}")
        elif (plain in LIMITS and limit_in(value) is None) or (
            plain in LISTS and value and not names_in(value)
        ):
            wanted = "a positive number" if plain in LIMITS else "a list of names"
            yield module.finding(
                RULE,
                module.span(module.tree),
                f"the constraint {key} is not checked: its value is not {wanted}",
                evidence={"constraint": key, "value": repr(value)[:80]},
            )
