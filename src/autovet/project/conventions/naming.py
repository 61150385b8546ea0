"""How functions are named: snake_case or camelCase."""

import ast
import re

from autovet.project.conventions.convention import Observation
from autovet.source.module import Module
from autovet.source.remembered import by_module

SNAKE, CAMEL = "snake_case", "camelCase"

_SNAKE = re.compile(r"_*[a-z0-9]+(_[a-z0-9]+)+_*")
_CAMEL = re.compile(r"_*[a-z]+[a-z0-9]*([A-Z][a-z0-9]*)+")
# names that a framework prescribes
_PRESCRIBED = re.compile(
    r"(visit|do|test|on|handle|generic|depart|leave)_|__|test[A-Z]|setUp|tearDown|assert|max\w+Diff"
)


@by_module
def function_names(module: Module) -> tuple[Observation, ...]:
    """Functions of more than one word, but for names that a base class may prescribe."""
    return tuple(
        Observation(style, function)
        for function in module.functions
        if (style := style_of(function.name)) is not None and not _prescribed(function, module)
    )


def style_of(name: str) -> str | None:
    """The style of a name; None for a single word or a mixture."""
    if _SNAKE.fullmatch(name):
        return SNAKE
    return CAMEL if _CAMEL.fullmatch(name) else None


def _prescribed(function: ast.FunctionDef | ast.AsyncFunctionDef, module: Module) -> bool:
    owner = module.parent(function)
    if isinstance(owner, ast.ClassDef) and (owner.bases or owner.keywords):
        return True
    decorators = {getattr(d, "attr", getattr(d, "id", "")) for d in function.decorator_list}
    return bool(_PRESCRIBED.match(function.name)) or bool(decorators & {"override", "overload"})
