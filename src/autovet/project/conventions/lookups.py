"""What a lookup does about a missing thing: raise, or return None."""

import ast
import re

from autovet.project.conventions.convention import Observation
from autovet.project.conventions.exceptions import project_exceptions
from autovet.project.project import Project
from autovet.source.module import Module
from autovet.source.remembered import by_module
from autovet.source.scopes import FunctionNode

RAISES, NONE = "raises", "returns None"

_LOOKUP = re.compile(r"(get|fetch|load|retrieve)_\w+")
_KEY = re.compile(r".*_(id|key|name|slug|uuid|code|number|email)")
_MISSING = re.compile(r"NotFound|DoesNotExist|Missing|^Unknown|NoSuch|Absent|Nonexistent")
# the first or the best of several may well not be there: to have none is an answer
_MAY_LACK = re.compile(
    r"_(first|last|latest|newest|oldest|next|previous|prev|current|active|highest|lowest|best|worst|max|min|default|optional|cached)(_|$)|_if_\w+$"
)


@by_module
def lookups(module: Module) -> tuple[Observation, ...]:
    """Functions that look one thing up by an argument, with what they do when it is missing."""
    found: list[Observation] = []
    for function in module.functions:
        name = function.name
        takes = len(function.args.args) + len(function.args.kwonlyargs)
        if not _LOOKUP.fullmatch(name) or name.endswith("_or_none") or _MAY_LACK.search(name):
            continue
        if takes == 0:
            continue
        if (value := _answer(function, module)) is not None:
            found.append(Observation(value, function))
    return tuple(found)


def parameter_kinds(function: FunctionNode) -> frozenset[str]:
    """The names of its parameters, with ``order_id`` and ``user_id`` as one kind."""
    names = [a.arg for a in [*function.args.posonlyargs, *function.args.args]]
    return frozenset(_KEY.sub(r"*_\1", name) for name in names if name not in {"self", "cls"})


def missing_errors(project: Project) -> list[str]:
    """The project's own exceptions for a missing thing."""
    return sorted(name for name in project_exceptions(project) if _MISSING.search(name))


def _answer(function: FunctionNode, module: Module) -> str | None:
    own = [n for n in ast.walk(function) if module.function_of(n) is function]
    raises = any(isinstance(n, ast.Raise) and _for_absence(n, module) for n in own)
    returns = [n for n in own if isinstance(n, ast.Return)]
    if returns and all(_is_none(n.value) for n in returns):
        return None  # it answers nothing at all
    none = any(_is_none(n.value) for n in returns) and len(returns) > 1
    if not raises and (none or _optional(function.returns, module)):
        return NONE
    return RAISES if raises and not none else None


def _for_absence(node: ast.Raise, module: Module) -> bool:
    """Whether it is raised because something is None, empty or not among the keys."""
    raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    name = getattr(raised, "attr", getattr(raised, "id", ""))
    if _MISSING.search(name) or name in {"KeyError", "LookupError"}:
        return True
    parent = module.parent(node)
    if not isinstance(parent, ast.If):
        return False
    test = parent.test
    tested: ast.expr | None = None
    if isinstance(test, ast.Compare):
        if isinstance(test.ops[0], ast.NotIn):
            return True
        tested = test.left if isinstance(test.ops[0], ast.Is) else None
    elif isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        tested = test.operand
    # a parameter that is missing is the caller's fault, no missing thing
    return tested is not None and module.assigned(tested) is not None


def _optional(annotation: ast.expr | None, module: Module) -> bool:
    if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
        return _is_none(annotation.right) or _is_none(annotation.left)
    if isinstance(annotation, ast.Subscript):
        return module.qualified(annotation.value) == "typing.Optional"
    return False


def _is_none(value: ast.expr | None) -> bool:
    return value is None or (isinstance(value, ast.Constant) and value.value is None)
