"""Whether the calls of a module may change something that outlives them."""

import ast
from collections.abc import Iterator

_DISPLAYS = (ast.Dict, ast.List, ast.Set, ast.DictComp, ast.ListComp, ast.SetComp)
_READERS = frozenset(
    {"get", "items", "keys", "values", "index", "count", "copy", "issubset", "union", "lower"}
)
_IMMUTABLE = frozenset({"Decimal", "Fraction", "frozenset", "tuple", "range", "TypeVar", "field"})


def holds_state(tree: ast.Module) -> bool:
    """Whether calls may change something that outlives them, as far as the text shows."""
    tables: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.Global, ast.Nonlocal)):
            return True
        if isinstance(node, ast.arguments):
            defaults = [d for d in [*node.defaults, *node.kw_defaults] if d is not None]
            if not all(map(_is_plain, defaults)):
                return True
        if isinstance(node, (ast.Module, ast.ClassDef)):
            for name, value in _assigned(node.body):
                if not _is_plain(value):
                    if not isinstance(value, _DISPLAYS) or isinstance(node, ast.ClassDef):
                        return True
                    tables.add(name)
    return any(_changes(node, tables) for node in ast.walk(tree))


def _assigned(body: "list[ast.stmt]") -> Iterator[tuple[str, ast.expr]]:
    for statement in body:
        if isinstance(statement, ast.Assign):
            for target in statement.targets:
                yield ast.unparse(target), statement.value
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            yield ast.unparse(statement.target), statement.value


def _changes(node: ast.AST, tables: "set[str]") -> bool:
    """Whether a node changes one of these names' values."""
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, (ast.Store, ast.Del)):
        owner = node.value
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr in _READERS:
            return False
        owner = node.func.value
    elif isinstance(node, ast.AugAssign):
        owner = node.target
    else:
        return False
    while isinstance(owner, (ast.Subscript, ast.Attribute)):
        owner = owner.value
    return isinstance(owner, ast.Name) and owner.id in tables


def _is_plain(value: ast.expr) -> bool:
    """Whether it makes a value that cannot change: constants, and what is called on constants."""
    inner = [n for n in ast.walk(value) if isinstance(n, ast.expr)]
    callees = [n.func for n in inner if isinstance(n, ast.Call)]
    return not any(isinstance(n, (*_DISPLAYS, ast.Lambda)) for n in inner) and all(
        isinstance(c, ast.Name) and c.id in _IMMUTABLE for c in callees
    )
