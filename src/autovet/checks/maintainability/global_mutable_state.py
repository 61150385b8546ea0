"""A module variable that functions replace through ``global``.

Finds functions that rebind a variable of their module and so keep state, or a lazily made object,
where everything can reach it.

Two tests, threads or users share it without knowing; who changed it last cannot be seen from any
call, and a second instance can never exist.

Keep the state in an object that is passed to those who need it. Scripts without importers, and a
flag that one start-up function sets once, suffer least.
"""

import ast
from collections.abc import Iterator

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("global-mutable-state", Category.MAINTAINABILITY, confidence=0.8)

_OBJECTS = ("conn", "client", "engine", "session", "pool", "db", "instance", "service", "manager", "link", "gateway", "repo", "bus", "queue", "store", "model", "registry", "api", "singleton", "settings", "config")  # fmt: skip

BAD = (
    """
visitor = None
visits = 0

def enter(name):
    global visitor, visits  # <--
    visitor = name
    visits += 1

def who():
    return visitor
""",
    """
_link = None

def link():
    global _link  # <--
    if _link is None:
        _link = connect()
    return _link

def connect():
    return object()

class Orders:
    def total(self, number):
        return link().ask(number)
""",
)

GOOD = (
    """
class Hall:
    def __init__(self):
        self.visitor = None

    def enter(self, name):
        self.visitor = name
""",
    """
limit = 3

def allowed(count):
    global limit
    return count < limit

def main():
    global verbose
    verbose = True

verbose = False
""",
)


def check(node: ast.Global, module: Module) -> Iterator[Finding]:
    """Report the ``global`` statement."""
    function = module.function_of(node)
    if function is None or module.is_test or function.name in {"main", "setup", "cli"}:
        return
    changed = [name for name in node.names if _rebinds(function, name)]
    shared = [name for name in changed if _used_elsewhere(name, function, module)]
    if not shared:
        return
    yield module.finding(
        RULE,
        node,
        f"{function.name}() changes {', '.join(shared)} for everybody: keep it in an object that is passed along",
        evidence={"names": shared},
        severity=Severity.INFO if _is_minor(function, shared) else None,
    )


def _is_minor(function: FunctionNode, names: list[str]) -> bool:
    """A switch, a setter, or a constant that is worked out at first use."""
    if _only_a_flag(function, names) or function.name.lstrip("_").startswith("set_"):
        return True
    lazy = any(
        isinstance(s, ast.If)
        and any(isinstance(n, ast.Name) and n.id in names for n in ast.walk(s.test))
        for s in function.body
    )
    return lazy and not any(word in name.lower() for name in names for word in _OBJECTS)


def _rebinds(function: FunctionNode, name: str) -> bool:
    return any(
        isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, (ast.Store, ast.Del))
        for n in ast.walk(function)
    )


def _used_elsewhere(name: str, function: FunctionNode, module: Module) -> bool:
    """Whether another function reads it, or this one hands it out."""
    for use in module.nodes(ast.Name):
        if use.id == name and isinstance(use.ctx, ast.Load):
            home = module.function_of(use)
            if home is not None and (
                home is not function or isinstance(module.parent(use), ast.Return)
            ):
                return True
    return False


def _only_a_flag(function: FunctionNode, names: list[str]) -> bool:
    """Whether all that is stored is True, False or None: a switch."""
    values = [
        n.value
        for n in ast.walk(function)
        if isinstance(n, ast.Assign)
        and isinstance(n.targets[0], ast.Name)
        and n.targets[0].id in names
    ]
    return (
        len(names) == 1
        and bool(values)
        and all(
            isinstance(v, ast.Constant) and (v.value is None or isinstance(v.value, bool))
            for v in values
        )
    )
