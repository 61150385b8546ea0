"""Finding what a report is about in the tree, and writing an edit for it."""

import ast
from typing import TypeVar

from autovet.domain.finding import Finding
from autovet.domain.fix import Edit
from autovet.domain.span import Span
from autovet.source.module import Module

Node = TypeVar("Node", bound=ast.AST)


def node_at(finding: Finding, module: Module, kind: type[Node]) -> Node | None:
    """The node of a kind that the finding spans exactly."""
    for node in module.nodes(kind):
        if module.span(node) == finding.span:
            return node
    return None


def starting_at(finding: Finding, module: Module, kind: type[Node]) -> Node | None:
    """The node of a kind that begins where the finding does."""
    for node in module.nodes(kind):
        if module.span(node).start == finding.span.start:
            return node
    return None


def text_of(node: ast.AST, module: Module) -> str:
    """The text of a node."""
    span = module.span(node)
    lines = module.lines
    return module.text[
        lines.offset(span.line, span.column) : lines.offset(span.end_line, span.end_column)
    ]


def instead_of(node: ast.AST, module: Module, text: str) -> Edit:
    """An edit that puts a text in a node's place."""
    return Edit(module.span(node), text)


def line_before(node: ast.stmt, module: Module, text: str) -> Edit:
    """An edit that puts lines, indented alike, before a statement."""
    span = module.span(node)
    indent = module.lines.line(span.line)[: span.column - 1]
    at, end = Span(span.line, 1, span.line, 1), _line_end(module)
    return Edit(at, "".join(f"{indent}{line}{end}" for line in text.splitlines()))


def _line_end(module: Module) -> str:
    return "\r\n" if "\r\n" in module.text else "\n"


def imported(name: str, module: Module) -> tuple[str, tuple[Edit, ...]]:
    """How a top-level module is called here, and the edit that imports it where nothing does."""
    for local, target in module.scopes.module.imports.items():
        if target == name:
            return local, ()
    for statement in module.tree.body:
        documentation = isinstance(statement, ast.Expr) and isinstance(
            statement.value, ast.Constant
        )
        future = isinstance(statement, ast.ImportFrom) and statement.module == "__future__"
        if not documentation and not future:
            decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
            line = min([statement.lineno, *(d.lineno for d in decorators)])
            return name, (Edit(Span(line, 1, line, 1), f"import {name}{_line_end(module)}"),)
    return name, ()
