"""A deep copy that nobody changes.

Finds ``copy.deepcopy`` whose result is only read: neither it nor the original is changed after, and
it does not leave the function.

A deep copy visits every object below the original; on a nested document it is the slowest line of the
function, and all of it is thrown away at the end.

Read the original. Where the copy is a snapshot, or is handed on to somebody who may change it, it
stays.
"""

import ast
from collections.abc import Iterator

from autovet.checks.syntax.own_nodes import own_nodes
from autovet.checks.vocabulary.expressions import last_name, names_in, path_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("copied-only-to-read", Category.PERFORMANCE, confidence=0.85)

BAD = (
    """
import copy

def weight(animals):
    own = copy.deepcopy(animals)  # <--
    return sum(animal["weight"] for animal in own)
""",
    """
from copy import deepcopy

class Zoo:
    def names(self):
        found = []
        cages = deepcopy(self.cages)  # <--
        for cage in cages.values():
            found.append(cage["name"])
        return found
""",
)

GOOD = (
    """
import copy

def fed(animals):
    own = copy.deepcopy(animals)
    for animal in own:
        animal["hungry"] = False
    return [animal["name"] for animal in own]

def kept(animals):
    own = copy.deepcopy(animals)
    return own

def handed(animals, show):
    own = copy.deepcopy(animals)
    show(own)
""",
    """
import copy

def difference(state, step):
    before = copy.deepcopy(state)
    step(state)
    return [key for key in before if before[key] != state[key]]

def sorted_names(state):
    own = copy.deepcopy(state)
    own.sort()
    return len(own)
""",
)

_READING = frozenset({"len", "sum", "min", "max", "any", "all", "str", "repr", "print", "isinstance", "bool"})  # fmt: skip
_ASKING = frozenset({"get", "items", "keys", "values", "index", "count", "startswith", "endswith", "split"})  # fmt: skip


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report the copy."""
    if (
        last_name(call.func) != "deepcopy"
        or module.qualified(call.func) != "copy.deepcopy"
        or not call.args
        or module.is_test
    ):
        return
    parent, source = module.parent(call), path_of(call.args[0])
    function = module.function_of(call)
    if function is None or not source or not isinstance(parent, ast.Assign):
        return
    name = parent.targets[0]
    if not isinstance(name, ast.Name) or name.id == source:
        return
    nodes = list(own_nodes(function.body))
    if any(isinstance(n, (ast.Lambda, ast.FunctionDef, ast.AsyncFunctionDef, ast.Await, ast.Yield)) for n in nodes):  # fmt: skip
        return
    held = _held(name.id, nodes)
    if _changes_any(held | {source.partition(".")[0]}, nodes, call, module):
        return
    if any(isinstance(n, ast.Name) and n.id in held and _leaves(n, module) for n in nodes):
        return
    yield module.finding(
        RULE,
        call,
        f"nothing changes this copy of {source!r} or its original, so the copying is for nothing; read "
        "the original",
        evidence={"copied": source},
    )


def _held(name: str, nodes: list[ast.AST]) -> set[str]:
    """The copy, and what loops and assignments take out of it."""
    held = {name}
    for _ in range(3):
        for node in nodes:
            if isinstance(node, (ast.For, ast.comprehension)) and names_in(node.iter) & held:
                held |= names_in(node.target)
            elif isinstance(node, ast.Assign) and names_in(node.value) & held:
                taken = isinstance(node.value, (ast.Subscript, ast.Attribute))
                held |= {t.id for t in node.targets if taken and isinstance(t, ast.Name)}
    return held


def _changes_any(held: set[str], nodes: list[ast.AST], call: ast.Call, module: Module) -> bool:
    """Whether a part of the copy or of the original is changed, or handed to a call that may."""
    for node in nodes:
        if isinstance(node, (ast.Subscript, ast.Attribute)) and not isinstance(node.ctx, ast.Load):
            if names_in(node.value) & held:
                return True
        elif isinstance(node, ast.AugAssign) and names_in(node.target) & held:
            return True
        elif isinstance(node, ast.Call) and node is not call:
            func = node.func
            if isinstance(func, ast.Attribute):
                on_held = bool(names_in(func.value) & held)
                if on_held and func.attr not in _ASKING:
                    return True
                if not on_held and any(isinstance(a, ast.Name) and a.id in held for a in node.args):
                    return True
            elif getattr(func, "id", "") not in _READING and module.qualified(func) != "builtins.sorted":  # fmt: skip
                return True
    return False


def _leaves(name: ast.Name, module: Module) -> bool:
    """Whether the thing itself is returned or stored."""
    parent = module.parent(name)
    if isinstance(parent, (ast.Return, ast.List, ast.Tuple, ast.Dict, ast.Set, ast.keyword, ast.Starred)):  # fmt: skip
        return not isinstance(parent, ast.Tuple) or isinstance(parent.ctx, ast.Load)
    if isinstance(parent, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
        return True
    return isinstance(parent, ast.Assign) and parent.value is name
