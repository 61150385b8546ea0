"""Arguments of a call and the constants behind them."""

import ast
from typing import Any

from autovet.source.module import Module

UNKNOWN = object()
"""What is computed, so that no constant can be told."""


def argument(call: ast.Call, position: int | None, *names: str) -> ast.expr | None:
    """The argument at a position (None for keyword only) or under one of these names."""
    if position is not None and position < len(call.args):
        before = call.args[: position + 1]
        return None if any(isinstance(a, ast.Starred) for a in before) else call.args[position]
    return next((k.value for k in call.keywords if k.arg in names), None)


def constant_of(node: ast.expr | None, module: Module) -> Any:
    """The constant that an expression is or was assigned once; else ``UNKNOWN``."""
    if isinstance(node, ast.Name):
        node = module.assigned(node)
    return node.value if isinstance(node, ast.Constant) else UNKNOWN


def is_constant(node: ast.expr | None, value: object, module: Module) -> bool:
    """Whether an expression is exactly this constant (``True`` is not ``1``)."""
    return constant_of(node, module) is value
