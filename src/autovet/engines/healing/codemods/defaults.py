"""Defaults that are made once and shared by all calls."""

import ast

from autovet.domain.finding import Finding
from autovet.domain.fix import Edit, Fix
from autovet.engines.healing.codemods.places import instead_of, line_before, text_of
from autovet.source.module import Module

_MADE = (ast.List, ast.Dict, ast.Set, ast.Call)


def fresh_default(finding: Finding, module: Module) -> Fix | None:
    """``None`` as the default, and a new value in every call that gives none."""
    for function in module.functions:
        arguments = function.args
        places = [*arguments.posonlyargs, *arguments.args]
        last = places[len(places) - len(arguments.defaults) :]
        pairs = list(zip(last, arguments.defaults, strict=True))
        pairs += [
            (a, d)
            for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
            if d is not None
        ]
        for argument, default in pairs:
            if module.span(default) == finding.span and isinstance(default, _MADE):
                return _fix(module, function, argument, default)
    return None


def _fix(
    module: Module,
    function: ast.FunctionDef | ast.AsyncFunctionDef,
    argument: ast.arg,
    default: ast.expr,
) -> Fix | None:
    body = function.body
    documented = isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)
    if documented and len(body) == 1:
        return None
    first = body[1] if documented else body[0]
    if first.lineno == function.lineno or getattr(first, "decorator_list", None):
        return None
    edits: list[Edit] = [instead_of(default, module, "None")]
    if argument.annotation is not None:
        said = text_of(argument.annotation, module)
        if "None" not in said and "Optional" not in said and not said.startswith(("'", '"')):
            edits.append(instead_of(argument.annotation, module, f"{said} | None"))
    name, value = argument.arg, text_of(default, module)
    edits.append(line_before(first, module, f"if {name} is None:\n    {name} = {value}"))
    return Fix(tuple(edits), f"Make the default of {name} anew in every call")
