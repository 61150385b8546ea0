"""The functions and methods of a module that can be called from outside with nothing but values."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from autovet.source.module import Module

_SPECIAL = frozenset({"main", "setup", "run", "cli"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A function and how to call it.

    Attributes:
        statement: the top-level statement that it stands in.
        name: its qualified name.
        callee: what stands before the arguments.
        bound: it gets an instance as its first argument.
    """

    function: ast.FunctionDef
    statement: ast.stmt
    name: str
    callee: str
    bound: bool = False


def candidates_of(module: Module) -> Iterator[Candidate]:
    """Public functions, and public methods of plain classes that keep nothing when they are made.

    Private ones answer to callers who know what they pass.
    """
    bound = module.scopes.module.bindings
    for node in module.tree.body:
        if not isinstance(node, (ast.FunctionDef, ast.ClassDef)) or len(bound[node.name]) != 1:
            continue
        if isinstance(node, ast.FunctionDef):
            if _is_public(node):
                yield Candidate(node, node, node.name, node.name)
        elif _is_plain(node):
            for method in node.body:
                if isinstance(method, ast.FunctionDef) and _is_public(method):
                    yield from _method(node, method)


def _method(owner: ast.ClassDef, method: ast.FunctionDef) -> Iterator[Candidate]:
    name = f"{owner.name}.{method.name}"
    decorators = [ast.unparse(decorator) for decorator in method.decorator_list]
    if decorators == ["staticmethod"]:
        yield Candidate(method, owner, name, name)
    elif not decorators and method.args.args[:1] and method.args.args[0].arg == "self":
        yield Candidate(method, owner, name, f"{owner.name}().{method.name}", bound=True)


def _is_public(node: ast.FunctionDef) -> bool:
    return (
        not node.name.startswith(("_", "test"))
        and node.name not in _SPECIAL
        and not node.args.vararg
        and not node.args.kwarg
    )


def _is_plain(owner: ast.ClassDef) -> bool:
    names = {m.name for m in owner.body if isinstance(m, ast.FunctionDef)}
    makers = {"__init__", "__new__", "__post_init__"}
    return not (
        owner.name.startswith(("_", "Test"))
        or owner.decorator_list
        or owner.keywords
        or any(ast.unparse(base) != "object" for base in owner.bases)
        or names & makers
    )
