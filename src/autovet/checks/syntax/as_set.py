"""Makes a set of a list that one function only adds to and searches."""

import ast

from autovet.checks.syntax.local_name import local_name, method_called
from autovet.domain.fix import Edit, Fix
from autovet.source.module import Module

_HASHABLE = frozenset({"str", "int", "bytes", "float", "bool", "date", "datetime", "UUID"})
_TEXTS = frozenset({"lower", "upper", "strip", "casefold", "removeprefix", "format", "join"})


def as_set(searched: ast.expr, module: Module) -> Fix | None:
    """The fix, where the list is empty at first, and its items are known to be hashable."""
    local = local_name(searched, module)
    if local is None or not isinstance(searched, ast.Name):
        return None
    if not isinstance(local.value, ast.List) or local.value.elts:
        return None
    edits = [module.replace(local.value, "set()")]
    known = False
    match local.annotation:
        case ast.Subscript(value=ast.Name(id="list") as kind, slice=item):
            edits.append(module.replace(kind, "set"))
            known = ast.unparse(item).rpartition(".")[2] in _HASHABLE
        case ast.expr():
            return None
    added = []
    for use in local.uses:
        called = method_called(use, module)
        parent = module.parent(use)
        if called is not None and called[0] == "append" and len(called[1].args) == 1:
            if not isinstance(module.parent(called[1]), ast.Expr):
                return None
            added.append(called[1].args[0])
            edits.append(_renamed(called[1], module))
        elif not (isinstance(parent, ast.Compare) and use in parent.comparators):
            return None
    if not added or not (known or all(_is_text(item, module) for item in added)):
        return None
    return Fix(tuple(edits), f"make {searched.id} a set")


def _renamed(call: ast.Call, module: Module) -> Edit:
    assert isinstance(call.func, ast.Attribute)  # noqa: S101 (a method was called)
    owner = module.segment(call.func.value)
    return module.replace(call.func, f"{owner}.add")


def _is_text(item: ast.expr, module: Module) -> bool:
    """Whether an item is evidently a string."""
    value = module.assigned(item) or item
    match value:
        case ast.JoinedStr() | ast.Constant(value=str()):
            return True
        case ast.Call(func=ast.Name(id="str")):
            return True
        case ast.Call(func=ast.Attribute(attr=attr)):
            return attr in _TEXTS
    return False
