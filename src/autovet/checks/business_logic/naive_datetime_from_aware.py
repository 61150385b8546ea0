"""The UTC offset of a time is thrown away before times are compared.

Finds ``moment.replace(tzinfo=None)`` on a time that was not converted to one zone first, where the
result is compared, subtracted or sorted by (also through the function that returns it), and
comparisons of a time that has an offset with one that has none.

``replace`` keeps the clock's digits and forgets what they meant: 12:00+02:00 and 12:00+00:00 become
equal although they are two hours apart. Comparing an aware with a naive time raises ``TypeError``.

Keep times aware and compare those, or convert first: ``moment.astimezone(UTC)``.

Leave it when every such time is known to be in the same zone already.
"""

import ast
from collections.abc import Iterator
from typing import Literal

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("naive-datetime-from-aware", Category.BUSINESS_LOGIC, confidence=0.85)

BAD = (
    """
from datetime import datetime

def read(stamp: str) -> datetime:
    moment = datetime.fromisoformat(stamp)
    return moment.replace(tzinfo=None)  # <--

def is_late(due: str, sent: str) -> bool:
    return read(sent) > read(due)
""",
    """
def overdue(task, now):
    due = task.due.replace(tzinfo=None)  # <--
    return now - due
""",
    """
from datetime import UTC, datetime

def is_open(closing):
    limit = datetime.now(UTC)
    return datetime.utcnow() < limit  # <--
""",
)

GOOD = (
    """
from datetime import UTC, datetime

def read(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp).astimezone(UTC).replace(tzinfo=None)

def is_late(due: str, sent: str) -> bool:
    return read(sent) > read(due)
""",
    """
from datetime import datetime, timezone

def stored_now() -> datetime:
    return datetime.now(timezone.utc).replace(tzinfo=None)

def is_over(event) -> bool:
    return event.ends_at < stored_now()
""",
    """
def shown(moment):
    return moment.replace(tzinfo=None).isoformat(" ")

def clock(moment):
    bare = moment.replace(tzinfo=None)
    return f"{bare:%H:%M}"
""",
    """
from datetime import UTC, datetime, timedelta

def is_fresh(made):
    return datetime.now(UTC) - timedelta(hours=1) < datetime(2024, 1, 1, tzinfo=UTC)
""",
)

_CONVERTED = frozenset({"astimezone", "utcnow", "utcfromtimestamp", "now", "fromtimestamp", "to_pydatetime", "tz_convert", "localtime"})  # fmt: skip
_NAIVE = frozenset({"datetime.datetime.utcnow", "datetime.datetime.utcfromtimestamp", "datetime.datetime.today"})  # fmt: skip
Offset = Literal["aware", "naive"]


def check(module: Module) -> Iterator[Finding]:
    """Report offsets that are dropped before a comparison, and mixed comparisons."""
    for call in module.nodes(ast.Call):
        if (
            _drops_offset(call)
            and not _is_converted(call.func, module)
            and _is_compared(call, module)
        ):
            yield module.finding(
                RULE,
                call,
                "replace(tzinfo=None) drops the UTC offset before times are compared, so times from different zones compare wrongly",
                evidence={"instead": "astimezone(UTC)"},
            )
    for node in module.nodes(ast.Compare, ast.BinOp):
        sides = _compared_sides(node)
        offsets = {_offset(side, module) for side in sides}
        if {"aware", "naive"} <= offsets:
            yield module.finding(
                RULE,
                node,
                "One of these times has a UTC offset and the other has none, so this raises TypeError",
                evidence={"sides": [f"{module.segment(s)}: {_offset(s, module)}" for s in sides]},
            )


def _drops_offset(call: ast.Call) -> bool:
    return (
        isinstance(call.func, ast.Attribute)
        and call.func.attr == "replace"
        and not call.args
        and any(
            k.arg == "tzinfo" and isinstance(k.value, ast.Constant) and k.value.value is None
            for k in call.keywords
        )
    )


def _is_converted(callee: ast.expr, module: Module) -> bool:
    """Whether the time before the replacement is in a zone that the code itself chose."""
    value = callee.value if isinstance(callee, ast.Attribute) else callee
    if isinstance(value, ast.Name):
        scope = module.scopes.of(value).lookup(value.id)
        bindings = scope.bindings[value.id] if scope else []
        parents = (module.parent(b) for b in bindings)
        values = [
            p.value for p in parents if isinstance(p, (ast.Assign, ast.AnnAssign, ast.NamedExpr))
        ]
    else:
        values = [value]
    return any(
        isinstance(n, ast.Attribute) and n.attr in _CONVERTED
        for v in values
        for n in (ast.walk(v) if v is not None else ())
    )


def _compared_sides(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Compare) and isinstance(
        node.ops[0], (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
    ):
        return [node.left, *node.comparators]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub):
        return [node.left, node.right]
    return []


def _is_compared(value: ast.expr, module: Module) -> bool:
    """Whether the value is a side of a comparison: as it stands, by name, or as a result."""
    parent = module.parent(value)
    if _is_side(value, module):
        return True
    function = module.function_of(value)
    match parent:
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            uses = [
                n for n in module.nodes(ast.Name) if n.id == name and isinstance(n.ctx, ast.Load)
            ]
            uses = [n for n in uses if module.function_of(n) is function]
            return any(
                _is_side(n, module)
                or (_is_returned(n, module) and _result_is_compared(function, module))
                for n in uses
            )
    return _is_returned(value, module) and _result_is_compared(function, module)


def _is_side(value: ast.expr, module: Module) -> bool:
    parent = module.parent(value)
    return parent is not None and value in _compared_sides(parent)


def _is_returned(value: ast.expr, module: Module) -> bool:
    return isinstance(module.parent(value), ast.Return)


def _result_is_compared(function: FunctionNode | None, module: Module) -> bool:
    if function is None:
        return False
    calls = [c for c in module.nodes(ast.Call) if module.definition(c.func) is function]
    for call in calls:
        if _is_side(call, module):
            return True
        match module.parent(call):
            case ast.Assign(targets=[ast.Name(id=name)]):
                inside = module.function_of(call)
                named = [
                    n
                    for n in module.nodes(ast.Name)
                    if n.id == name and module.function_of(n) is inside
                ]
                if any(_is_side(n, module) for n in named):
                    return True
    return False


def _offset(value: ast.expr, module: Module) -> Offset | None:
    """Whether a time carries an offset, where the expression shows it."""
    for _ in range(8):  # a name, a sum, a replacement: chains are short
        if isinstance(value, ast.Name):
            assigned = module.assigned(value)
            if assigned is None:
                return None
            value = assigned
        elif isinstance(value, ast.BinOp) and isinstance(value.op, (ast.Add, ast.Sub)):
            shift = value.right
            if not (
                isinstance(shift, ast.Call) and module.qualified(shift.func) == "datetime.timedelta"
            ):
                return None
            value = value.left
        else:
            break
    return _offset_of_call(value, module) if isinstance(value, ast.Call) else None


def _offset_of_call(call: ast.Call, module: Module) -> Offset | None:
    name = module.qualified(call.func)
    if any(k.arg is None for k in call.keywords) or any(
        isinstance(a, ast.Starred) for a in call.args
    ):
        return None
    zone = next((k.value for k in call.keywords if k.arg in {"tz", "tzinfo"}), None)
    if name == "datetime.datetime.now":
        zone = zone or (call.args[0] if call.args else None)
    elif name == "datetime.datetime":
        zone = zone or (call.args[7] if len(call.args) > 7 else None)
    elif name in _NAIVE:
        return "naive"
    elif isinstance(call.func, ast.Attribute) and call.func.attr == "astimezone":
        return "aware"
    elif not (
        isinstance(call.func, ast.Attribute) and call.func.attr == "replace" and zone is not None
    ):
        return None
    if zone is None or (isinstance(zone, ast.Constant) and zone.value is None):
        return "naive"
    # a zone that is computed may be None
    return "aware" if module.qualified(zone) or isinstance(zone, ast.Call) else None
