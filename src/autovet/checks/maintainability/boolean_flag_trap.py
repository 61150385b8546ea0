"""Several positional booleans that steer what a function does.

Finds functions with two or more boolean parameters that can be given by position and that decide
between branches, where a call does give them as bare ``True`` and ``False``, and functions with
three or more.

``export(users, True, False, True)`` tells a reader nothing, two of the flags are easily swapped
without any error, and the function does several jobs at once.

Make the flags keyword-only with ``*``, replace a group of them by an enum, or split the function.
"""

import ast
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.checks.syntax.own_nodes import own_nodes
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.project.project import Project
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("boolean-flag-trap", Category.MAINTAINABILITY, confidence=0.85)

_MANY = 3
_SEVERAL = 2

BAD = (
    """
def render(page: str, bold: bool, upper: bool) -> str:  # <--
    text = page.upper() if upper else page
    if bold:
        return f"<b>{text}</b>"
    return text

TITLE = render("start", True, False)
""",
    """
class Search:
    def run(self, query, exact=False, sort=True, reverse=False):  # <--
        found = [q for q in self.all if q == query] if exact else self.near(query)
        if sort:
            found.sort(reverse=reverse)
        return found if not reverse else found[::-1]
""",
)

GOOD = (
    """
def render(page: str, *, bold: bool = False, upper: bool = False, big: bool = False) -> str:
    text = page.upper() if upper or big else page
    return f"<b>{text}</b>" if bold else text

TITLE = render("start", bold=True)
""",
    """
def render(page: str, bold: bool = False, upper: bool = False) -> str:
    text = page.upper() if upper else page
    return f"<b>{text}</b>" if bold else text

class Options:
    def __init__(self, first=True, second=False, third=True):
        self.first = first
        self.second = second
        self.third = third

TITLE = render("start", upper=True)
""",
    Example(
        "def test_flags(a=True, b=False, c=True):\n    assert a if b else c\n",
        path="tests/test_flags.py",
    ),
)


def check(
    node: ast.FunctionDef | ast.AsyncFunctionDef, module: Module, project: Project
) -> Iterator[Finding]:
    """Report the function at its ``def`` line, with a call that shows the trap."""
    flags = _positional_flags(node)
    if len(flags) < _SEVERAL or module.is_test or node.decorator_list:
        return
    steering = [name for name in flags if name in _tested_names(node)]
    if len(steering) < _SEVERAL:
        return
    call = _bare_call(node, module, project)
    if call is None and len(steering) < _MANY:
        return
    where = f" (a call: {call})" if call else ""
    yield module.finding(
        RULE,
        module.header_span(node),
        f"{len(steering)} positional booleans steer {node.name}(){where}: make them keyword-only, or split it",
        evidence={"flags": steering, "call": call},
        severity=None if call or node.name != "__init__" else Severity.INFO,
    )


def _positional_flags(node: FunctionNode) -> list[str]:
    parameters = [*node.args.posonlyargs, *node.args.args]
    defaults: list[ast.expr | None] = [None] * (len(parameters) - len(node.args.defaults))
    found = []
    for parameter, default in zip(parameters, [*defaults, *node.args.defaults], strict=True):
        annotated = isinstance(parameter.annotation, ast.Name) and parameter.annotation.id == "bool"
        if annotated or (isinstance(default, ast.Constant) and isinstance(default.value, bool)):
            found.append(parameter.arg)
    return found


def _tested_names(node: FunctionNode) -> set[str]:
    """The names that decide between branches."""
    tests: list[ast.expr] = []
    for part in own_nodes(node.body):
        if isinstance(part, (ast.If, ast.IfExp, ast.While)):
            tests.append(part.test)
        elif isinstance(part, ast.comprehension):
            tests += part.ifs
        elif isinstance(part, ast.BoolOp):
            tests += part.values[:-1]
    return {n.id for test in tests for n in ast.walk(test) if isinstance(n, ast.Name)}


def _bare_call(node: FunctionNode, module: Module, project: Project) -> str | None:
    """A call that gives at least two bare booleans by position."""
    for place in [module, *project.others()]:
        for call in place.nodes(ast.Call):
            name = (
                call.func.attr
                if isinstance(call.func, ast.Attribute)
                else getattr(call.func, "id", "")
            )
            bare = sum(isinstance(a, ast.Constant) and isinstance(a.value, bool) for a in call.args)
            if name == node.name and bare >= _SEVERAL:
                return place.segment(call)
    return None
