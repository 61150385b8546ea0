"""A cache, a ring buffer or a query string parser written by hand.

Finds decorators, and functions with a dictionary of their own, that keep results by arguments, lists that are cut at the front to
stay at a length, and query strings taken apart at ``&`` and ``=``.

The standard library has them, tested: the hand-made ones grow without limit, cannot be cleared,
move the whole list, and forget percent signs and repeated keys.

Use ``functools.lru_cache``, ``collections.deque(maxlen=...)`` and ``urllib.parse.parse_qsl``.
"""

import ast
from collections.abc import Iterator

from autovet.checks.syntax.own_nodes import own_nodes
from autovet.checks.vocabulary.expressions import path_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module
from autovet.source.remembered import by_module
from autovet.source.scopes import FunctionNode

RULE = Rule("hand-made-cache", Category.PRACTICALITY, confidence=0.83)

BAD = (
    """
def remembered(function):  # <--
    known = {}
    def inner(*args):
        if args not in known:
            known[args] = function(*args)
        return known[args]
    return inner
""",
    """
class Recent:
    def __init__(self, size):
        self.size = size
        self.items = []

    def add(self, item):
        self.items.append(item)
        if len(self.items) > self.size:  # <--
            self.items.pop(0)

class Latest:
    def __init__(self, size):
        self.size = size
        self.items = []

    def add(self, item):
        self.items.append(item)
        if len(self.items) > self.size:  # <--
            self.items = self.items[-self.size :]

_areas = {}

def area(width, height):  # <--
    key = (width, height)
    if key in _areas:
        return _areas[key]
    result = width * height
    _areas[key] = result
    return result

def answers(query):
    found = {}
    for pair in query.split("&"):  # <--
        name, value = pair.split("=")
        found[name] = value
    return found
""",
)

GOOD = (
    """
import time
from collections import deque
from functools import lru_cache

@lru_cache(maxsize=100)
def slow(number):
    return number * number

def remembered_for(seconds):
    def decorate(function):
        known = {}
        def inner(*args):
            if args in known and known[args][1] > time.time():
                return known[args][0]
            known[args] = function(*args), time.time() + seconds
            return known[args][0]
        return inner
    return decorate
""",
    """
from collections import deque

class Recent:
    def __init__(self, size):
        self.items = deque(maxlen=size)
        self.waiting = []

    def next(self):
        if len(self.waiting) > 3:
            return self.waiting.pop(0)
        return None

_known = {}

def register(name, value):
    if name in _known:
        raise KeyError(name)
    _known[name] = value

def options(text):
    return dict(part.split("=") for part in text.split(","))
""",
)


def check(
    node: ast.FunctionDef | ast.If | ast.While | ast.Call, module: Module
) -> Iterator[Finding]:
    """Report the decorator, the cut or the split."""
    if module.is_test:
        return
    if isinstance(node, ast.FunctionDef):
        if _remembers(node):
            yield module.finding(
                RULE,
                node,
                f"{node.name}() keeps results by arguments: functools.lru_cache does, with a limit",
                evidence={"instead": "functools.lru_cache"},
            )
        elif table := _remembering_table(node, module):
            yield module.finding(
                RULE,
                node,
                f"{node.name}() keeps its results in {table} by arguments: functools.lru_cache does, with a limit",
                evidence={"instead": "functools.lru_cache", "table": table},
            )
    elif isinstance(node, (ast.If, ast.While)):
        path = _cut_to_length(node)
        if path and _appended(path, node, module):
            yield module.finding(
                RULE,
                node,
                f"this keeps {path!r} at a length by hand: collections.deque(maxlen=...) does",
                evidence={"instead": "collections.deque"},
            )
    elif _splits(node, "&"):
        function = module.function_of(node)
        pairs = function is not None and any(
            isinstance(n, ast.Call) and (_splits(n, "=") or _parts(n)) for n in ast.walk(function)
        )
        if pairs:
            yield module.finding(
                RULE,
                node,
                "this takes a query string apart by hand: urllib.parse.parse_qsl also decodes it",
                evidence={"instead": "urllib.parse.parse_qsl"},
            )


def _splits(call: ast.Call, separator: str) -> bool:
    return (
        isinstance(call.func, ast.Attribute)
        and call.func.attr == "split"
        and bool(call.args)
        and isinstance(call.args[0], ast.Constant)
        and call.args[0].value == separator
    )


def _parts(call: ast.Call) -> bool:
    match call:
        case ast.Call(func=ast.Attribute(attr="partition"), args=[ast.Constant(value="=")]):
            return True
    return False


def _remembers(function: FunctionNode) -> bool:
    """A decorator that stores what the function returned, under its arguments, in a plain dictionary."""
    tables = {
        s.targets[0].id
        for s in function.body
        if isinstance(s, ast.Assign)
        and isinstance(s.targets[0], ast.Name)
        and isinstance(s.value, ast.Dict)
        and not s.value.keys
    }
    inner = [s for s in function.body if isinstance(s, ast.FunctionDef)]
    if (
        not tables
        or len(inner) != 1
        or len(function.args.args) != 1
        or inner[0].args.vararg is None
    ):
        return False
    wrapped = function.args.args[0].arg
    nodes = list(own_nodes(inner[0].body))
    calls = any(isinstance(n, ast.Call) and path_of(n.func) == wrapped for n in nodes)
    others = [n for n in nodes if isinstance(n, ast.Call) and path_of(n.func) != wrapped]
    stored = any(
        isinstance(n, ast.Subscript) and isinstance(n.ctx, ast.Store) and path_of(n.value) in tables
        for n in nodes
    )
    asked = any(
        isinstance(n, ast.Compare)
        and isinstance(n.ops[0], (ast.In, ast.NotIn))
        and path_of(n.comparators[0]) in tables
        for n in nodes
    )
    plain = all(
        path_of(c.func).rpartition(".")[2]
        in {"tuple", "sorted", "items", "frozenset", "str", "get"}
        for c in others
    )
    return calls and stored and asked and plain


@by_module
def _empty_tables(module: Module) -> frozenset[str]:
    """The module's variables that start as an empty dictionary and are bound once."""
    found = set()
    for statement in module.tree.body:
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=ast.Dict(keys=[]))
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.Dict(keys=[]))
            ):
                if len(module.scopes.module.bindings.get(name, ())) == 1:
                    found.add(name)
    return frozenset(found)


def _remembering_table(function: ast.FunctionDef, module: Module) -> str | None:
    """The module's dictionary in which a function, and nobody else, looks up and stores its results."""
    if (
        function.decorator_list
        or not function.args.args
        or not isinstance(module.parent(function), ast.Module)
    ):
        return None
    tables = _empty_tables(module)
    if not tables:
        return None
    given = {a.arg for a in (*function.args.args, *function.args.kwonlyargs)}
    for store in own_nodes(function.body):
        match store:
            case ast.Assign(
                targets=[ast.Subscript(value=ast.Name(id=table), slice=key)], value=value
            ) if not isinstance(value, ast.Constant):
                pass
            case _:
                continue
        if table not in tables:
            continue
        keyed = module.assigned(key) if isinstance(key, ast.Name) and key.id not in given else key
        parts = keyed.elts if isinstance(keyed, ast.Tuple) else [keyed]
        if not all(isinstance(p, ast.Name) and p.id in given for p in parts):
            continue
        uses = [n for n in module.nodes(ast.Name) if n.id == table and isinstance(n.ctx, ast.Load)]
        inside = all(module.function_of(n) is function for n in uses)
        asked = any(
            isinstance(n, ast.Compare) and isinstance(n.ops[0], (ast.In, ast.NotIn))
            for n in map(module.parent, uses)
        )
        if inside and asked and {p.id for p in parts if isinstance(p, ast.Name)} == given:
            return table
    return None


def _cut_to_length(node: ast.If | ast.While) -> str:
    """The list of ``if len(x) > n: x.pop(0)``; empty for anything else."""
    match node.test, node.body:
        case (
            ast.Compare(
                left=ast.Call(func=ast.Name(id="len"), args=[measured]),
                ops=[ast.Gt() | ast.GtE()],
                comparators=[ast.Name() | ast.Attribute() | ast.Constant()],
            ),
            [
                ast.Expr(
                    value=ast.Call(
                        func=ast.Attribute(attr="pop", value=cut), args=[ast.Constant(value=0)]
                    )
                )
                | ast.Delete(targets=[ast.Subscript(value=cut, slice=ast.Constant(value=0))])
            ],
        ) if path_of(measured) and path_of(measured) == path_of(cut):
            return path_of(cut)
        case (
            ast.Compare(
                left=ast.Call(func=ast.Name(id="len"), args=[measured]), ops=[ast.Gt() | ast.GtE()]
            ),
            [
                ast.Assign(
                    targets=[kept],
                    value=ast.Subscript(
                        value=cut,
                        slice=ast.Slice(lower=ast.UnaryOp(op=ast.USub()), upper=None, step=None),
                    ),
                )
            ],
        ) if path_of(measured) and path_of(measured) == path_of(cut) == path_of(kept):
            return path_of(cut)
    return ""


def _appended(path: str, node: ast.AST, module: Module) -> bool:
    function = module.function_of(node)
    return function is not None and any(
        isinstance(n, ast.Call)
        and isinstance(n.func, ast.Attribute)
        and n.func.attr == "append"
        and path_of(n.func.value) == path
        for n in ast.walk(function)
    )
