"""A class that goes out of its way to exist once.

Finds classes whose ``__new__`` keeps the only instance in a class attribute and hands it out again,
and metaclasses that do so for others.

The pattern comes from languages without modules. Here ``__init__`` runs again at every "creation"
and overwrites the state, subclasses share an instance by accident, and tests cannot get a fresh
one.

Make one object at module level, or where the program is put together, and pass it to those who
need it; ``functools.cache`` on a function that makes it serves when it must be made late.
"""

import ast
from collections.abc import Iterator

from autovet.checks.syntax.own_nodes import own_nodes
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("needless-singleton", Category.PRACTICALITY, confidence=0.85)

_KEEPERS = ("instance", "instances", "singleton", "inst")

BAD = (
    """
class Settings:  # <--
    _instance = None

    def __new__(cls):
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance
""",
    """
class Once(type):  # <--
    _instances = {}

    def __call__(cls, *args, **kwargs):
        if cls not in cls._instances:
            cls._instances[cls] = super().__call__(*args, **kwargs)
        return cls._instances[cls]

class Settings(metaclass=Once):
    pass
""",
)

GOOD = (
    """
class Rates:
    _by_day = None

    @classmethod
    def of(cls, day):
        if cls._by_day is None:
            cls._by_day = cls()
        return cls._by_day
""",
    """
class Point:
    def __new__(cls, x, y):
        made = super().__new__(cls)
        made.x = x
        made.y = y
        return made

ORIGIN = Point(0, 0)
""",
    """
class Registry:
    instances = []

    def __init__(self):
        self.instances.append(self)

class Missing:
    def __new__(cls):
        return MISSING

MISSING = object.__new__(Missing)
""",
)


def check(node: ast.ClassDef | ast.FunctionDef, module: Module) -> Iterator[Finding]:
    """Report the class, or the decorator, at its header."""
    if isinstance(node, ast.FunctionDef):
        if _is_singleton_decorator(node, module):
            yield module.finding(
                RULE,
                module.header_span(node),
                f"{node.name}() makes sure that a class exists once: one object at module level does that",
                evidence={"decorator": node.name},
            )
        return
    for method in node.body:
        if isinstance(method, ast.FunctionDef) and _hands_out_the_one(method, node, module):
            yield module.finding(
                RULE,
                module.header_span(node),
                f"{node.name} makes sure that it exists once: one object at module level does that",
                evidence={"method": method.name},
            )
            return
        if not isinstance(method, ast.FunctionDef) or method.name not in {"__new__", "__call__"}:
            continue
        meta = any(module.qualified(base) == "builtins.type" for base in node.bases)
        if (method.name == "__call__") != meta:
            continue
        nodes = list(own_nodes(method.body))
        kept = [n for n in nodes if _keeper(n) and isinstance(getattr(n, "ctx", None), ast.Store)]
        returned = any(
            isinstance(n, ast.Return) and n.value is not None and _keeper(n.value) for n in nodes
        )
        if kept and returned:
            yield module.finding(
                RULE,
                module.header_span(node),
                f"{node.name} makes sure that it exists once: one object at module level does that",
                evidence={"method": method.name},
            )
            return


def _hands_out_the_one(method: ast.FunctionDef, owner: ast.ClassDef, module: Module) -> bool:
    """A class method that makes the object the first time and returns it ever after."""
    if not any(
        isinstance(d, ast.Name) and d.id in {"classmethod", "staticmethod"}
        for d in method.decorator_list
    ):
        return False
    nodes = list(own_nodes(method.body))
    if module.is_test:
        return False
    asked_for_more = bool(method.args.args[1:] or method.args.kwonlyargs)
    made = {
        n.targets[0].attr
        for n in nodes
        if isinstance(n, ast.Assign)
        and isinstance(n.targets[0], ast.Attribute)
        and isinstance(n.value, ast.Call)
        and isinstance(n.value.func, ast.Name)
        and n.value.func.id in {"cls", owner.name}
    }
    asked = {
        t.attr
        for n in nodes
        if isinstance(n, ast.If)
        for t in ast.walk(n.test)
        if isinstance(t, ast.Attribute)
    }
    returned = {
        n.value.attr
        for n in nodes
        if isinstance(n, ast.Return) and isinstance(n.value, ast.Attribute)
    }
    kept = made & asked & returned
    # with more to say than which object there is, only the name tells
    return any(not asked_for_more or _is_keeper(name) for name in kept)


def _is_singleton_decorator(function: ast.FunctionDef, module: Module) -> bool:
    """``@singleton``: keeps the objects that it made in a dictionary, by class."""
    if len(function.args.args) != 1 or module.is_test:
        return False
    cls = function.args.args[0].arg
    tables = {
        s.targets[0].id
        for s in function.body
        if isinstance(s, ast.Assign)
        and isinstance(s.targets[0], ast.Name)
        and isinstance(s.value, ast.Dict)
        and not s.value.keys
    }
    return bool(tables) and any(
        isinstance(n, ast.Subscript)
        and isinstance(n.ctx, ast.Store)
        and isinstance(n.value, ast.Name)
        and n.value.id in tables
        and isinstance(n.slice, ast.Name)
        and n.slice.id == cls
        for n in ast.walk(function)
    )


def _keeper(node: ast.AST) -> bool:
    """The class attribute that holds the only instance."""
    if isinstance(node, ast.Subscript):
        node = node.value
    return isinstance(node, ast.Attribute) and _is_keeper(node.attr)


def _is_keeper(name: str) -> bool:
    return name.lower().strip("_").endswith(_KEEPERS)
