"""Makes a deque of a list that one function uses as a queue."""

import ast

from autovet.checks.syntax.added_import import added_import
from autovet.checks.syntax.local_name import LocalName, local_name, method_called
from autovet.domain.fix import Edit, Fix
from autovet.source.module import Module

_SAME = frozenset({"append", "extend", "clear", "remove", "count", "reverse"})


def as_deque(queue: ast.expr, module: Module) -> Fix | None:
    """The fix, where all that is done with the list can be done with a deque just so."""
    local = local_name(queue, module)
    if local is None or not isinstance(queue, ast.Name):
        return None
    made = _made(local, module)
    edits = [edit for use in local.uses for edit in (_use(use, module) or [])]
    if made is None or any(_use(use, module) is None for use in local.uses):
        return None
    return Fix((*made, *edits), f"make {queue.id} a collections.deque")


def _made(local: LocalName, module: Module) -> tuple[Edit, ...] | None:
    name, imported = added_import("collections", module)
    known = module.scopes.module.imports
    deque = next((n for n, target in known.items() if target == "collections.deque"), None)
    if deque is None:
        deque = f"{name}.deque"
    else:
        imported = ()
    match local.value:
        case ast.List(elts=[]):
            text = f"{deque}()"
        case ast.List() | ast.ListComp():
            text = f"{deque}({module.segment(local.value)})"
        case ast.Call(func=ast.Name(id="list"), args=[given], keywords=[]):
            text = f"{deque}({module.segment(given)})"
        case _:
            return None
    edits = (*imported, module.replace(local.value, text))
    match local.annotation:
        case None:
            return edits
        case ast.Subscript(value=ast.Name(id="list") as kind):
            return (*edits, module.replace(kind, deque))
    return None


def _use(use: ast.Name, module: Module) -> list[Edit] | None:
    """What a use has to become: often nothing; None where a deque would not do."""
    parent = module.parent(use)
    called = method_called(use, module)
    if called is not None:
        method, call = called
        first = call.args[0] if call.args else None
        at_front = isinstance(first, ast.Constant) and first.value == 0
        if method in _SAME or (method == "pop" and first is None):
            return []
        if method == "pop" and at_front:
            return [module.replace(call, f"{use.id}.popleft()")]
        if method == "insert" and at_front and len(call.args) == 2:
            return [module.replace(call, f"{use.id}.appendleft({module.segment(call.args[1])})")]
        return None
    match parent:
        case ast.While() | ast.If() | ast.UnaryOp(op=ast.Not()) | ast.BoolOp():
            return []
        case ast.For() | ast.comprehension():
            return [] if parent.iter is use else None
        case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[searched]):
            return [] if searched is use else None
        case ast.Call(func=ast.Name(id="len" | "bool" | "sum" | "any" | "all" | "max" | "min")):
            return []
        case ast.Subscript(slice=ast.Constant() | ast.UnaryOp(), ctx=ast.Load()):
            return [] if parent.value is use else None
    return None
