"""Functions made in a loop that see its variables only when the loop is over."""

import ast
import re

from autovet.domain.finding import Finding
from autovet.domain.fix import Edit, Fix
from autovet.domain.span import Span
from autovet.engines.healing.codemods.places import text_of
from autovet.source.module import Module

_OPENING = re.compile(r"def\s+\w+\s*\(\s*\)")


def bound_when_made(finding: Finding, module: Module) -> Fix | None:
    """The loop's variables as defaults of a function that takes nothing else."""
    for function in module.functions:
        span = module.span(function)
        if not span.overlaps(finding.span) or module.loop_of(function) is None:
            continue
        if function.decorator_list:
            return None
        names = [n for n in _read(function) if _is_of_loop(n, function, module)]
        opening = _OPENING.match(text_of(function, module).removeprefix("async "))
        if not names or opening is None or "\n" in opening[0]:
            return None
        shift = len("async ") if isinstance(function, ast.AsyncFunctionDef) else 0
        closing = span.column + shift + len(opening[0]) - 1
        bound = ", ".join(f"{name}={name}" for name in names)
        at = Span(span.line, closing, span.line, closing)
        return Fix((Edit(at, bound),), f"Bind {', '.join(names)} when the function is made")
    return None


def _read(function: ast.AST) -> list[str]:
    names = [n for n in ast.walk(function) if isinstance(n, ast.Name)]
    own = {n.id for n in names if isinstance(n.ctx, ast.Store)}
    return list(dict.fromkeys(n.id for n in names if n.id not in own))


def _is_of_loop(name: str, function: ast.AST, module: Module) -> bool:
    loop = module.loop_of(function)
    targets = [loop.target] if isinstance(loop, (ast.For, ast.AsyncFor)) else []
    return any(isinstance(n, ast.Name) and n.id == name for t in targets for n in ast.walk(t))
