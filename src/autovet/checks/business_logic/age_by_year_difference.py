"""An age is the difference of two years, whatever the months say.

Finds ``today.year - born.year`` as an age without a look at month and day.

Until this year's birthday the result is one too high: a person counts as of age for up to twelve
months too early.

Subtract one where ``(today.month, today.day) < (born.month, born.day)``.

Leave it when the age reached within the year is what is asked for.
"""

import ast
import re
from collections.abc import Iterator

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("age-by-year-difference", Category.BUSINESS_LOGIC, confidence=0.9)

_AGE = re.compile(r"(?:^|_)(?:age|years_old|years_of_service|seniority)(?:_|$)", re.IGNORECASE)
_BORN = re.compile(r"born|birth|dob|hired|joined", re.IGNORECASE)

BAD = (
    """
def age_on(born, today):
    return today.year - born.year  # <--
""",
    """
from datetime import date

def may_enter(person):
    age = date.today().year - person.birthday.year  # <--
    return age >= 18
""",
)

GOOD = (
    """
def age_on(born, today):
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))

def model_years(first, last):
    return last.year - first.year
""",
    """
def age_on(born, today):
    age = today.year - born.year
    if (today.month, today.day) < (born.month, born.day):
        age -= 1
    return age
""",
)


def check(difference: ast.BinOp, module: Module) -> Iterator[Finding]:
    """Report the difference where nothing asks for month or day."""
    match difference:
        case ast.BinOp(
            left=ast.Attribute(attr="year"), op=ast.Sub(), right=ast.Attribute(attr="year") as born
        ):
            function = module.function_of(difference)
        case _:
            return
    if function is None or not _is_age(difference, function.name, born, module):
        return
    asked = {n.attr for n in ast.walk(function) if isinstance(n, ast.Attribute)}
    if asked & {"month", "day", "yday", "timetuple", "replace"}:
        return
    yield module.finding(
        RULE,
        difference,
        "Before this year's birthday this is one year too many",
        evidence={"input": "born on 31 December, asked on 1 January"},
    )


def _is_age(difference: ast.BinOp, function: str, born: ast.Attribute, module: Module) -> bool:
    match module.parent(difference):
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return bool(_AGE.search(name)) and bool(_BORN.search(ast.unparse(born.value)))
        case ast.Return() | ast.Compare():
            return bool(_AGE.search(function) or _BORN.search(ast.unparse(born.value)))
    return False
