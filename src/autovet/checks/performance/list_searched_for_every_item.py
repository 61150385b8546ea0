"""A list that is searched from the front for every item of another collection.

Finds ``in``, ``index`` and ``count`` on a list inside a loop: a list that the class built from data,
a parameter that is annotated as a list, a list that the test itself builds anew, and two loops over
one collection that compare each item with each.

With n items in both, the work grows with n times n, and nobody notices until the data is large.

Build a set, or a dictionary from item to position, once before the loop. Short lists of names,
such as options and fields, are cheap to search and left alone.
"""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.expressions import names_in, path_of
from autovet.checks.vocabulary.local_calls import called_function
from autovet.checks.vocabulary.repetition import Repetition, bound_in, repetitions_of
from autovet.checks.vocabulary.value_types import owner_class
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("list-searched-for-every-item", Category.PERFORMANCE, confidence=0.8)

_READERS = frozenset({"readlines", "splitlines", "fetchall"})
_SHORT = (
    "option", "field", "column", "key", "allow", "exclud", "includ", "ignor", "skip", "extension", "suffix", "prefix",
    "flag", "choice", "type", "kind", "mode", "arg", "param", "attr", "header", "level", "role", "scope", "method",
    "stop", "vowel", "char", "lang", "format", "dim", "axes", "axis", "path", "part", "base", "only", "require",
)  # fmt: skip

BAD = (
    """
class Glossary:
    def __init__(self, path):
        with open(path) as stream:
            self.terms = [line.strip() for line in stream]

    def unknown(self, text):
        return [word for word in text.split() if word not in self.terms]  # <--
""",
    """
def places(runners: list[str], board: list[str]):
    found = {}
    for runner in runners:
        found[runner] = board.index(runner)  # <--
        if board.count(runner) > 1:  # <--
            found.pop(runner)
    return found

def strangers(guests, invited):
    for guest in guests:
        if guest.name not in [i.name for i in invited]:  # <--
            yield guest
""",
    """
def has_twins(readings):
    for i in range(len(readings)):
        for j in range(len(readings)):
            if i != j and readings[i] == readings[j]:  # <--
                return True
    return False
""",
)

GOOD = (
    """
class Glossary:
    def __init__(self, path, options):
        with open(path) as stream:
            self.terms = {line.strip() for line in stream}
        self.options = [o.lower() for o in options]

    def unknown(self, text):
        return [w for w in text.split() if w not in self.terms and w not in self.options]
""",
    """
def places(runners: list[str], board: list[str], allowed: list[str]):
    known = set(board)
    for runner in runners:
        if runner in known and runner in allowed:
            yield runner
    return board.index(runners[0]), [n for n in (1, 2) if n in board]

def pairs(points):
    for i in range(len(points)):
        for j in range(i + 1, len(points)):
            if abs(points[i] - points[j]) < 3:
                yield i, j
""",
)


def check(node: ast.Compare | ast.Call, module: Module) -> Iterator[Finding]:
    """Report the search."""
    if module.is_test:
        return
    if isinstance(node, ast.Call):
        func = node.func
        if not isinstance(func, ast.Attribute) or func.attr not in {"index", "count"}:
            return
        if len(node.args) != 1:
            return
        searched, sought = func.value, node.args[0]
    elif isinstance(node.ops[0], (ast.In, ast.NotIn)):
        searched, sought = node.comparators[0], node.left
    else:
        yield from _each_with_each(node, module)
        return
    repetitions = [r for r in repetitions_of(node, module) if r.is_long and r.iterable is not None]
    repetition = next((r for r in repetitions if r.targets & names_in(sought)), None)
    if repetition is None:
        return
    inline = isinstance(searched, ast.ListComp) and not names_in(searched) & repetition.targets
    if not inline and (
        not path_of(searched)
        or any(bound_in(path_of(searched), r, module) for r in repetitions)
        or _is_short(path_of(searched))
        or _same(repetition.iterable, searched)
        or not (
            _annotated(searched, module)
            or _returned(searched, module)
            or _built_by_class(searched, module)
        )
    ):
        return
    name = "the list built here" if inline else repr(path_of(searched))
    yield module.finding(
        RULE,
        node,
        f"{name} is searched from the front for every item of the loop in line "
        f"{getattr(repetition.node, 'lineno', 0)}; build a set or dictionary once before it",
        evidence={"list": "" if inline else path_of(searched)},
    )


def _is_short(path: str) -> bool:
    name = path.rpartition(".")[2].lower()
    return name.isupper() or any(word in name for word in _SHORT)


def _same(iterable: ast.expr | None, searched: ast.expr) -> bool:
    return iterable is not None and path_of(iterable) == path_of(searched)


def _annotated(searched: ast.expr, module: Module) -> bool:
    """Whether it is a parameter that is annotated as a list, beside a loop over another one."""
    if not isinstance(searched, ast.Name):
        return False
    scope = module.scopes.of(searched).lookup(searched.id)
    bindings = scope.bindings[searched.id] if scope else []
    if len(bindings) != 1 or not isinstance(bindings[0], ast.arg):
        return False
    annotation = bindings[0].annotation
    base = annotation.value if isinstance(annotation, ast.Subscript) else annotation
    return path_of(base).rpartition(".")[2] in {"list", "List"} if base is not None else False


def _returned(searched: ast.expr, module: Module) -> bool:
    """Whether it is the result of a function of the module that says that it gives a list."""
    made = module.assigned(searched)
    function = called_function(made, module) if isinstance(made, ast.Call) else None
    returns = function.returns if function is not None else None
    base = returns.value if isinstance(returns, ast.Subscript) else returns
    return isinstance(base, ast.Name) and base.id == "list"


def _built_by_class(searched: ast.expr, module: Module) -> bool:
    """Whether it is an attribute that the class fills with one item for each item of its data."""
    if not isinstance(searched, ast.Attribute):
        return False
    owner = owner_class(searched, module)
    if owner is None:
        return False
    key = ("lists_built", owner)
    if key not in module.memo:
        module.memo[key] = _lists_built(owner)
    return searched.attr in module.memo[key]


def _lists_built(owner: ast.ClassDef) -> set[str]:
    methods = {m.name: m for m in owner.body if isinstance(m, ast.FunctionDef)}
    found: dict[str, bool] = {}
    for node in ast.walk(owner):
        match node:
            case ast.Assign(
                targets=[ast.Attribute(attr=name, value=ast.Name(id="self"))], value=value
            ):
                built = _is_data(value)
                match value:
                    case ast.Call(func=ast.Attribute(attr=method, value=ast.Name(id="self"))) if (
                        method in methods
                    ):
                        returned = [
                            n.value
                            for n in ast.walk(methods[method])
                            if isinstance(n, ast.Return) and n.value is not None
                        ]
                        built = any(map(_is_data, returned))
                found[name] = found.get(name, True) and built
    return {name for name, built in found.items() if built}


def _is_data(value: ast.expr) -> bool:
    match value:
        case ast.ListComp(
            generators=[ast.comprehension(iter=ast.Name() | ast.Attribute() | ast.Call())]
        ):
            return True
        case ast.Call(func=ast.Attribute(attr=method)):
            return method in _READERS
    return False


def _each_with_each(node: ast.Compare, module: Module) -> Iterator[Finding]:
    """``items[i] == items[j]`` in two loops over the positions of one list."""
    match node:
        case ast.Compare(
            left=ast.Subscript(value=first, slice=ast.Name(id=i)),
            ops=[ast.Eq()],
            comparators=[ast.Subscript(value=second, slice=ast.Name(id=j))],
        ) if i != j and path_of(first) and path_of(first) == path_of(second):
            pass
        case _:
            return
    repetitions: list[Repetition] = repetitions_of(node, module)
    targets = [r.targets for r in repetitions if r.is_long]
    inner = repetitions[0].node if repetitions else None
    plain = (
        isinstance(inner, ast.For) and len(inner.body) == 1 and isinstance(inner.body[0], ast.If)
    )
    if plain and sum(bool({i, j} & t) for t in targets) > 1:
        yield module.finding(
            RULE,
            node,
            f"every item of {path_of(first)!r} is compared with every other; a set of those seen finds equal "
            "ones in one pass",
            evidence={"list": path_of(first)},
        )
