"""Puts what uses a resource into a ``with`` block."""

import ast
from collections.abc import Sequence

from autovet.domain.fix import Edit, Fix
from autovet.domain.span import Span
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

CLOSED_BY_WITH = frozenset(
    {
        "builtins.open", "io.open", "pathlib.Path.open", "socket.socket", "socket.create_connection",
        "urllib.request.urlopen", "zipfile.ZipFile", "tarfile.open", "gzip.open", "bz2.open",
        "lzma.open",
    }
)  # fmt: skip
"""What a ``with`` statement closes; that of a database connection, say, only ends a transaction."""
_FREE_NAMES = ("file", "opened", "resource")


def kept_in_with(name: str, made: ast.stmt, function: FunctionNode, module: Module) -> Fix | None:
    """The fix for ``name = open(...)``: from there to the last use, all in a ``with`` block."""
    value = getattr(made, "value", None)
    block = _block(made, module)
    if value is None or not block:
        return None
    rest = block[block.index(made) + 1 :]
    using = [s for s in rest if _mentions(s, name)]
    elsewhere = [
        n
        for n in ast.walk(function)
        if isinstance(n, ast.Name) and n.id == name and not _within(n, [made, *rest])
    ]
    if not using or elsewhere or any(_rebinds(s, name) for s in rest):
        return None
    body = rest[: rest.index(using[-1]) + 1]
    closing = [s for s in body if _closes(s, name)]
    if not _own_lines([made, *body], module) or len(closing) == len(body):
        return None
    edits = [module.replace(made, f"with {module.segment(value)} as {name}:")]
    step = "\t" if module.lines.line(made.lineno).startswith("\t") else "    "
    gone = {n for s in closing for n in range(s.lineno, (s.end_lineno or s.lineno) + 1)}
    for number in range(body[0].lineno, (body[-1].end_lineno or 0) + 1):
        if number in gone:
            edits.append(Edit(Span(number, 1, number + 1, 1), ""))
        elif module.lines.line(number).strip():
            edits.append(Edit(Span(number, 1, number, 1), step))
    return Fix(tuple(edits), f"use {name} in a with block")


def read_in_with(call: ast.Call, function: FunctionNode | None, module: Module) -> Fix | None:
    """The fix for ``data = open(...).read()`` and the like: one statement in a ``with`` block."""
    statement = module.statement_of(call)
    simple = isinstance(statement, (ast.Assign, ast.AnnAssign, ast.Expr, ast.Return))
    if function is None or not simple or not _own_lines([statement], module):
        return None
    bound = {n.id for n in ast.walk(function) if isinstance(n, ast.Name)}
    name = next((n for n in _FREE_NAMES if n not in bound), None)
    lines = (statement.lineno, call.lineno, statement.end_lineno)
    if name is None or len(set(lines)) > 1:
        return None
    whole, opened = module.segment(statement), module.segment(call)
    if whole.count(opened) != 1:
        return None
    indent = module.lines.line(statement.lineno)[: statement.col_offset]
    step = "\t" if indent.startswith("\t") else "    "
    text = f"with {opened} as {name}:\n{indent}{step}{whole.replace(opened, name)}"
    return Fix((module.replace(statement, text),), "open it in a with block")


def _block(statement: ast.stmt, module: Module) -> list[ast.stmt]:
    around = module.parent(statement)
    for field in ("body", "orelse", "finalbody"):
        block: list[ast.stmt] = getattr(around, field, None) or []
        if statement in block:
            return block
    return []


def _mentions(statement: ast.stmt, name: str) -> bool:
    return any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(statement))


def _rebinds(statement: ast.stmt, name: str) -> bool:
    return any(
        isinstance(n, ast.Name) and n.id == name and not isinstance(n.ctx, ast.Load)
        for n in ast.walk(statement)
    )


def _within(node: ast.AST, statements: Sequence[ast.stmt]) -> bool:
    return any(node is n for s in statements for n in ast.walk(s))


def _closes(statement: ast.stmt, name: str) -> bool:
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr="close"))):
            return owner == name
    return False


def _own_lines(statements: Sequence[ast.stmt], module: Module) -> bool:
    """Whether each stands on lines of its own, and none holds a text over several lines."""
    for statement in statements:
        span = module.span(statement)
        before = module.lines.line(span.line)[: span.column - 1]
        after = module.lines.line(span.end_line)[span.end_column - 1 :].strip()
        if before.strip() or (after and not after.startswith("#")):
            return False
        for node in ast.walk(statement):
            text = isinstance(node, ast.JoinedStr) or (
                isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes))
            )
            if text and getattr(node, "lineno", 0) != getattr(node, "end_lineno", 0):
                return False
    return True
