"""How much code a function holds, apart from its documentation and layout."""

import ast
from collections.abc import Sequence

from autovet.checks.syntax.own_nodes import own_statements
from autovet.checks.syntax.reference import reference
from autovet.source.scopes import FunctionNode

Compound = (
    ast.If,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.With,
    ast.AsyncWith,
    ast.Try,
    ast.TryStar,
    ast.Match,
)


def body_without_docstring(function: FunctionNode | ast.ClassDef | ast.Module) -> list[ast.stmt]:
    """The statements after the docstring."""
    body = function.body
    return body[1:] if ast.get_docstring(function, clean=False) is not None else body


def code_lines(block: Sequence[ast.stmt]) -> int:
    """The number of lines on which a statement, or a part of one, stands."""
    lines: set[int] = set()
    for statement in own_statements(block):
        end = (
            statement.lineno
            if isinstance(statement, Compound)
            else statement.end_lineno or statement.lineno
        )
        lines.update(range(statement.lineno, end + 1))
    return len(lines)


def steps(block: Sequence[ast.stmt]) -> int:
    """The number of statements; a row of calls of the same thing, such as options, counts once."""
    count, last = 0, None
    for statement in own_statements(block):
        called = None
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            called = reference(statement.value.func)
        if called is None or called != last:
            count += 1
        last = called
    return count


def main_block(block: Sequence[ast.stmt]) -> Sequence[ast.stmt]:
    """The block that does the work: inside a single ``with`` or ``try`` around everything."""
    for _ in range(3):
        wrapper = block[-1] if block and len(block) <= 2 else None
        if not isinstance(wrapper, (ast.With, ast.AsyncWith, ast.Try)):
            break
        block = wrapper.body
    return block
