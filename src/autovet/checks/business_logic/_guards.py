"""Whether a function asks about a value before it uses it."""

import ast
from collections.abc import Container, Iterator

from autovet.checks.vocabulary.expressions import mentions
from autovet.source.module import Module

_CATCH_ALL = frozenset({"Exception", "BaseException"})


def is_tested(name: str, where: ast.AST) -> bool:
    """Whether any condition below ``where`` mentions the name."""
    return any(mentions(test, name) for test in _tests(where))


def _tests(where: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(where):
        if isinstance(node, (ast.If, ast.IfExp, ast.While, ast.Assert)):
            yield node.test
        elif isinstance(node, ast.comprehension):
            yield from node.ifs
        elif isinstance(node, ast.BoolOp):
            yield node
        elif isinstance(node, ast.Match):
            yield node.subject


def is_caught(node: ast.AST, module: Module, errors: Container[str]) -> bool:
    """Whether the node stands in a ``try`` (or a ``with`` for exceptions) that expects an error."""
    child = node
    for ancestor in module.ancestors(node):
        if isinstance(ancestor, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return False
        if isinstance(ancestor, ast.Try) and child in ancestor.body:
            if any(_catches(handler, errors) for handler in ancestor.handlers):
                return True
        elif isinstance(ancestor, (ast.With, ast.AsyncWith)):
            names = (
                module.qualified(i.context_expr.func)
                for i in ancestor.items
                if isinstance(i.context_expr, ast.Call)
            )
            if any(n in {"contextlib.suppress", "pytest.raises"} for n in names):
                return True
        child = ancestor
    return False


def _catches(handler: ast.ExceptHandler, errors: Container[str]) -> bool:
    if handler.type is None:
        return True
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    names = {ast.unparse(kind).rpartition(".")[2] for kind in kinds}
    return any(name in _CATCH_ALL or name in errors for name in names)
