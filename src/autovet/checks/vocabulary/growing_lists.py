"""Lists that grow while a loop runs."""

import ast

from autovet.checks.vocabulary.expressions import path_of
from autovet.checks.vocabulary.repetition import Repetition
from autovet.checks.vocabulary.value_types import type_of
from autovet.source.module import Module

_GROWING = frozenset({"append", "extend", "insert", "appendleft"})
_LISTS = frozenset({"builtins.list", "typing.List"})
_SHRINKING = frozenset({"pop", "clear", "remove"})


def is_list(node: ast.expr, module: Module) -> bool:
    """Whether an expression is known to be a list: by its value or by its annotation."""
    return type_of(node, module) in _LISTS


def grows_in(path: str, repetition: Repetition) -> bool:
    """Whether items are added to the list at ``path`` in a round, and never taken away."""
    grown = False
    for node in ast.walk(repetition.node):
        if isinstance(node, ast.AugAssign) and path_of(node.target) == path:
            grown = True
        elif (isinstance(node, ast.Assign) and any(path_of(t) == path for t in node.targets)) or (
            isinstance(node, ast.AnnAssign) and path_of(node.target) == path
        ):
            return False
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if path_of(node.func.value) != path:
                continue
            if node.func.attr in _SHRINKING:
                return False
            grown = grown or node.func.attr in _GROWING
    return grown


def is_capped(path: str, repetition: Repetition) -> bool:
    """Whether the loop compares the list's length with something, as bounded buffers do."""
    for node in ast.walk(repetition.node):
        if isinstance(node, ast.Compare):
            for side in (node.left, *node.comparators):
                if (
                    isinstance(side, ast.Call)
                    and isinstance(side.func, ast.Name)
                    and side.func.id == "len"
                    and side.args
                    and path_of(side.args[0]) == path
                ):
                    return True
    return False
