"""Leaves out an argument that a function takes no longer and does not need."""

import ast

from autovet.checks.syntax.local_name import local_name
from autovet.domain.fix import Edit, Fix
from autovet.domain.span import Span
from autovet.source.module import Module

_LOOPS = frozenset({"asyncio.get_event_loop", "asyncio.get_running_loop"})


def without_loop(keyword: ast.keyword, module: Module) -> Fix | None:
    """The fix for ``loop=loop`` given to asyncio, which has found the loop itself since 3.10."""
    call = module.parent(keyword)
    if keyword.arg != "loop" or not isinstance(call, ast.Call):
        return None
    edits = [_cut(keyword, call, module)]
    local = local_name(keyword.value, module)
    if local is not None and len(local.uses) == 1 and isinstance(local.value, ast.Call):
        line = local.made.lineno
        alone = module.lines.line(line).strip() == module.segment(local.made)
        if module.qualified(local.value.func) in _LOOPS and alone:
            edits.append(Edit(Span(line, 1, line + 1, 1), ""))
    return Fix(tuple(edits), "leave out the loop, which asyncio finds itself")


def _cut(keyword: ast.keyword, call: ast.Call, module: Module) -> Edit:
    """The argument with the comma that parts it from its neighbour."""
    given = sorted([*call.args, *call.keywords], key=lambda node: module.span(node).start)
    index = given.index(keyword)
    own = module.span(keyword)
    if index:
        before = module.span(given[index - 1])
        return Edit(Span(before.end_line, before.end_column, own.end_line, own.end_column), "")
    if len(given) > 1:
        after = module.span(given[1])
        return Edit(Span(own.line, own.column, after.line, after.column), "")
    return Edit(own, "")
