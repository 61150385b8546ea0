"""Moving a date to another year fails for 29 February.

Finds ``day.replace(year=...)`` and ``date(day.year + 1, day.month, day.day)`` where nothing
provides for a date that the other year does not have.

On 29 February the call raises ``ValueError``. It does so for one customer in 1461, once in four
years, in code that computes renewals, birthdays and anniversaries.

Catch the ``ValueError`` and take the day that the business wants (28 February or 1 March), or use
``dateutil.relativedelta(years=1)``.

Leave it when the date is known never to be 29 February, such as the first day of a month.
"""

import ast
from collections.abc import Iterator

from autovet.checks.business_logic._guards import is_caught
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("date-replace-year", Category.BUSINESS_LOGIC, confidence=0.9)

BAD = (
    """
from datetime import date

def next_birthday(born: date, today: date) -> date:
    this_year = born.replace(year=today.year)  # <--
    if this_year >= today:
        return this_year
    return born.replace(year=today.year + 1)  # <--
""",
    """
import datetime as dt

def guarantee_ends(bought: dt.date) -> dt.date:
    return dt.date(bought.year + 2, bought.month, bought.day)  # <--
""",
)

GOOD = (
    """
from datetime import date

def next_birthday(born: date, year: int) -> date:
    try:
        return born.replace(year=year)
    except ValueError:
        return date(year, 3, 1)

def opening(day: date, year: int) -> date:
    return day.replace(year=year, month=1, day=1)
""",
    """
import calendar
from datetime import date

def renewed(day: date, year: int) -> date:
    if (day.month, day.day) == (2, 29) and not calendar.isleap(year):
        return date(year, 2, 28)
    return day.replace(year=year)
""",
    """
from datetime import date

def month_of(day: date, year: int) -> date:
    return day.replace(day=1).replace(year=year)

def copy(day: date) -> date:
    return date(day.year, day.month, day.day)

def titled(text: str) -> str:
    return text.replace("year", "month")
""",
)


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report a year that is changed while month and day stay."""
    if not (_replaces_year(call, module) or _builds_other_year(call, module)):
        return
    if is_caught(call, module, {"ValueError"}) or _knows_leap_days(call, module):
        return
    yield module.finding(
        RULE,
        call,
        "This raises ValueError for 29 February when the other year is no leap year",
        evidence={
            "input": "date(2024, 2, 29)",
            "exception": "ValueError: day is out of range for month",
        },
    )


def _replaces_year(call: ast.Call, module: Module) -> bool:
    if not isinstance(call.func, ast.Attribute) or call.func.attr != "replace" or call.args:
        return False
    given = {k.arg: k.value for k in call.keywords}
    if "year" not in given or None in given or _is_safe_day(given.get("day")):
        return False
    month = given.get("month")
    if isinstance(month, ast.Constant) and month.value != 2:
        return False
    return not _starts_at_safe_day(call.func.value, module)


def _is_safe_day(day: ast.expr | None) -> bool:
    """A day that the call sets itself: a constant, or worked out by something that knows months."""
    return day is not None and not (isinstance(day, ast.Constant) and day.value == 29)


def _starts_at_safe_day(receiver: ast.expr, module: Module) -> bool:
    if isinstance(receiver, ast.Name):
        receiver = module.assigned(receiver) or receiver
    match receiver:
        case ast.Call(func=ast.Attribute(attr="replace"), keywords=keywords):
            return any(k.arg == "day" for k in keywords)
        case ast.Call(args=[_, ast.Constant(), ast.Constant(value=day), *_]):
            return day != 29
    return False


def _builds_other_year(call: ast.Call, module: Module) -> bool:
    match call:
        case ast.Call(
            args=[
                ast.BinOp(left=ast.Attribute(value=year_of, attr="year"), op=ast.Add() | ast.Sub()),
                ast.Attribute(value=month_of, attr="month"),
                ast.Attribute(value=day_of, attr="day"),
                *_,
            ]
        ):
            same = {ast.dump(year_of), ast.dump(month_of), ast.dump(day_of)}
            return len(same) == 1 and module.qualified(call.func) in {
                "datetime.date",
                "datetime.datetime",
            }
    return False


def _knows_leap_days(call: ast.Call, module: Module) -> bool:
    """Whether the function speaks of the 28th or 29th, or asks the calendar."""
    function = module.function_of(call)
    for node in ast.walk(function) if function is not None else ():
        if isinstance(node, ast.Constant) and type(node.value) is int and node.value in {28, 29}:
            return True
        if isinstance(node, ast.Attribute) and node.attr in {"isleap", "monthrange"}:
            return True
        if isinstance(node, ast.Name) and "leap" in node.id.lower():
            return True
    return False
