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
_OWN_WORK = 3

BAD = (
    """
class Herd:
    def search(self, text: str, everywhere: bool = False) -> Animal | list[Animal]:  # <--
        if everywhere:
            return [a for a in self.animals if text in a.name]
        return self.by_name[text]
""",
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
    if two := _two_functions(node, module):
        yield module.finding(
            RULE,
            module.header_span(node),
            f"{two!r} makes two functions of {node.name}(), which share nothing: split it",
            evidence={"flags": [two]},
        )
        return
    flags = _positional_flags(node) or _flags_by_use(node, module)
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
        severity=None if call or not _all_optional(node, steering) else Severity.INFO,
    )


def _all_optional(node: FunctionNode, flags: list[str]) -> bool:
    """Whether callers can leave every flag out, and so will name the one that they set."""
    positional = [a.arg for a in [*node.args.posonlyargs, *node.args.args]]
    optional = positional[len(positional) - len(node.args.defaults) :]
    return node.name == "__init__" or all(flag in optional for flag in flags)


def _two_functions(node: FunctionNode, module: Module) -> str:
    """The flag of a function that is nothing but ``if flag: ... else: ...``, with work on both sides."""
    body = [
        s for s in node.body if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))
    ]
    if (
        len(body) == 2
        and isinstance(body[0], ast.If)
        and not body[0].orelse
        and _answers(body[0].body)
    ):
        body = [ast.If(body[0].test, body[0].body, body[1:])]
    if len(body) != 1 or module.is_test or node.decorator_list or node.name.startswith("__"):
        return ""
    flags = _positional_flags(node)
    match body[0]:
        case ast.If(test=ast.Name(id=flag), body=one, orelse=other) if flag in flags and (
            (len(one) >= _OWN_WORK and len(other) >= _OWN_WORK)
            or (
                not node.name.startswith("_")
                and _answers(one)
                and _answers(other)
                and _several_types(node.returns)
            )
        ):
            return flag
    return ""


def _answers(block: list[ast.stmt]) -> bool:
    return isinstance(block[-1], ast.Return)


def _several_types(returns: ast.expr | None) -> bool:
    """Whether a result is annotated as one of several classes, None aside."""
    kinds: list[ast.expr] = []
    stack = [returns] if returns is not None else []
    while stack:
        part = stack.pop()
        if isinstance(part, ast.BinOp):
            stack += [part.left, part.right]
        elif isinstance(part, ast.Subscript) and getattr(part.value, "id", "") == "Union":
            stack += part.slice.elts if isinstance(part.slice, ast.Tuple) else [part.slice]
        elif not (isinstance(part, ast.Constant) and part.value is None):
            kinds.append(part)
    return len({ast.dump(k) for k in kinds}) > 1


def _flags_by_use(node: FunctionNode, module: Module) -> list[str]:
    """The parameters to which a call of this module gives True or False by position."""
    names = [a.arg for a in node.args.args if a.arg != "self" and a.annotation is None]
    if len(names) != len(node.args.args) - (
        node.args.args[:1] != [] and node.args.args[0].arg == "self"
    ):
        return []
    for call in module.nodes(ast.Call):
        called = (
            call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        )
        if called == node.name and len(call.args) <= len(names):
            given = [
                name
                for name, value in zip(names, call.args, strict=False)
                if isinstance(value, ast.Constant) and isinstance(value.value, bool)
            ]
            if len(given) >= _SEVERAL:
                return given
    return []


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
