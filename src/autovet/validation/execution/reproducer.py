"""A failing claim as a test that can be pasted into a project."""

import ast
import builtins
from collections.abc import Iterable

from autovet.source.module import Module
from autovet.source.parser import parse, parse_expression
from autovet.validation.execution.calls import parse_call
from autovet.validation.execution.claim import Claim

_BUILTINS = frozenset(dir(builtins))


def reproducer(claim: Claim, path: str, *, is_async: bool = False) -> str:
    """A pytest test that fails for as long as the claim does; a coroutine is run to its end."""
    if claim.origin == "test":
        return _as_it_stands(claim, path)
    call = f"asyncio.run({claim.call})" if is_async else claim.call
    name = Module(path, "", ast.Module([], [])).name
    title = "".join(c if c.isalnum() else "_" for c in claim.function or "example").lower()
    body = [*claim.setup]
    if claim.raises is not None:
        body += [f"with pytest.raises({claim.raises}):", *_indented(call)]
    elif claim.origin == "rule":
        body += _rule_lines(claim, is_async=is_async)
    elif claim.returns is not None:
        plain = claim.origin == "derived" and claim.returns == "True"
        body += [f"assert {call}" if plain else f"assert {call} == {_operand(claim.returns)}"]
    elif claim.repr_text is None:
        body += [call]
    else:
        body += [f"assert repr({call}) == {claim.repr_text!r}"]
    text = "\n".join(body)
    used = sorted(_free_names(text))
    head = ["import asyncio", ""] if is_async else []
    head += ["import pytest", ""] if claim.raises is not None else []
    if used:
        head += [f"from {name} import {', '.join(used)}", ""]
    return "\n".join([*head, "", f"def test_{title}():", *_indented(text), ""])


def _operand(text: str) -> str:
    """In brackets where it would otherwise become part of a chain of comparisons."""
    node = parse_call(text)
    return f"({text})" if isinstance(node, (ast.Compare, ast.BoolOp)) else text


def _as_it_stands(claim: Claim, path: str) -> str:
    """A test that exists needs only be found: pytest runs what a test module imports."""
    name = claim.rule.partition(".")[0]
    own = f"from {Module(path, '', ast.Module([], [])).name} import {name}"
    return "\n".join([*(claim.setup or (own,)), "", f"__all__ = [{name!r}]", ""])


def _rule_lines(claim: Claim, *, is_async: bool) -> list[str]:
    """Bind the call's arguments the way the function does, then assert the rule's check."""
    call = parse_expression(claim.call.strip())
    if not isinstance(call, ast.Call):
        return [f"result = {claim.call}", f"assert {claim.check}"]
    callee = ast.unparse(call.func)
    run = f"{callee}(*bound.args, **bound.kwargs)"
    arguments = ", ".join([*map(ast.unparse, call.args), *map(_keyword, call.keywords)])
    return [
        "import inspect",
        f"bound = inspect.signature({callee}).bind({arguments})",
        "bound.apply_defaults()",
        f"result = asyncio.run({run})" if is_async else f"result = {run}",
        f"names = {{**{callee}.__globals__, **bound.arguments, 'result': result}}",
        f"assert eval({claim.check!r}, names)",
    ]


def _keyword(keyword: ast.keyword) -> str:
    value = ast.unparse(keyword.value)
    return f"**{value}" if keyword.arg is None else f"{keyword.arg}={value}"


def _indented(text: str) -> Iterable[str]:
    return [f"    {line}" if line else line for line in text.split("\n")]


def _free_names(text: str) -> set[str]:
    """The names that the test must import from the module."""
    try:
        tree = parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    own: set[str] = {"asyncio", "pytest"}
    read: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            (read if isinstance(node.ctx, ast.Load) else own).add(node.id)
        elif isinstance(node, ast.arg):
            own.add(node.arg)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            own |= {a.asname or a.name.partition(".")[0] for a in node.names}
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            own.add(node.name)
    return read - own - _BUILTINS
