"""A public function or class lacks the docstring or type hints that the constraints require.

Finds public functions, methods and classes without a docstring where
``constraints["required_docstrings"]`` is set, and functions with an unannotated parameter or
result where ``constraints["required_type_hints"]`` is.

Write a sentence that says what it does; annotate parameters and result.

Leave it only by changing the constraint. Private names, inner functions, overloads and special
methods need no docstring; ``self``, ``cls`` and tests need no hints.
"""

import ast
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.checks.vocabulary.constraint_keys import (
    REQUIRED_DOCSTRINGS,
    REQUIRED_TYPE_HINTS,
    stated,
)
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.project.project import Project
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("constraint-documentation", Category.CONTEXT_AWARENESS, Severity.ERROR, confidence=0.95)

BAD = (
    Example(
        '''
class Box:  # <--
    def area(self):  # <--
        return 1

def half(value):
    """Halve a value."""
    return value / 2
''',
        context={"constraints": {REQUIRED_DOCSTRINGS: True}},
    ),
    Example(
        "def half(value, by: int = 2) -> float:  # <--\n    return value / by\n",
        context={"constraints": {REQUIRED_TYPE_HINTS: True}},
    ),
    Example(
        "async def half(value: int):  # <--\n    return value / 2\n",
        context={"constraints": {REQUIRED_TYPE_HINTS: True}},
    ),
)
GOOD = (
    Example(
        '''
def half(value: float) -> float:
    """Halve a value."""
    def inner(x: int) -> int:
        return x
    return inner(value) / 2

class _Box:
    def __init__(self, size: int) -> None:
        self.size = size
''',
        context={"constraints": {REQUIRED_DOCSTRINGS: True, REQUIRED_TYPE_HINTS: True}},
    ),
    "def half(value):\n    return value / 2\n",
)


def check(
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, module: Module, project: Project
) -> Iterator[Finding]:
    """Report definitions without what is required."""
    constraints = project.context.constraints
    if not constraints or module.is_test:
        return
    if (
        stated(constraints, REQUIRED_DOCSTRINGS)
        and _is_public(node, module)
        and not ast.get_docstring(node)
    ):
        yield _finding(node, module, REQUIRED_DOCSTRINGS, "a docstring")
    hints = stated(constraints, REQUIRED_TYPE_HINTS)
    if hints and not isinstance(node, ast.ClassDef):
        missing = _unannotated(node, module)
        if missing:
            yield _finding(
                node, module, REQUIRED_TYPE_HINTS, f"type hints for {', '.join(missing)}"
            )


def _finding(node: FunctionNode | ast.ClassDef, module: Module, key: str, what: str) -> Finding:
    return module.finding(
        RULE,
        module.header_span(node),
        f"{node.name} lacks {what}, which the constraints require",
        evidence={"constraint": key, "name": node.name},
    )


def _is_public(node: FunctionNode | ast.ClassDef, module: Module) -> bool:
    decorators = {getattr(d, "attr", getattr(d, "id", "")) for d in node.decorator_list}
    if decorators & {"overload", "override", "setter", "deleter"}:
        return False
    around = [a for a in module.ancestors(node) if not isinstance(a, ast.Module)]
    outer = [
        a for a in around if isinstance(a, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
    ]
    if any(not isinstance(a, ast.ClassDef) for a in outer):
        return False
    return not any(getattr(a, "name", "").startswith("_") for a in [node, *outer])


def _unannotated(function: FunctionNode, module: Module) -> list[str]:
    a = function.args
    names = [*a.posonlyargs, *a.args, *a.kwonlyargs, *filter(None, (a.vararg, a.kwarg))]
    if (
        isinstance(module.parent(function), ast.ClassDef)
        and names
        and names[0].arg in {"self", "cls"}
    ):
        names = names[1:]
    missing = [n.arg for n in names if n.annotation is None]
    if function.returns is None and function.name != "__init__":
        missing.append("the result")
    return missing
