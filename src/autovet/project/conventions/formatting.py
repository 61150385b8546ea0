"""How strings are put together: f-strings, ``str.format`` or ``%``."""

import ast

from autovet.project.conventions.convention import Observation
from autovet.source.module import Module
from autovet.source.remembered import by_module

F_STRING, FORMAT, PERCENT = "f-strings", "str.format", "% formatting"


@by_module
def formatted_strings(module: Module) -> tuple[Observation, ...]:
    """Formatted literals; templates that are kept in a variable do not count."""
    found = [
        Observation(F_STRING, node)
        for node in module.nodes(ast.JoinedStr)
        if not isinstance(module.parent(node), ast.FormattedValue)
    ]
    found += [
        Observation(PERCENT, operation)
        for operation in module.nodes(ast.BinOp)
        if isinstance(operation.op, ast.Mod) and _is_text(operation.left)
    ]
    for call in module.nodes(ast.Call):
        function = call.func
        if (
            isinstance(function, ast.Attribute)
            and function.attr == "format"
            and _is_text(function.value)
        ):
            found.append(Observation(FORMAT, call))
    return tuple(found)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
