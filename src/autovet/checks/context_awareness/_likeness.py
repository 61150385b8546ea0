"""How alike two functions are in what they do, whatever their names are called."""

import ast
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from autovet.source.module import Module
from autovet.source.remembered import by_part
from autovet.source.scopes import FunctionNode

# how much a shared feature says: what is called and with which texts says most
_WEIGHTS = {"call": 3.0, "name": 3.0, "text": 2.0, "number": 1.0, "form": 1.0}
_FORMS = (
    ast.For, ast.AsyncFor, ast.While, ast.Try, ast.With, ast.AsyncWith, ast.Raise, ast.Yield, ast.Await,
    ast.YieldFrom, ast.Break, ast.Continue, ast.BinOp, ast.Compare, ast.comprehension, ast.Slice,
    ast.AugAssign, ast.Starred, ast.ExceptHandler, ast.BoolOp, ast.UnaryOp,
)  # fmt: skip
# one meaning, several spellings
_SAME = {"builtins.sorted": "sort", "re.compile": ""}
_TRIVIAL = {0, 1, -1}


@dataclass(frozen=True, slots=True)
class Profile:
    """What a function does, as a bag of features.

    Attributes:
        features: kind and value of each feature to how often it occurs.
        calls: the different functions and methods that it calls.
        imported: those of them that it calls through an import, by their full names.
        parameters: how many parameters it takes.
        shape: its body with local names numbered, for exact comparison.
        weight: how much there is to compare.
    """

    features: Mapping[tuple[str, str], int]
    calls: frozenset[str]
    imported: frozenset[str]
    parameters: int
    shape: str
    weight: float


def likeness(one: Profile, other: Profile) -> tuple[float, float]:
    """The share of features that both have (0 to 1), and the weight of what they share."""
    shared = sum(
        _WEIGHTS[key[0]] * min(count, other.features.get(key, 0))
        for key, count in one.features.items()
    )
    whole = one.weight + other.weight - shared
    return (shared / whole if whole else 0.0), shared


@by_part
def profile_of(function: FunctionNode, module: Module) -> Profile:
    """Read a function's features from its body, docstring left out."""
    features: Counter[tuple[str, str]] = Counter()
    calls: set[str] = set()
    imported: set[str] = set()
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    stack: list[ast.AST] = [n for s in body for n in ast.walk(s)]
    for node in stack:
        if isinstance(node, ast.Call):
            name = _called(node, module)
            if name:
                features["call", name] += 1
                calls.add(name)
            full = module.qualified(node.func)
            if full is not None and not full.startswith("builtins."):
                imported.add(full)
        elif isinstance(node, (ast.Name, ast.Attribute)):
            _add_reference(node, module, features)
        elif isinstance(node, ast.Constant):
            _add_constant(node.value, features)
        elif isinstance(node, _FORMS):
            features["form", _form(node)] += 1
    arguments = function.args
    count = len(arguments.posonlyargs) + len(arguments.args) + len(arguments.kwonlyargs)
    weight = sum(_WEIGHTS[kind] * number for (kind, _), number in features.items())
    shape = _shape(function, body, module)
    return Profile(dict(features), frozenset(calls), frozenset(imported), count, shape, weight)


def _called(call: ast.Call, module: Module) -> str:
    """The last part of what is called: ``re.sub(p, ...)`` and ``p.sub(...)`` are one thing."""
    name = module.qualified(call.func)
    if name is not None:
        return _SAME.get(name, name.rpartition(".")[2])
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _add_reference(
    node: ast.Name | ast.Attribute, module: Module, features: Counter[tuple[str, str]]
) -> None:
    """Imported and global things that are not called; a global constant counts as its value."""
    parent = module.parent(node)
    if isinstance(parent, ast.Attribute) or (isinstance(parent, ast.Call) and parent.func is node):
        return
    name = module.qualified(node)
    if name is not None and not name.startswith("builtins."):
        features["name", name.rpartition(".")[2]] += 1
    elif isinstance(node, ast.Attribute):
        features["name", f".{node.attr}"] += 1
    elif _is_global(node, module):
        _add_global(node, module, features)


def _is_global(node: ast.Name | ast.Attribute, module: Module) -> bool:
    if not isinstance(node, ast.Name) or not isinstance(node.ctx, ast.Load):
        return False
    return module.scopes.of(node).lookup(node.id) is module.scopes.module


def _add_global(
    node: ast.Name | ast.Attribute, module: Module, features: Counter[tuple[str, str]]
) -> None:
    """A constant or compiled pattern counts as its value, anything else as itself."""
    value = module.assigned(node)
    if isinstance(value, ast.Call) and module.qualified(value.func) == "re.compile" and value.args:
        value = value.args[0]
    if isinstance(value, ast.Constant):
        _add_constant(value.value, features)
    elif isinstance(node, ast.Name):
        features["name", node.id] += 1


def _add_constant(value: object, features: Counter[tuple[str, str]]) -> None:
    if isinstance(value, str) and value:
        features["text", value] += 1
    elif isinstance(value, (int, float)) and not isinstance(value, bool) and value not in _TRIVIAL:
        features["number", repr(value)] += 1


def _form(node: ast.AST) -> str:
    if isinstance(node, (ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.AugAssign)):
        return type(node.op).__name__
    if isinstance(node, ast.Compare):
        return _COMPARISONS.get(type(node.ops[0]), type(node.ops[0]).__name__)
    return type(node).__name__


# a comparison turned round or negated is the same comparison
_COMPARISONS: dict[type[ast.cmpop], str] = dict.fromkeys(
    (ast.Lt, ast.LtE, ast.Gt, ast.GtE), "order"
)


def _plain(node: ast.AST, later: list[ast.AST]) -> ast.AST:
    """One spelling for a choice of results: ``if c: return a``, then ``return b``, without ``else``."""
    if isinstance(node, ast.Return) and isinstance(node.value, ast.IfExp):
        later.append(ast.Return(node.value.orelse))
        return ast.If(node.value.test, [ast.Return(node.value.body)], [])
    if (
        isinstance(node, ast.If)
        and node.orelse
        and isinstance(node.body[-1], (ast.Return, ast.Raise))
    ):
        later.extend(reversed(node.orelse))
        return ast.If(node.test, node.body, [])
    return node


def _shape(function: FunctionNode, body: list[ast.stmt], module: Module) -> str:
    """The body as text with the function's own names numbered by their first appearance."""
    own = {n for n, b in module.scopes.of(function).bindings.items() if b}
    numbers: dict[str, str] = {}
    parts: list[str] = []
    stack: list[ast.AST] = list(reversed(body))
    while stack:
        node = _plain(stack.pop(), stack)
        parts.append(type(node).__name__)
        if isinstance(node, ast.Name):
            name = node.id
            parts.append(numbers.setdefault(name, f"_{len(numbers)}") if name in own else name)
        elif isinstance(node, ast.Attribute):
            parts.append(node.attr)
        elif isinstance(node, ast.Constant):
            parts.append(repr(node.value))
        elif isinstance(node, ast.keyword):
            parts.append(str(node.arg))
        stack += reversed(list(ast.iter_child_nodes(node)))
    return " ".join(parts)
