"""Which names hold values whose keys all stand in the text."""

import ast
import re
from collections.abc import Iterator

_OUTSIDE = re.compile(
    r"read|load|open|fetch|query|request|input|download|connect|parse|environ|argv|scan|recv"
)
_SHORTEST_PIECE = 3


def keys_are_evident(tree: ast.Module, receiver: ast.expr, name: str) -> bool:
    """Whether a key of this name cannot be in what the receiver holds.

    That is so where the receiver is a variable that is only ever bound to a call with arguments
    that the text spells out, and no string in the text is or could become the name.
    """
    if not isinstance(receiver, ast.Name) or _could_be_spelled(tree, name):
        return False
    bound = _bindings(tree)
    values = bound.get(receiver.id)
    if not values or not all(isinstance(value, ast.Call) for value in values):
        return False
    if _is_changed_or_handed_on(tree, receiver.id):
        return False
    return _is_evident(receiver.id, bound, _imported(tree), frozenset())


def _could_be_spelled(tree: ast.Module, name: str) -> bool:
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == name:
            return True
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
            if name in text or (len(text) >= _SHORTEST_PIECE and text in name):
                return True
        elif isinstance(node, ast.JoinedStr):
            ends = [v.value for v in node.values if isinstance(v, ast.Constant)]
            if not ends or any(str(part) in name for part in ends):
                return True
    return False


def _bindings(tree: ast.Module) -> dict[str, list[ast.expr | None]]:
    """Every name to the values it is bound to; None for what is no plain assignment."""
    found: dict[str, list[ast.expr | None]] = {}
    plain: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                for name, value in _pairs(target, node.value):
                    plain.add(id(name))
                    found.setdefault(name.id, []).append(value)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and id(node) not in plain:
            found.setdefault(node.id, []).append(None)
        elif isinstance(node, ast.arg):
            found.setdefault(node.arg, []).append(None)
    return found


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[ast.Name, ast.expr]]:
    if isinstance(target, ast.Name):
        yield target, value
    elif isinstance(target, (ast.Tuple, ast.List)):
        for part in target.elts:
            yield from _pairs(part, value)


def _imported(tree: ast.Module) -> frozenset[str]:
    return frozenset(
        alias.asname or alias.name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    )


def _is_evident(
    name: str,
    bound: dict[str, list[ast.expr | None]],
    imported: frozenset[str],
    seen: frozenset[str],
) -> bool:
    if name in seen:
        return True
    for value in bound.get(name, [None]):
        if value is None:
            return False
        for node in ast.walk(value):
            called = node.func if isinstance(node, ast.Call) else None
            if called is not None and _OUTSIDE.search(ast.unparse(called).lower()):
                return False
            if isinstance(node, (ast.ListComp, ast.DictComp, ast.SetComp, ast.GeneratorExp)):
                return False
            if not isinstance(node, ast.Name) or node.id in imported:
                continue
            if node.id not in bound and node is not called and not _is_builtin_call(node, value):
                return False
            if node.id in bound and not _is_evident(node.id, bound, imported, seen | {name}):
                return False
    return True


def _is_builtin_call(name: ast.Name, value: ast.expr) -> bool:
    return any(isinstance(node, ast.Call) and node.func is name for node in ast.walk(value))


def _is_changed_or_handed_on(tree: ast.Module, name: str) -> bool:
    """Whether keys may be added: by a computed subscript, or by a function that gets it."""
    for node in ast.walk(tree):
        match node:
            case ast.Subscript(value=value, slice=key, ctx=ast.Store()):
                changed = _is(value, name) and not isinstance(key, ast.Constant)
            case ast.Call(func=ast.Name(), args=given):
                changed = any(_is(argument, name) for argument in given)
            case _:
                changed = False
        if changed:
            return True
    return False


def _is(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name
