"""A moment is said to be converted to a time zone, but only gets another label.

Finds ``moment.replace(tzinfo=ZoneInfo(...))`` in a function that says that it converts.

``replace`` keeps the clock and changes the zone, so that it names another moment: 12:00 in UTC
becomes 12:00 in Berlin, an hour or two earlier.

Use ``moment.astimezone(zone)``.

Leave it when naive times of that zone are to be labelled; say so in the name.
"""

import ast
import re
from collections.abc import Iterator

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.fix import Fix
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("timezone-replaced", Category.BUSINESS_LOGIC, confidence=0.85)

_CONVERTS = re.compile(r"\bconverts?\b|\btranslates?\b", re.IGNORECASE)
_NAMES = re.compile(r"^(?:_?convert|_?to_(?:\w*_)?(?:tz|timezone|time_zone|zone|local\w*))")
_LABELS = re.compile(
    r"\bnaive\b|\battach|\blabel|\bassum|\bwithout (?:a )?time ?zone", re.IGNORECASE
)

BAD = (
    '''
from zoneinfo import ZoneInfo

def to_berlin(moment):
    """Convert a moment to the time of Berlin."""
    return moment.replace(tzinfo=ZoneInfo("Europe/Berlin"))  # <--
''',
    """
def to_timezone(moment, zone):
    return moment.replace(tzinfo=zone)  # <--
""",
)

GOOD = (
    '''
from zoneinfo import ZoneInfo

def to_berlin(moment):
    """Convert a moment to the time of Berlin."""
    return moment.astimezone(ZoneInfo("Europe/Berlin"))

def labelled(moment, zone):
    """Attach the zone to a naive time."""
    return moment.replace(tzinfo=zone)
''',
    '''
from datetime import UTC

def to_timezone(moment, zone):
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone(zone)

def convert_naive(moment, zone):
    """Convert a naive time."""
    return moment.replace(tzinfo=zone)
''',
)


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report the label where a conversion is promised."""
    match call:
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id=moment), attr="replace"),
            args=[],
            keywords=[ast.keyword(arg="tzinfo", value=zone)],
        ) if not (isinstance(zone, ast.Constant) and zone.value is None):
            function = module.function_of(call)
        case _:
            return
    if function is None or moment not in {a.arg for a in function.args.args}:
        return
    said = ast.get_docstring(function) or ""
    promised = _CONVERTS.search(said.partition("\n")[0]) or _NAMES.match(function.name)
    if not promised or _LABELS.search(said) or "naive" in function.name:
        return
    used = {n.attr for n in ast.walk(function) if isinstance(n, ast.Attribute)}
    if used & {"astimezone", "tzinfo", "utcoffset"} or not isinstance(
        module.parent(call), ast.Return
    ):
        return
    yield module.finding(
        RULE,
        call,
        f"replace() keeps the clock of {moment} and so names another moment; astimezone() converts",
        evidence={"function": function.name},
        fix=Fix((module.replace(call, f"{moment}.astimezone({module.segment(zone)})"),), "convert"),
    )
