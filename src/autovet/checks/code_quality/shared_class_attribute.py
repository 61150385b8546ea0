"""A list or dictionary on the class that methods fill through ``self``.

Finds class attributes that are an empty list, dictionary or set, that methods change in place
through ``self``, and that no method ever gives an instance of its own.

All instances share the one object: what is put into the first shows up in the second, and tests
that pass alone fail together.

Make it in ``__init__``, or with ``field(default_factory=...)``. Registries that are meant to be
shared are changed through the class or ``cls``, which says so.
"""

import ast
from collections.abc import Iterator

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("shared-class-attribute", Category.CODE_QUALITY, confidence=0.88)

_CHANGING = frozenset({"append", "extend", "insert", "add", "update", "setdefault", "remove", "discard", "appendleft"})  # fmt: skip
_MAKERS = frozenset({"list", "dict", "set", "defaultdict", "deque", "Counter", "OrderedDict"})
_SHARED = ("cache", "registry", "instances", "shared", "known", "memo", "pool", "locks")

BAD = (
    """
class Basket:
    lines = []  # <--

    def put(self, line):
        self.lines.append(line)
""",
    """
class Poll:
    title = ""
    votes: dict = {}  # <--

    def __init__(self, title):
        self.title = title

    def vote(self, name):
        self.votes[name] = self.votes.get(name, 0) + 1
""",
)

GOOD = (
    """
class Basket:
    lines = []

    def __init__(self):
        self.lines = []

    def put(self, line):
        self.lines.append(line)
""",
    """
class Plugin:
    _registry = {}
    fields = ["name", "size"]
    seen = set()

    def __init_subclass__(cls):
        cls._registry[cls.__name__] = cls

    @classmethod
    def mark(cls, name):
        cls.seen.add(name)

    def names(self):
        return [*self.fields, *self._registry]
""",
)


def check(node: ast.ClassDef, module: Module) -> Iterator[Finding]:
    """Report the attribute in the class body."""
    if module.is_test:
        return
    shared: dict[str, ast.stmt] = {}
    for statement in node.body:
        target = (
            statement.targets[0]
            if isinstance(statement, ast.Assign)
            else statement.target
            if isinstance(statement, ast.AnnAssign)
            else None
        )
        value = getattr(statement, "value", None)
        if not isinstance(target, ast.Name) or any(w in target.id.lower() for w in _SHARED):
            continue
        if _is_empty_container(value):
            shared[target.id] = statement
    if not shared:
        return
    changed: dict[str, int] = {}
    for method in node.body:
        if isinstance(method, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for inner in ast.walk(method):
                if name := _rebound(inner):
                    shared.pop(name, None)
                elif name := _changed(inner):
                    changed.setdefault(name, getattr(inner, "lineno", 0))
    for name, statement in shared.items():
        if name in changed:
            yield module.finding(
                RULE,
                statement,
                f"all instances of {node.name} share this one {name}, which line {changed[name]} changes: "
                "make it in __init__",
                evidence={"attribute": name, "changed_at": changed[name]},
            )


def _is_empty_container(value: ast.expr | None) -> bool:
    if isinstance(value, (ast.List, ast.Set)):
        return not value.elts
    if isinstance(value, ast.Dict):
        return not value.keys
    if not isinstance(value, ast.Call):
        return False
    name = (
        value.func.attr if isinstance(value.func, ast.Attribute) else getattr(value.func, "id", "")
    )
    return name in _MAKERS


def _of_self(node: ast.AST) -> str:
    if (
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
    ):
        return node.attr
    return ""


def _rebound(node: ast.AST) -> str:
    stored = isinstance(getattr(node, "ctx", None), (ast.Store, ast.Del))
    return _of_self(node) if stored else ""


def _changed(node: ast.AST) -> str:
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, (ast.Store, ast.Del)):
        return _of_self(node.value)
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in _CHANGING
    ):
        return _of_self(node.func.value)
    return ""
