"""The value of an enum member changed, and what was stored or sent with the old one is refused.

Compares the members of enums with those in ``context.previous`` that have the same name and another
value. Rows, messages and settings written before hold the old value: ``State("shipped")`` raises
ValueError for them, and other programs do not know the new one.

Keep the value and rename the member only, or accept both (``_missing_``) while the stored values are
migrated.

Leave it for enums whose values are never stored or sent (``auto()``).
"""

import ast
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.checks.vocabulary.expressions import last_name
from autovet.checks.vocabulary.previous_version import previous_version
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("stored-value-changed", Category.INTEGRATION, confidence=0.85)

_BEFORE = """
from enum import Enum, IntEnum, auto

class Food(Enum):
    HAY = "hay"
    MEAT = "meat"
    ANY = auto()

class Size(IntEnum):
    SMALL = 1
"""

BAD = (
    Example(
        """
from enum import Enum, IntEnum

class Food(Enum):
    HAY = "grass"  # <--
    MEAT = "meat"

class Size(IntEnum):
    TINY = 0
    SMALL = 2  # <--
""",
        context={"previous": _BEFORE},
    ),
    Example(
        """
import enum

class Food(str, enum.Enum):
    MEAT = "flesh"  # <--
""",
        context={"previous": _BEFORE},
    ),
)

GOOD = (
    Example(
        """
from enum import Enum, auto

class Food(Enum):
    HAY = "hay"
    MEAT = "meat"
    FISH = "fish"
    ANY = auto()
""",
        context={"previous": _BEFORE},
    ),
    Example(
        """
class Food:
    HAY = "grass"

class Plan:
    SMALL = 5
""",
        context={"previous": _BEFORE},
    ),
)

_ENUMS = ("Enum", "IntEnum", "StrEnum", "IntFlag", "Flag", "TextChoices", "IntegerChoices")


def check(owner: ast.ClassDef, module: Module, project: Project) -> Iterator[Finding]:
    """Report members of an enum that kept their name and lost their value."""
    if not any(last_name(b) in _ENUMS for b in owner.bases) or module.is_test:
        return
    before = previous_version(module, project)
    if before is None:
        return
    old = next((c for c in before.nodes(ast.ClassDef) if c.name == owner.name), None)
    known = _members(old) if old is not None else {}
    for name, (statement, value) in _members(owner).items():
        if name in known and known[name][1] != value:
            yield module.finding(
                RULE,
                statement,
                f"{owner.name}.{name} was {known[name][1]} before: what was stored or sent with it is refused now",
                evidence={"before": known[name][1], "now": value},
            )


def _members(owner: ast.ClassDef) -> dict[str, tuple[ast.Assign, str]]:
    """The members with literal values."""
    return {
        s.targets[0].id: (s, ast.unparse(s.value))
        for s in owner.body
        if isinstance(s, ast.Assign)
        and isinstance(s.targets[0], ast.Name)
        and isinstance(s.value, (ast.Constant, ast.Tuple))
    }
