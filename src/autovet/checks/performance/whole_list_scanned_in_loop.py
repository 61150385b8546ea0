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
from autovet.checks.vocabulary.growing_lists import grows_in, is_capped, is_list
from autovet.checks.vocabulary.repetition import Repetition, bound_in, repetitions_of
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
def so_far(values):
    return [sum(values[: i + 1]) for i in range(len(values))]  # <--

def medians(stream):
    seen = []
    for value in stream:
        seen.append(value)
        seen.sort()  # <--
        yield seen[len(seen) // 2]

def records(stream):
    seen = []
    for value in stream:
        seen.append(value)
        yield max(seen)  # <--
""",
)

GOOD = (
    """
def shares(values):
    total = sum(values)
    return [value / total for value in values]

def widths(rows):
    return [max(row) for row in rows]

def means(values, width):
    return [sum(values[i : i + width]) / width for i in range(len(values))]
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
    if not named and isinstance(func, ast.Attribute) and func.attr == "sort":
        yield from _sort(call, func.value, module)
        return
    repetitions = [r for r in repetitions_of(call, module) if r.is_long and r.iterable is not None]
    if not repetitions:
        return
    if named and module.qualified(func) in _FOLDS and len(call.args) == 1:
        yield from _fold(call, repetitions, module)
        yield from _partial(call, repetitions, module)
    elif isinstance(func, ast.Attribute) and func.attr in _METHODS and len(call.args) == 1:
        yield from _search(call, func, repetitions, module)


def _partial(call: ast.Call, repetitions: list[Repetition], module: Module) -> Iterator[Finding]:
    """``sum(values[:i])`` in a loop that counts ``i`` through the same values."""
    match call.args[0]:
        case ast.Subscript(value=ast.Name(id=name), slice=ast.Slice(lower=lower, upper=upper)) if (
            lower is None or upper is None
        ):
            bound = lower or upper
        case _:
            return
    repetition = repetitions[0]
    if bound is None or not names_in(bound) & repetition.targets or repetition.iterable is None:
        return
    if name not in names_in(repetition.iterable) or _touched(name, repetition, module):
        return
    yield module.finding(
        RULE,
        call,
        f"every round goes through {name!r} again from its {'beginning' if lower is None else 'middle'}; "
        "carry the result along from round to round (itertools.accumulate)",
        evidence={"collection": name, "call": ast.unparse(call.func)},
    )


def _sort(call: ast.Call, sorted_list: ast.expr, module: Module) -> Iterator[Finding]:
    path = path_of(sorted_list)
    if not path or not is_list(sorted_list, module):
        return
    repetitions = [r for r in repetitions_of(call, module) if r.is_long]
    if not repetitions or _is_rare(call, repetitions[0], module):
        return
    if not _is_made_before(path, repetitions[0], module):
        return
    grows = grows_in(path, repetitions[0], module)
    yield module.finding(
        RULE,
        call,
        f"{path!r} {'grows in this loop and ' if grows else ''}is sorted again in every round; use "
        "bisect.insort or a heap, or sort once outside the loop",
        evidence={"list": path},
    )


def _is_rare(call: ast.Call, repetition: Repetition, module: Module) -> bool:
    """Whether a condition decides in which rounds the call runs."""
    for ancestor in module.ancestors(call):
        if ancestor is repetition.node:
            return False
        if isinstance(ancestor, (ast.If, ast.IfExp, ast.BoolOp, ast.ExceptHandler, ast.match_case)):
            return True
    return False


def _is_made_before(path: str, repetition: Repetition, module: Module) -> bool:
    """Whether all rounds work on one list, which none of them replaces."""
    root = path.partition(".")[0]
    if root in repetition.targets or bound_in(root, repetition, module):
        return False
    return not any(
        isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store) and path_of(n) == path
        for n in ast.walk(repetition.node)
    )


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
    if _is_folded_while_growing(call, argument, repetition, module):
        yield module.finding(
            RULE,
            call,
            f"{argument.id!r} grows in this loop and {name}() goes through all of it in every round; carry "
            "the result along, or use a heap or bisect.insort",
            evidence={"collection": argument.id, "call": name},
        )
        return
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


def _is_folded_while_growing(
    call: ast.Call, argument: ast.Name, repetition: Repetition, module: Module
) -> bool:
    return (
        not call.keywords
        and is_list(argument, module)
        and grows_in(argument.id, repetition, module)
        and _is_made_before(argument.id, repetition, module)
        and not is_capped(argument.id, repetition, module)
        and not _is_rare(call, repetition, module)
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
