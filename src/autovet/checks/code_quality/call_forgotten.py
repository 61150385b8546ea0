"""A method that is named in a line of its own and never called.

Finds statements that consist of an attribute such as ``connection.commit`` or ``thread.start``.

Naming a method does nothing: the commit, the start or the clean-up never happens, and nothing says
so.

Put the brackets behind it.
"""

import ast
from collections.abc import Iterator

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.fix import Fix
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("call-forgotten", Category.CODE_QUALITY, confidence=0.95)

_DEEDS = frozenset({
    "commit", "rollback", "close", "start", "stop", "join", "clear", "flush", "save", "delete", "acquire", "release",
    "shutdown", "cancel", "raise_for_status", "sort", "reverse", "refresh", "reset", "wait", "run", "connect", "disconnect",
    "quit", "cleanup", "terminate", "kill", "sync", "reload", "expunge_all", "begin", "drain", "unlink", "mkdir",
})  # fmt: skip

BAD = (
    """
def store(link, row):
    link.execute("INSERT INTO parcels VALUES (?)", (row,))
    link.commit  # <--
""",
    """
def begin(thread, answer):
    thread.start  # <--
    answer.raise_for_status  # <--
    return thread
""",
)

GOOD = (
    """
def store(link, row):
    link.commit()
    link.total_changes
    return link.close
""",
    """
class Meter:
    reset: int
    start = 3

def touch(answer):
    answer.content
""",
)


def check(node: ast.Expr, module: Module) -> Iterator[Finding]:
    """Report the statement."""
    value = node.value
    if not isinstance(value, ast.Attribute) or value.attr not in _DEEDS or module.is_test:
        return
    yield module.finding(
        RULE,
        node,
        f"{value.attr} is named here and not called, so it does not happen",
        evidence={"method": value.attr},
        fix=Fix((module.replace(node, f"{module.segment(node)}()"),), "call the method"),
    )
