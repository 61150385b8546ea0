"""Lists that grow while a loop runs."""

import ast
from dataclasses import dataclass

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


def grows_in(path: str, repetition: Repetition, module: Module) -> bool:
    """Whether items are added to the list at ``path`` in a round, and never taken away."""
    facts = _facts(repetition, module)
    return path in facts.grown and path not in facts.renewed


def is_capped(path: str, repetition: Repetition, module: Module) -> bool:
    """Whether the loop compares the list's length with something, as bounded buffers do."""
    return path in _facts(repetition, module).measured


@dataclass(frozen=True, slots=True)
class _Facts:
    """What one loop does with the lists that it mentions, by their paths."""

    grown: set[str]
    renewed: set[str]
    measured: set[str]


def _facts(repetition: Repetition, module: Module) -> _Facts:
    key = ("growing_lists", repetition.node)
    if key not in module.memo:
        module.memo[key] = _read(repetition.node)
    found: _Facts = module.memo[key]
    return found


def _read(loop: ast.AST) -> _Facts:
    facts = _Facts(set(), set(), set())
    for node in ast.walk(loop):
        match node:
            case ast.AugAssign(target=target):
                facts.grown.add(path_of(target))
            case ast.Assign(targets=targets):
                facts.renewed.update(path_of(target) for target in targets)
            case ast.AnnAssign(target=target):
                facts.renewed.add(path_of(target))
            case ast.Call(func=ast.Attribute(attr=method, value=value)):
                if method in _SHRINKING:
                    facts.renewed.add(path_of(value))
                elif method in _GROWING:
                    facts.grown.add(path_of(value))
            case ast.Compare(left=left, comparators=comparators):
                for side in (left, *comparators):
                    match side:
                        case ast.Call(func=ast.Name(id="len"), args=[measured]):
                            facts.measured.add(path_of(measured))
    return facts
