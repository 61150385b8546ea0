"""A builtin that is hidden by a local value and then called as if it were still there.

Finds functions that assign data to a name such as ``list`` or ``sum`` and call that name.

Inside the whole function the name means the local value, so the call fails with TypeError, or
with UnboundLocalError when it comes first.

Give the value a name of its own. A builtin that is only hidden and never called does no harm here.
"""

import ast
import builtins
from collections.abc import Iterator

from autovet.checks.vocabulary.value_types import type_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.span import Span
from autovet.source.module import Module

RULE = Rule("shadowed-builtin", Category.CODE_QUALITY, confidence=0.95)

_CALLED = frozenset(n for n in dir(builtins) if n.islower() and not n.startswith("_"))
_DATA = (
    ast.Constant, ast.JoinedStr, ast.List, ast.Dict, ast.Set, ast.Tuple, ast.ListComp, ast.DictComp, ast.SetComp,
    ast.BinOp, ast.Compare, ast.Subscript,
)  # fmt: skip
_PLAIN_TYPES = frozenset({"str", "int", "float", "bool", "bytes", "str | None", "int | None", "float | None"})  # fmt: skip
_DATA_TYPES = frozenset({"builtins.str", "builtins.int", "builtins.float", "builtins.list", "builtins.dict", "builtins.set", "builtins.bytes"})  # fmt: skip

BAD = (
    """
def spread(readings):
    max = readings[0]  # <--
    for reading in readings:
        if reading > max:
            max = reading
    return max - min(readings), max(readings[1:])
""",
    """
def pages(text):
    list = [part for part in text.split("|")]  # <--
    return list, list(reversed(text))
""",
)

GOOD = (
    """
def spread(readings):
    max = readings[0]
    for reading in readings:
        if reading > max:
            max = reading
    return max - min(readings)
""",
    """
from builtins import open as plain_open

def read(path, open=plain_open, filter=None):
    type = guess(path)
    with open(path) as stream:
        return type(stream.read()), filter(path)

def guess(path):
    return str
""",
)


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report from the assignment to the call of the hidden name."""
    func = call.func
    if not isinstance(func, ast.Name) or func.id not in _CALLED:
        return
    scope = module.scopes.of(func).lookup(func.id)
    if scope is None or not isinstance(scope.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return
    bindings = scope.bindings[func.id]
    if not all(_binds_data(b, module) for b in bindings):
        return
    start, end = module.span(bindings[0]), module.span(call)
    if end.start < start.start:
        start, end = end, start
    yield module.finding(
        RULE,
        Span(start.line, start.column, end.end_line, end.end_column),
        f"{func.id!r} is a local value here, so calling the builtin in line {call.lineno} fails: rename the value",
        evidence={"called_at": call.lineno},
    )


def _binds_data(target: ast.AST, module: Module) -> bool:
    """Whether the name gets a value that cannot be called."""
    if isinstance(target, ast.arg):
        return target.annotation is not None and ast.unparse(target.annotation) in _PLAIN_TYPES
    parent = module.parent(target)
    if isinstance(parent, ast.Assign) and target in parent.targets:
        value = parent.value
        return isinstance(value, (_DATA, ast.Name)) or (
            isinstance(value, ast.Call) and _gives_data(value, module)
        )
    return isinstance(parent, ast.AugAssign)


def _gives_data(call: ast.Call, module: Module) -> bool:
    """Whether a call gives text, a number or a collection: ``row.get("kind", "")``, ``str(x)``."""
    if isinstance(call.func, ast.Attribute) and call.func.attr == "get" and len(call.args) == 2:
        default = call.args[1]
        return isinstance(default, ast.Constant) and isinstance(default.value, (str, int, float))
    return (type_of(call, module) or "") in _DATA_TYPES
