"""A module-level cache that only ever grows.

Finds dictionaries and lists of a module that functions add entries to, under keys that come from
their arguments, and that nothing ever shortens. In a process that lives for weeks the memory fills
up with entries nobody asks for any more.

Use ``functools.lru_cache(maxsize=...)`` or another cache with a limit, or remove entries when they are
old.

Leave it when the keys are few by their nature, as with a registry that is filled at import.
"""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.expressions import names_in
from autovet.checks.vocabulary.value_types import type_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("unbounded-cache", Category.PERFORMANCE, severity=Severity.INFO, confidence=0.6)

BAD = (
    """
_pages = {}

def page(address):
    if address not in _pages:
        _pages[address] = load(address)  # <--
    return _pages[address]
""",
    """
class Thumbnails:
    _cache = {}

    def of(self, path, size):
        key = (path, size)
        if key not in self._cache:
            self._cache[key] = draw(path, size)  # <--
        return self._cache[key]

history: list[str] = []

def visited(address: str) -> None:
    history.append(address)  # <--
""",
)

GOOD = (
    """
_pages = {}

def page(address):
    if len(_pages) > 100:
        _pages.clear()
    if address not in _pages:
        _pages[address] = load(address)
    return _pages[address]
""",
    """
class Thumbnails:
    _cache = {}

    def of(self, path):
        if len(self._cache) > 100:
            self._cache.clear()
        self._cache[path] = draw(path)
        return self._cache[path]

class Once:
    def __init__(self):
        self._cache = {}

    def of(self, path):
        self._cache[path] = draw(path)

_commands = {}

def command(function):
    _commands[function.__name__] = function
    return function

def register_plugin(plugin):
    _commands[plugin.name] = plugin
""",
)

_REGISTERING = ("register", "add_", "decorator", "set_", "configure", "init")
_FREE_TEXT = ("query", "text", "url", "user_id", "address", "token", "message", "search", "prompt", "customer_id", "email", "body", "payload")  # fmt: skip
_SHORTENING = frozenset({"pop", "popitem", "clear", "remove", "popleft"})


def check(node: ast.Assign | ast.Call | ast.FunctionDef, module: Module) -> Iterator[Finding]:
    """Report additions to module-level collections that never shrink, and caches without a limit."""
    if module.is_test:
        return
    if isinstance(node, ast.FunctionDef):
        yield from _decorated(node, module)
        return
    if isinstance(node, ast.Assign):
        target = node.targets[0]
        if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Attribute):
            yield from _of_class(node, target, target.value, module)
            return
        if not isinstance(target, ast.Subscript) or not isinstance(target.value, ast.Name):
            return
        name, added = target.value, target.slice
    else:
        func = node.func
        if not isinstance(func, ast.Attribute) or func.attr != "append" or not node.args:
            return
        if not isinstance(func.value, ast.Name):
            return
        name, added = func.value, node.args[0]
    function = module.function_of(node)
    if function is None or not _from_arguments(added, function, module):
        return
    if function.name.startswith(_REGISTERING) or _is_decorator(function, module):
        return
    if module.scopes.of(name).lookup(name.id) is not module.scopes.module:
        return
    if type_of(name, module) not in {"builtins.dict", "builtins.list", "collections.defaultdict"}:
        return
    key = ("shrinks", name.id)
    if key not in module.memo:
        module.memo[key] = _shrinks(name.id, module)
    if not module.memo[key]:
        yield module.finding(
            RULE,
            node,
            f"{name.id!r} gets an entry for every new argument and never loses one, so it grows as long as "
            "the process lives; give it a limit",
            evidence={"name": name.id},
            severity=Severity.WARNING if _says_cache(name.id) or _is_log(added) else None,
            confidence=0.75 if _says_cache(name.id) else None,
        )


def _of_class(
    node: ast.Assign, target: ast.Subscript, cache: ast.Attribute, module: Module
) -> Iterator[Finding]:
    """A cache in the body of a class, which all its objects share for ever."""
    function, owner = module.function_of(node), module.class_of(node)
    if function is None or owner is None or not _says_cache(cache.attr):
        return
    values = [
        s.value
        for s in owner.body
        if isinstance(s, (ast.Assign, ast.AnnAssign))
        for t in (s.targets if isinstance(s, ast.Assign) else [s.target])
        if isinstance(t, ast.Name) and t.id == cache.attr
    ]
    if len(values) != 1 or not isinstance(values[0], ast.Dict) or values[0].keys:
        return
    if not _from_arguments(target.slice, function, module):
        return
    uses = [n for n in module.nodes(ast.Attribute) if n.attr == cache.attr]
    if not any(_is_shortened(use, module) for use in uses):
        yield module.finding(
            RULE,
            node,
            f"{cache.attr!r} belongs to the class, gets an entry for every new argument and never loses one, "
            "so it grows as long as the process lives; give it a limit",
            evidence={"name": cache.attr},
            severity=Severity.WARNING,
            confidence=0.75,
        )


def _is_shortened(use: ast.Attribute, module: Module) -> bool:
    parent = module.parent(use)
    if isinstance(use.ctx, ast.Store):
        return True
    if isinstance(parent, ast.Attribute):
        return parent.attr in _SHORTENING
    if isinstance(parent, ast.Subscript):
        return isinstance(parent.ctx, ast.Del)
    return isinstance(parent, ast.Call) and use in parent.args


def _decorated(node: FunctionNode, module: Module) -> Iterator[Finding]:
    """``@cache`` on a function of free text, of which there is no end."""
    for decorator in node.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        name = module.qualified(called)
        limits = decorator.args[:1] if isinstance(decorator, ast.Call) else []
        if isinstance(decorator, ast.Call):
            limits += [k.value for k in decorator.keywords if k.arg == "maxsize"]
        endless = name == "functools.cache" or (
            name == "functools.lru_cache"
            and any(isinstance(v, ast.Constant) and v.value is None for v in limits)
        )
        free = [a.arg for a in node.args.args if a.arg.lower().endswith(_FREE_TEXT)]
        if endless and free:
            yield module.finding(
                RULE,
                decorator,
                f"this keeps every {free[0]!r} that was ever asked for; use lru_cache with a limit",
                evidence={"function": node.name, "argument": free[0]},
                severity=Severity.WARNING,
            )


def _from_arguments(added: ast.expr, function: FunctionNode, module: Module) -> bool:
    parameters = {a.arg for a in [*function.args.args, *function.args.kwonlyargs]} - {"self", "cls"}
    if names_in(added) & parameters:
        return True
    value = module.assigned(added)
    return value is not None and bool(names_in(value) & parameters)


def _is_log(added: ast.expr) -> bool:
    """Whether what is added is a record made of the arguments, one for each call, not a thing kept."""
    return isinstance(added, (ast.Dict, ast.Tuple, ast.JoinedStr)) and not isinstance(
        getattr(added, "ctx", None), ast.Store
    )


def _says_cache(name: str) -> bool:
    """Whether the name itself says that entries are kept only to be found again."""
    return any(word in name.lower() for word in ("cache", "memo"))


def _is_decorator(function: FunctionNode, module: Module) -> bool:
    """Whether the function gives one of its arguments back, as registering decorators do."""
    key = ("returns_argument", function)
    if key not in module.memo:
        module.memo[key] = _returns_argument(function)
    return bool(module.memo[key])


def _returns_argument(function: FunctionNode) -> bool:
    returned = {
        n.value.id
        for n in ast.walk(function)
        if isinstance(n, ast.Return) and isinstance(n.value, ast.Name)
    }
    return bool(returned & {a.arg for a in function.args.args})


def _shrinks(name: str, module: Module) -> bool:
    for node in module.nodes(ast.Name):
        if node.id != name:
            continue
        parent = module.parent(node)
        if isinstance(parent, ast.Attribute) and parent.attr in _SHORTENING:
            return True
        if isinstance(parent, ast.Subscript) and isinstance(parent.ctx, ast.Del):
            return True
        if (
            isinstance(parent, ast.Call)
            and isinstance(parent.func, ast.Name)
            and parent.func.id == "len"
        ):
            return True
        if isinstance(node.ctx, ast.Store) and module.function_of(node) is not None:
            return True
    return False
