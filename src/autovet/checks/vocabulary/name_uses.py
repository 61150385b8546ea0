"""Where a module uses a qualified name: at its import, or as an attribute."""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.evident_class import evident_class
from autovet.source.module import Module
from autovet.source.remembered import by_module
from autovet.source.scopes import absolute_module

# lower-case builtins that came late
_LATE = frozenset({"aiter", "anext", "breakpoint"})


@by_module
def used_names(module: Module) -> tuple[tuple[str, ast.AST], ...]:
    """Qualified names with the node that first needs each: an import's alias, an attribute.

    A name imported with ``from`` is told at its import, not again wherever it is used. Methods
    are told by ``method_uses``.
    """
    return tuple(_used(module))


def _used(module: Module) -> Iterator[tuple[str, ast.AST]]:
    for node in module.nodes(ast.Import, ast.ImportFrom):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, alias
        elif isinstance(node, ast.ImportFrom) and not node.level:
            base = absolute_module(node, module.package)
            yield base, node
            for alias in node.names:
                yield f"{base}.{alias.name}", alias
    for attribute in module.nodes(ast.Attribute):
        name = module.qualified(attribute)
        if name is not None:
            yield name, attribute
    for plain in module.nodes(ast.Name):
        if isinstance(plain.ctx, ast.Load) and (plain.id[:1].isupper() or plain.id in _LATE):
            name = module.qualified(plain)
            if name is not None and name.startswith("builtins."):
                yield name, plain


def method_uses(module: Module, methods: frozenset[str]) -> Iterator[tuple[str, ast.Attribute]]:
    """Uses of these methods on receivers of an evident class, as ``package.Class.method``."""
    for attribute in module.nodes(ast.Attribute):
        if attribute.attr in methods and isinstance(attribute.ctx, ast.Load):
            owner = evident_class(attribute.value, module)
            if owner is not None:
                yield f"{owner}.{attribute.attr}", attribute


def parameter_uses(module: Module, functions: frozenset[str]) -> Iterator[tuple[str, ast.keyword]]:
    """Keyword arguments given to these functions, as ``package.function(parameter)``."""
    last_parts = {name.rpartition(".")[2] for name in functions}
    for call in module.nodes(ast.Call):
        if not call.keywords:
            continue
        name = module.qualified(call.func)
        if name is None and isinstance(call.func, ast.Attribute) and call.func.attr in last_parts:
            owner = evident_class(call.func.value, module)
            name = f"{owner}.{call.func.attr}" if owner else None
        if name in functions:
            yield from ((f"{name}({k.arg})", k) for k in call.keywords if k.arg)
