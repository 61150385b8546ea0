"""The docstrings of a module, with their place in the file."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

_DEFINITIONS = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
_Documented = ast.Module | ast.ClassDef | FunctionNode


@dataclass(frozen=True, slots=True)
class Docstring:
    """The documentation of something that can be reached by name.

    Attributes:
        owner: the qualified name of what it documents; empty for the module.
        function: the module-level function that it documents, if it does.
        line: the line of the file at which the text begins.
        end_line: the line of the file at which it ends.
    """

    owner: str
    function: FunctionNode | None
    text: str
    line: int
    end_line: int

    @property
    def lines(self) -> list[str]:
        """The text by lines."""
        return self.text.split("\n")

    def line_of(self, index: int) -> int:
        """The line of the file that holds the text's line ``index`` (from 0)."""
        return min(self.line + index, self.end_line)


def trailing_text(statement: ast.stmt, module: Module) -> ast.Constant | None:
    """The string that stands alone right below a top-level function, and speaks of it."""
    body = module.tree.body
    if not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return None
    at = next((n for n, each in enumerate(body) if each is statement), -1)
    match body[at + 1 : at + 2] if at >= 0 else []:
        case [ast.Expr(value=ast.Constant(value=str()) as text)]:
            return text
    return None


def docstrings_of(module: Module) -> Iterator[Docstring]:
    """Yield the docstrings of the module, its classes, functions and methods.

    A string below a function counts as well, as some write it.
    """
    for function in module.tree.body:
        below = trailing_text(function, module)
        if below is not None and isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield Docstring(
                owner=function.name,
                function=function,
                text=str(below.value),
                line=below.lineno,
                end_line=below.end_lineno or below.lineno,
            )
    definitions: list[_Documented] = [*module.nodes(ast.ClassDef), *module.functions]
    for node in [module.tree, *definitions]:
        around = [a for a in module.ancestors(node) if isinstance(a, _DEFINITIONS)]
        if any(not isinstance(a, ast.ClassDef) for a in around):
            continue
        match node.body[:1]:
            case [ast.Expr(value=ast.Constant(value=str(text)) as literal)]:
                own = [] if isinstance(node, ast.Module) else [node]
                yield Docstring(
                    owner=".".join(a.name for a in [*reversed(around), *own]),
                    function=None
                    if around or isinstance(node, (ast.Module, ast.ClassDef))
                    else node,
                    text=text,
                    line=literal.lineno,
                    end_line=literal.end_lineno or literal.lineno,
                )
