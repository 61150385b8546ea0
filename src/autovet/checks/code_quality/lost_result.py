"""A result that is thrown away, or taken from a method that has none.

Finds statements that call a method of a string, ``sorted``, ``reversed`` or the like and drop what
they return, and expressions that use the None of ``list.sort``, ``list.append``, ``dict.update``
or ``random.shuffle`` as a value.

Strings never change in place: ``name.strip()`` alone does nothing. ``items = items.sort()``
replaces the list by None.

Assign the result, or call the method for its effect in a statement of its own.
"""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.value_types import type_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("lost-result", Category.CODE_QUALITY, confidence=0.95)

_PURE_METHODS = frozenset({
    "strip", "lstrip", "rstrip", "lower", "upper", "title", "capitalize", "casefold", "replace", "split", "rsplit",
    "splitlines", "join", "format", "removeprefix", "removesuffix", "zfill", "ljust", "rjust", "center", "swapcase",
    "startswith", "endswith", "partition", "rpartition", "isdigit", "isalpha", "expandtabs", "translate",
})  # fmt: skip
_PURE_CALLS = frozenset({
    "builtins.sorted", "builtins.reversed", "builtins.map", "builtins.filter", "builtins.zip", "builtins.enumerate",
    "builtins.len", "builtins.abs", "builtins.round", "builtins.sum", "os.path.join", "os.path.basename",
    "copy.copy", "copy.deepcopy", "dataclasses.replace", "html.escape", "re.escape", "re.sub", "json.dumps",
    "datetime.timedelta", "urllib.parse.quote",
})  # fmt: skip
_ONLY_TEXT = frozenset({"strip", "lstrip", "rstrip", "lower", "upper", "casefold"})
_NONE_METHODS = {
    "builtins.list": frozenset(
        {"sort", "append", "extend", "reverse", "insert", "remove", "clear"}
    ),
    "builtins.dict": frozenset({"update", "clear"}),
    "builtins.set": frozenset({"add", "update", "discard", "remove", "clear"}),
}
_NONE_CALLS = frozenset({"random.shuffle", "heapq.heapify", "heapq.heappush", "bisect.insort"})
_NONE_NAMES = frozenset().union(*_NONE_METHODS.values())

BAD = (
    """
def clean(name: str, values):
    name.strip()  # <--
    sorted(values)  # <--
    return name, values
""",
    """
import random

def ranked(scores):
    best = list(scores)
    best = best.sort()  # <--
    names = [s.name for s in scores]
    return random.shuffle(names), best  # <--
""",
)

GOOD = (
    """
import re

def clean(name: str, values, editor):
    name = name.strip()
    values = sorted(values)
    editor.replace("a", "b")
    editor.strip()
    result = editor.update(name)
    try:
        re.escape(name)
        len(values)
    except TypeError:
        return None
    return name, values, result
""",
    """
def ranked(scores: list, seen: set):
    scores.sort()
    fresh = [s for s in scores if not (s in seen or seen.add(s))]
    scores.append(1) or fresh.append(2)
    return fresh
""",
)


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report dropped values and used Nones."""
    parent = module.parent(call)
    func = call.func
    if isinstance(parent, ast.Expr):
        name = _pure(func, module)
        if name and not _is_probe(parent, module):
            yield module.finding(
                RULE,
                call,
                f"{name}() changes nothing in place, and what it returns is dropped: assign it",
                evidence={"call": name},
            )
        return
    if not isinstance(
        parent, (ast.Assign, ast.AnnAssign, ast.Return, ast.For, ast.Call, ast.Tuple, ast.Attribute)
    ):
        return
    if isinstance(parent, ast.Attribute) or (isinstance(parent, ast.Call) and parent.func is call):
        return
    none = None
    if isinstance(func, ast.Attribute) and func.attr in _NONE_NAMES:
        kind = type_of(func.value, module)
        if func.attr in _NONE_METHODS.get(kind or "", ()) or _replaces_itself(call, parent):
            none = module.segment(func)
    elif (qualified := module.qualified(func)) in _NONE_CALLS:
        none = qualified
    in_lambda = any(isinstance(a, ast.Lambda) for a in module.ancestors(call))
    if (
        none
        and not in_lambda
        and not (isinstance(parent, ast.Return) and _returns_nothing(call, module))
    ):
        yield module.finding(
            RULE,
            call,
            f"{none}() works in place and returns None, which is used as a value here",
            evidence={"call": none},
        )


def _pure(func: ast.expr, module: Module) -> str | None:
    qualified = module.qualified(func)
    if qualified in _PURE_CALLS:
        return qualified.removeprefix("builtins.")
    if isinstance(func, ast.Attribute) and func.attr in _PURE_METHODS:
        text = type_of(func.value, module) == "builtins.str" or _is_trimmed(func.value)
        return module.segment(func) if text else None
    return None


def _is_trimmed(value: ast.expr) -> bool:
    """Whether the value comes from a method that only strings have, such as ``x.strip()``."""
    return (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Attribute)
        and value.func.attr in _ONLY_TEXT
        and not value.args
    )


def _replaces_itself(call: ast.Call, parent: ast.AST | None) -> bool:
    """``x = x.sort()``, which leaves None in ``x``; no list-like type sorts into a copy that way."""
    func = call.func
    if not isinstance(func, ast.Attribute) or func.attr not in {"sort", "reverse"} or call.args:
        return False
    target = parent.targets[0] if isinstance(parent, ast.Assign) else None
    return (
        isinstance(target, ast.Name)
        and isinstance(func.value, ast.Name)
        and func.value.id == target.id
    )


def _is_probe(statement: ast.stmt, module: Module) -> bool:
    """Called to see whether it raises: in a ``try``, or in a ``with pytest.raises``."""
    for ancestor in module.ancestors(statement):
        if isinstance(ancestor, (ast.Try, ast.With)):
            return True
        if isinstance(ancestor, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return False
    return False


def _returns_nothing(call: ast.Call, module: Module) -> bool:
    function = module.function_of(call)
    returns = function.returns if function else None
    return isinstance(returns, ast.Constant) and returns.value is None
