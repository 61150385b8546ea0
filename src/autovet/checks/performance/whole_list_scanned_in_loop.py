"""Every round of a loop goes through the whole list again.

Finds ``sum``, ``min``, ``max``, ``sorted`` of a collection that does not change, and ``items.count(x)``
and ``items.index(x)`` over the very list that the loop goes over; and ``sort``, ``min`` or
``max`` of a list that grows in the loop. n items then cost n * n steps.

Compute the value once before the loop; count with ``collections.Counter``; number with
``enumerate``; keep a growing list in order with ``heapq`` or ``bisect``.

Leave it when the collection is short by its nature.
"""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.expressions import names_in, path_of
from autovet.checks.vocabulary.growing_lists import grows_in, is_list
from autovet.checks.vocabulary.repetition import Repetition, repetitions_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("whole-list-scanned-in-loop", Category.PERFORMANCE, confidence=0.8)

BAD = (
    """
def shares(values):
    return [value / sum(values) for value in values]  # <--
""",
    """
def repeated(words):
    found = set()
    for word in words:
        if words.count(word) > 1:  # <--
            found.add(word)
    return found
""",
    """
def medians(stream):
    seen = []
    for value in stream:
        seen.append(value)
        seen.sort()  # <--
        yield seen[len(seen) // 2]
""",
)

GOOD = (
    """
def shares(values):
    total = sum(values)
    return [value / total for value in values]

def widths(rows):
    return [max(row) for row in rows]
""",
    """
def halve(values):
    while sum(values) > 1:
        values = [value / 2 for value in values]

def best(groups):
    for group in groups:
        group.scores.append(1)
        yield max(group.scores), sum(len(g.scores) for g in groups)
""",
    """
def letters(word, text):
    return {letter: text.count(letter) for letter in "aeiou"}
""",
    """
def fill(buckets, items):
    for item in items:
        smallest = min(buckets)
        buckets[buckets.index(smallest)] += item
""",
)

_FOLDS = frozenset({"builtins.sum", "builtins.min", "builtins.max", "builtins.sorted"})
_HARMLESS = frozenset(
    {"len", "sum", "min", "max", "enumerate", "zip", "sorted", "range", "print", "abs", "round"}
)
_METHODS = {"count": "collections.Counter", "index": "enumerate"}


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report scans of a whole collection in every round."""
    func = call.func
    named = isinstance(func, ast.Name) and func.id in {"sum", "min", "max", "sorted"}
    if not named and not (
        isinstance(func, ast.Attribute) and func.attr in {"count", "index", "sort"}
    ):
        return
    if module.is_test:
        return
    repetitions = [r for r in repetitions_of(call, module) if r.is_long and r.iterable is not None]
    if not repetitions:
        return
    if named and module.qualified(func) in _FOLDS and len(call.args) == 1:
        yield from _fold(call, repetitions, module)
    elif isinstance(func, ast.Attribute) and func.attr == "sort":
        path = path_of(func.value)
        if (
            path
            and is_list(func.value, module)
            and any(grows_in(path, r, module) for r in repetitions[:1])
        ):
            yield module.finding(
                RULE,
                call,
                f"{path!r} grows in this loop and is sorted again in every round; use bisect.insort or "
                "a heap, or sort once after it",
                evidence={"list": path},
            )
    elif isinstance(func, ast.Attribute) and func.attr in _METHODS and len(call.args) == 1:
        yield from _search(call, func, repetitions, module)


def _fold(call: ast.Call, repetitions: list[Repetition], module: Module) -> Iterator[Finding]:
    argument = call.args[0]
    name = ast.unparse(call.func)
    # an object's attribute may be a property or change with any call: only plain names are sure
    if not isinstance(argument, ast.Name) or any(
        module.function_of(n) is not module.function_of(call)
        for n in ast.walk(argument)
        if isinstance(n, ast.Call)
    ):
        return
    repetition = repetitions[0]
    iterated = repetition.iterable is not None and argument.id in names_in(repetition.iterable)
    if (
        not iterated
        or argument.id in repetition.targets
        or _touched(argument.id, repetition, module)
    ):
        return
    yield module.finding(
        RULE,
        call,
        f"{name}({argument.id}) goes through all of {argument.id!r} in every round of a loop over "
        f"{argument.id!r}; compute it once before the loop",
        evidence={"collection": argument.id, "call": name},
    )


def _search(
    call: ast.Call, func: ast.Attribute, repetitions: list[Repetition], module: Module
) -> Iterator[Finding]:
    path = path_of(func.value)
    repetition = repetitions[0]
    iterable = repetition.iterable
    while isinstance(iterable, ast.Call) and len(iterable.args) == 1:
        iterable = iterable.args[0]
    if not path or iterable is None or path_of(iterable) != path:
        return
    if not names_in(call.args[0]) & repetition.targets:
        return
    instead = _METHODS[func.attr]
    yield module.finding(
        RULE,
        call,
        f"{path}.{func.attr}() searches all of {path!r} for every one of its items; use {instead}",
        evidence={"collection": path, "instead": instead},
    )


def _touched(name: str, repetition: Repetition, module: Module) -> bool:
    """Whether a round may change the collection."""
    key = ("touched", repetition.node)
    if key not in module.memo:
        module.memo[key] = set(_touched_names(repetition.node))
    return name in module.memo[key]


def _touched_names(loop: ast.AST) -> Iterator[str]:
    for node in ast.walk(loop):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                yield name
            case (
                ast.Attribute(value=value) | ast.Subscript(value=value, ctx=ast.Store() | ast.Del())
            ):
                yield path_of(value)
            case ast.Call(func=ast.Name(id=name)) if name in _HARMLESS:
                pass
            case ast.Call(args=arguments):
                yield from (path_of(argument) for argument in arguments)
