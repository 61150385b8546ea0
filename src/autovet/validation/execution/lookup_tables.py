"""Module-level tables whose one entry decides what a call does."""

import ast
from collections.abc import Iterator, Sequence

from autovet.source.module import Module
from autovet.source.scopes import FunctionNode
from autovet.validation.execution.calls import parse_call

_COMPUTES = (ast.BinOp, ast.For, ast.While, ast.AugAssign, ast.comprehension)
_COLLECTIONS = (ast.Set, ast.List, ast.Tuple)


def decisive_entry(module: Module, functions: Sequence[FunctionNode], call: str) -> ast.AST | None:
    """The entry of a literal table that answers a call, when functions only look it up.

    Of a mapping the entry whose key is an argument, and best one whose value names another of the
    arguments; of a set of tuples the one made of arguments. None when no entry, or more than one,
    fits.
    """
    node = parse_call(call)
    if not isinstance(node, ast.Call):
        return None
    values = _enum_values(module)
    given = [_constant(n, values) for a in [*node.args, *node.keywords] for n in ast.walk(a)]
    literals = [value for value in given if value is not None]
    for function in functions:
        if any(isinstance(n, _COMPUTES) for n in ast.walk(function)):
            continue
        for table in _tables(module, function):
            entry = _entry(table, literals, values)
            if entry is not None:
                return entry
    return None


def _tables(module: Module, function: FunctionNode) -> Iterator[ast.expr]:
    """The literal tables of the module that a function reads."""
    for name in ast.walk(function):
        if isinstance(name, (ast.Name, ast.Attribute)) and isinstance(name.ctx, ast.Load):
            table = module.assigned(name) if isinstance(name, ast.Name) else _of_class(module, name)
            scope = table and module.function_of(table)
            if table is not None and scope is None:
                yield _unwrapped(table)


def _of_class(module: Module, attribute: ast.Attribute) -> ast.expr | None:
    """The value of a class attribute of that name, when just one class has it."""
    found = [
        statement.value
        for owner in module.nodes(ast.ClassDef)
        for statement in owner.body
        if isinstance(statement, (ast.Assign, ast.AnnAssign))
        for target in (
            statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        )
        if isinstance(target, ast.Name) and target.id == attribute.attr
    ]
    return found[0] if len(found) == 1 else None


def _unwrapped(table: ast.expr) -> ast.expr:
    """The literal inside ``frozenset({...})``, ``MappingProxyType({...})`` and the like."""
    while isinstance(table, ast.Call) and len(table.args) == 1:
        table = table.args[0]
    return table


def _entry(
    table: ast.expr, literals: Sequence[object], values: dict[str, object]
) -> ast.AST | None:
    if isinstance(table, ast.Dict):
        fitting = [
            (_constant(key, values), value)
            for key, value in zip(table.keys, table.values, strict=True)
            if key is not None and _matches(key, literals, values)
        ]
        named = [(k, v) for k, v in fitting if _mentioned(v, literals, values) - {k}]
        # of a sequence of steps the last two decide
        final = [(k, v) for k, v in named if [k] == list(literals[-2:-1])]
        candidates = final or named or fitting
        return candidates[0][1] if len(candidates) == 1 else None
    if isinstance(table, _COLLECTIONS):
        rows = [
            row
            for row in table.elts
            if isinstance(row, ast.Tuple) and _matches(row, literals, values)
        ]
        return rows[0] if len(rows) == 1 else None
    return None


def _matches(key: ast.expr, literals: Sequence[object], values: dict[str, object]) -> bool:
    parts = key.elts if isinstance(key, ast.Tuple) else [key]
    constants = [_constant(part, values) for part in parts]
    return bool(constants) and all(c is not None and c in literals for c in constants)


def _mentioned(
    value: ast.expr, literals: Sequence[object], values: dict[str, object]
) -> set[object]:
    """The arguments of the call that stand in a container of the table."""
    inner = _unwrapped(value)
    parts = inner.elts if isinstance(inner, _COLLECTIONS) else []
    return {c for p in parts if (c := _constant(p, values)) is not None and c in literals}


def _constant(node: ast.AST, values: dict[str, object]) -> object | None:
    """What a literal or a member of an enumeration stands for; None for all else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, (str, int)):
        return node.value
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return values.get(f"{node.value.id}.{node.attr}")
    return None


def _enum_values(module: Module) -> dict[str, object]:
    """``Class.MEMBER`` to its plain value, for the members of the module's classes."""
    return {
        f"{owner.name}.{target.id}": (
            statement.value.value
            if isinstance(statement.value, ast.Constant)
            else f"{owner.name}.{target.id}"
        )
        for owner in module.nodes(ast.ClassDef)
        if owner.bases
        for statement in owner.body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }
