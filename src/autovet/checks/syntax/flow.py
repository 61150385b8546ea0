"""Where control goes after a block."""

import ast
from collections.abc import Sequence

_SWALLOWING = ("suppress", "ignor", "raises", "catch", "swallow", "tolerat", "warns", "safe")
_JUMPS = (ast.Return, ast.Raise, ast.Continue, ast.Break)


def leaves(block: Sequence[ast.stmt]) -> bool:
    """Whether control never reaches what follows the block; False when in doubt."""
    return any(_leaves(statement) for statement in block)


def _leaves(statement: ast.stmt) -> bool:
    if isinstance(statement, _JUMPS):
        return True
    if isinstance(statement, ast.If):
        return _chain_leaves(statement)
    if isinstance(statement, (ast.With, ast.AsyncWith)):
        # A manager may swallow an exception, so that a raise, or a jump that fails, passes.
        jumps = any(isinstance(s, (ast.Return, ast.Continue, ast.Break)) for s in statement.body)
        return jumps and not any(_may_swallow(item.context_expr) for item in statement.items)
    if isinstance(statement, (ast.Try, ast.TryStar)):
        if leaves(statement.finalbody):
            return True
        return leaves([*statement.body, *statement.orelse]) and all(
            leaves(handler.body) for handler in statement.handlers
        )
    if isinstance(statement, ast.While):
        endless = isinstance(statement.test, ast.Constant) and bool(statement.test.value)
        return endless and not has_break(statement.body)
    if isinstance(statement, ast.Match):
        last = statement.cases[-1]
        everything = isinstance(last.pattern, ast.MatchAs) and last.pattern.pattern is None
        return everything and not last.guard and all(leaves(case.body) for case in statement.cases)
    return False


def _may_swallow(manager: ast.expr) -> bool:
    """Whether the manager's name says that it swallows exceptions."""
    called = manager.func if isinstance(manager, ast.Call) else manager
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    return any(word in name.lower() for word in _SWALLOWING)


def _chain_leaves(chain: ast.If) -> bool:
    branch = chain
    while leaves(branch.body):
        if len(branch.orelse) == 1 and isinstance(branch.orelse[0], ast.If):
            branch = branch.orelse[0]
        else:
            return leaves(branch.orelse)
    return False


def has_break(body: Sequence[ast.stmt]) -> bool:
    """Whether a ``break`` in ``body`` ends the loop that ``body`` belongs to."""
    stack: list[ast.AST] = list(body)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Break):
            return True
        if isinstance(node, (ast.For, ast.AsyncFor, ast.While)):
            stack.extend(node.orelse)
        elif isinstance(node, (ast.stmt, ast.ExceptHandler, ast.match_case)) and not isinstance(
            node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        ):
            stack.extend(ast.iter_child_nodes(node))
    return False


def block_of(statement: ast.AST, parent: ast.AST | None) -> Sequence[ast.stmt]:
    """The list of statements of ``parent`` that holds ``statement``; empty when none does."""
    for name in ("body", "orelse", "finalbody"):
        block = getattr(parent, name, None)
        if isinstance(block, list) and statement in block:
            return block
    return ()
