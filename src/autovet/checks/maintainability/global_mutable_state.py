"""A module variable that functions change: replaced through ``global``, or filled and emptied.

Finds functions that rebind a variable of their module and so keep state, or a lazily made object,
where everything can reach it, and public collections that begin empty and that functions fill.

Two tests, threads or users share it without knowing; who changed it last cannot be seen from any
call, and a second instance can never exist.

Keep the state in an object that is passed to those who need it. Scripts without importers, and a
flag that one start-up function sets once, suffer least; registries that decorators fill are left
alone.
"""

import ast
import re
from collections.abc import Iterator

from autovet.checks.vocabulary.expressions import last_name
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("global-mutable-state", Category.MAINTAINABILITY, confidence=0.8)

_MUTATORS = frozenset({"append", "add", "update", "pop", "popitem", "clear", "remove", "discard", "extend", "insert", "setdefault", "appendleft", "popleft"})  # fmt: skip
_REGISTERING = re.compile(
    r"regist|plugin|hook|handler|subscri|decorat|route|command|cache|memo", re.IGNORECASE
)
_OBJECTS = ("conn", "client", "engine", "session", "pool", "db", "instance", "service", "manager", "link", "gateway", "repo", "bus", "queue", "store", "model", "registry", "api", "singleton", "settings", "config")  # fmt: skip

BAD = (
    """
cages = {}  # <--
log: list[str] = []  # <--

def move(name, cage):
    cages[name] = cage
    log.append(name)

def where(name):
    return cages.get(name), log[-1:]
""",
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
HANDLERS = {}
_known = {}
NAMES = {"a": 1}

def handler(kind):
    def register(function):
        HANDLERS[kind] = function
        return function
    return register

def run(kind, log):
    entries = []
    entries.append(kind)
    _known[kind] = NAMES[kind]
    return HANDLERS[kind](entries)
""",
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


def check(node: ast.Global | ast.Module, module: Module) -> Iterator[Finding]:
    """Report the ``global`` statement, or the collection."""
    if isinstance(node, ast.Module):
        yield from _collections(node, module)
        return
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


def _collections(tree: ast.Module, module: Module) -> Iterator[Finding]:
    """Public collections that begin empty and that functions fill, empty and read."""
    if module.is_test:
        return
    kept: dict[str, ast.stmt] = {}
    for statement in tree.body:
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ) if _is_empty_collection(value) and not name.startswith("_"):
                kept[name] = statement
    if not kept:
        return
    changing: dict[str, set[FunctionNode]] = {}
    reading: dict[str, set[FunctionNode]] = {}
    for use in module.nodes(ast.Name):
        if use.id not in kept or module.scopes.of(use).lookup(use.id) is not module.scopes.module:
            continue
        function = module.function_of(use)
        if function is not None:
            table = changing if _changes(use, module) else reading
            table.setdefault(use.id, set()).add(function)
    for name, statement in kept.items():
        writers = changing.get(name, set())
        readers = reading.get(name, set())
        if not writers or not readers or any(_fills_registry(w, module) for w in writers):
            continue
        if _REGISTERING.search(name):
            continue
        yield module.finding(
            RULE,
            statement,
            f"{min(w.name for w in writers)}() changes {name}, which belongs to the whole process: keep it in an "
            "object that is passed along",
            evidence={"names": [name], "changed_by": sorted(w.name for w in writers)},
        )


def _fills_registry(function: FunctionNode, module: Module) -> bool:
    """Whether a function only notes what is defined: by its name, as a decorator or as a class is made."""
    if _REGISTERING.search(function.name) or function.name in {
        "__new__",
        "__init_subclass__",
        "__set_name__",
    }:
        return True
    return module.function_of(function) is not None


def _is_empty_collection(value: ast.expr) -> bool:
    if isinstance(value, ast.Dict):
        return not value.keys
    if isinstance(value, ast.List):
        return not value.elts
    return (
        isinstance(value, ast.Call)
        and isinstance(value.func, (ast.Name, ast.Attribute))
        and last_name(value.func)
        in {"dict", "list", "set", "defaultdict", "deque", "Counter", "OrderedDict"}
        and not any(isinstance(a, (ast.List, ast.Dict, ast.GeneratorExp)) for a in value.args)
    )


def _changes(use: ast.Name, module: Module) -> bool:
    """Whether a use of a collection puts something in or takes something out."""
    parent = module.parent(use)
    if isinstance(parent, ast.Subscript) and parent.value is use:
        inner: ast.AST | None = parent
        while isinstance(inner, ast.Subscript):
            if isinstance(inner.ctx, (ast.Store, ast.Del)):
                return True
            inner = module.parent(inner)
        return isinstance(inner, ast.Attribute) and inner.attr in _MUTATORS
    return (
        isinstance(parent, ast.Attribute)
        and parent.attr in _MUTATORS
        and isinstance(module.parent(parent), ast.Call)
    )
