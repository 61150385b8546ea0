"""A decorator whose wrapper only calls the function.

Finds decorators, also such that take arguments, whose inner function does nothing but return
``function(*args, **kwargs)``.

Every call pays for the layer, tracebacks grow by a frame, and readers look for the effect that the
decorator's name promises.

Take it off, or let it do what it says. A decorator that records the function returns it unwrapped.
"""

import ast
from collections.abc import Iterator

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("decorator-without-effect", Category.PRACTICALITY, confidence=0.88)

BAD = (
    """
import functools

def audited(function):  # <--
    @functools.wraps(function)
    def inner(*args, **kwargs):
        return function(*args, **kwargs)
    return inner
""",
    """
def tagged(tag):  # <--
    def decorate(function):
        async def inner(*args, **kwargs):
            \"\"\"Call it.\"\"\"
            result = await function(*args, **kwargs)
            return result
        return inner
    return decorate
""",
)

GOOD = (
    """
import functools

def audited(function):
    @functools.wraps(function)
    def inner(*args, **kwargs):
        print(function.__name__)
        return function(*args, **kwargs)
    return inner

def known(function):
    registry.append(function)
    return function

registry = []
""",
    """
import functools

def tagged(tag):
    def decorate(function):
        @functools.wraps(function)
        def inner(*args, **kwargs):
            return function(*args, **kwargs)
        inner.tag = tag
        return inner
    return decorate

def cut(function):
    def inner(first, *args):
        return function(*args)
    return inner

def late(function):
    def inner(*args, **kwargs):
        return function(*args, **kwargs)
    return staticmethod(inner)
""",
)


def check(node: ast.FunctionDef, module: Module) -> Iterator[Finding]:
    """Report the outermost function at its header."""
    if module.is_test or module.function_of(node) is not None:
        return
    decorate: FunctionNode = node
    inner = _inner(decorate)
    if inner is not None and _inner(inner) is not None:
        decorate, inner = inner, _inner(inner)
    if inner is None or not decorate.args.args or len(decorate.args.args) != 1:
        return
    wrapped = decorate.args.args[0].arg
    extra = [
        s
        for s in decorate.body
        if s is not inner and not isinstance(s, ast.Return) and not _is_text(s)
    ]
    extra += [
        s
        for s in node.body
        if node is not decorate
        and s is not decorate
        and not isinstance(s, ast.Return)
        and not _is_text(s)
    ]
    if extra or not _only_calls(inner, wrapped):
        return
    yield module.finding(
        RULE,
        module.header_span(node),
        f"{node.name}() wraps the function and changes nothing about it: take it off",
        evidence={"wraps": wrapped},
    )


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _inner(function: FunctionNode) -> FunctionNode | None:
    """The one function inside that is returned by name."""
    inside = [s for s in function.body if isinstance(s, (ast.FunctionDef, ast.AsyncFunctionDef))]
    last = function.body[-1]
    returned = isinstance(last, ast.Return) and isinstance(last.value, ast.Name)
    if (
        len(inside) == 1
        and returned
        and isinstance(last, ast.Return)
        and isinstance(last.value, ast.Name)
    ):
        return inside[0] if last.value.id == inside[0].name else None
    return None


def _only_calls(inner: FunctionNode, wrapped: str) -> bool:
    if inner.args.vararg is None or inner.args.kwarg is None or inner.args.args:
        return False
    body = [s for s in inner.body if not _is_text(s)]
    if len(body) == 2 and isinstance(body[0], ast.Assign) and isinstance(body[1], ast.Return):
        same = isinstance(body[1].value, ast.Name) and isinstance(body[0].targets[0], ast.Name)
        if not same or ast.unparse(body[0].targets[0]) != ast.unparse(
            body[1].value or body[0].value
        ):
            return False
        value: ast.expr | None = body[0].value
    elif len(body) == 1 and isinstance(body[0], ast.Return):
        value = body[0].value
    else:
        return False
    value = value.value if isinstance(value, ast.Await) else value
    expected = f"{wrapped}(*{inner.args.vararg.arg}, **{inner.args.kwarg.arg})"
    return value is not None and ast.unparse(value) == expected
