"""Moving a date to another month fails at the ends of months and years.

Finds ``day.replace(month=day.month + 1)`` and ``date(day.year, day.month + 1, day.day)`` without a
day that every month has, and without anything that provides for the failure. The new month may
have a name of its own.

31 January has no counterpart in February, and month 13 does not exist: the call raises
``ValueError`` on seven days of the year and in all of December.

Use ``dateutil.relativedelta(months=1)``, or carry the year over and limit the day with
``calendar.monthrange``.

Leave it when day and month are limited elsewhere.
"""

import ast
from collections.abc import Iterator

from autovet.checks.business_logic._guards import is_caught
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("date-replace-month", Category.BUSINESS_LOGIC, confidence=0.9)

BAD = (
    """
def next_invoice(issued):
    return issued.replace(month=issued.month + 1)  # <--
""",
    """
from datetime import date

def a_month_later(day: date) -> date:
    return date(day.year, day.month + 1, day.day)  # <--
""",
    """
from datetime import date

def next_rent(day: date) -> date:
    if day.month == 12:
        year, month = day.year + 1, 1
    else:
        year, month = day.year, day.month + 1
    return date(year, month, day.day)  # <--
""",
)

GOOD = (
    """
from datetime import date

def next_invoice(issued: date) -> date:
    if issued.month == 12:
        return date(issued.year + 1, 1, 1)
    return issued.replace(month=issued.month + 1, day=1)
""",
    """
import calendar
from datetime import date

def a_month_later(day: date) -> date:
    year, month = divmod(day.year * 12 + day.month, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
""",
    """
def in_march(day):
    return day.replace(day=1, month=3)

def retry(day):
    try:
        return day.replace(month=day.month + 1)
    except ValueError:
        return None
""",
)


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report a computed month that keeps the day."""
    month = _new_month(call, module)
    if month is None or is_caught(call, module, {"ValueError"}):
        return
    yield module.finding(
        RULE,
        call,
        "This raises ValueError where the new month is shorter than the day, or is month 13",
        evidence={"input": "date(2023, 12, 31)", "month": module.segment(month)},
    )


def _new_month(call: ast.Call, module: Module) -> ast.expr | None:
    match call:
        case ast.Call(
            func=ast.Attribute(attr="replace"),
            args=[],
            keywords=[ast.keyword(arg="month", value=month)],
        ):
            return month if _is_shifted(month) else None
        case ast.Call(args=[_, month, ast.Attribute(attr="day"), *_]) if _is_shifted(month):
            return (
                month
                if module.qualified(call.func) in {"datetime.date", "datetime.datetime"}
                else None
            )
        case ast.Call(args=[_, ast.Name() as month, ast.Attribute(attr="day"), *_]):
            if module.qualified(call.func) in {"datetime.date", "datetime.datetime"}:
                return month if _was_shifted(month, module) else None
    return None


def _was_shifted(month: ast.Name, module: Module) -> bool:
    """Whether the function computes the month of that name, and asks nowhere how long it is."""
    function = module.function_of(month)
    if function is None:
        return False
    called = {module.qualified(n.func) or "" for n in ast.walk(function) if isinstance(n, ast.Call)}
    if any("monthrange" in name for name in called):
        return False
    return any(
        isinstance(node, ast.Assign)
        and any(isinstance(n, ast.Name) and n.id == month.id for n in ast.walk(node.targets[0]))
        and any(isinstance(n, ast.expr) and _is_shifted(n) for n in ast.walk(node.value))
        for node in ast.walk(function)
    )


def _is_shifted(month: ast.expr) -> bool:
    """``something.month + n`` as it stands, without ``% 12`` around it."""
    return (
        isinstance(month, ast.BinOp)
        and isinstance(month.op, (ast.Add, ast.Sub))
        and isinstance(month.left, ast.Attribute)
        and month.left.attr == "month"
    )
