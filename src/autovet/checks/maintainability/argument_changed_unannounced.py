"""A function that promises a result and changes its argument on the way.

Finds functions whose documentation begins with "Return" and that sort, empty, shorten or extend a
list, set or dictionary which they were given, and then return that very object.

The caller reads "return the sorted tracks", keeps using its own list, and finds it in another order or
with parts missing, somewhere else and later.

Work on a copy (``sorted(items)``, ``[*items]``, ``dict(given)``), or say in name and documentation that
the argument is changed, and return nothing.

Leave it where the name says it (``sort_``, ``add_``, ``update_``...).
"""

import ast
import re
from collections.abc import Iterator

from autovet.checks.syntax.own_nodes import own_nodes
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("argument-changed-unannounced", Category.MAINTAINABILITY, confidence=0.8)

BAD = (
    '''
def tour(cages: list[str]) -> list[str]:
    """Return the cages in the order of a walk."""
    way = []
    while cages:
        nearest = min(cages)
        cages.remove(nearest)  # <--
        way.append(nearest)
    return way
''',
    '''
def by_age(animals: list[str]) -> list[str]:
    """Return the animals, young ones first."""
    animals.sort()  # <--
    return animals
''',
    '''
class Herd:
    def without_ill(self, animals: list[str]) -> list[str]:
        """Returns the healthy ones."""
        for animal in list(animals):
            if animal in self.ill:
                animals.remove(animal)  # <--
        return animals
''',
)

GOOD = (
    '''
def by_age(animals: list[str]) -> list[str]:
    """Return the animals, young ones first."""
    animals = sorted(animals)
    animals.reverse()
    return animals

def sort_by_age(animals: list[str]) -> list[str]:
    """Return the animals, sorted."""
    animals.sort()
    return animals

def shuffled(animals: list[str]) -> list[str]:
    """Sort in place and return the list."""
    animals.sort()
    return animals
''',
    '''
def total(queue: list[int]) -> int:
    """Return the sum of what waits."""
    result = 0
    while queue:
        result += queue.pop()
    return result

def collected(found: list[int], more: int) -> list[int]:
    """Return the same list with one more."""
    found.append(more)
    return found
''',
)

_CHANGES = frozenset({"sort", "reverse", "pop", "remove", "clear", "append", "extend", "insert", "update", "discard", "add", "popitem", "setdefault"})  # fmt: skip
_SAYS_SO = re.compile(r"in[- ]?place|modif|mutat|same (list|dict|object|set)|itself|chang|updat|extend|append|add(s|ed)? to", re.IGNORECASE)  # fmt: skip
_VERBS = re.compile(r"_*(add|append|update|sort|set|fill|extend|merge|insert|remove|apply|normali[sz]e|prepare|put|collect|drop|delete|clear|push|register|inject|populate|assign|mark|attach|ensure|clean|strip|convert|handle|process|visit|walk|shuffle|reverse|enrich|patch)(_|$)")  # fmt: skip
_CONSUMING = re.compile(r"_*(pop|take|consume|drain|next|parse|pull|flush|dequeue|receive|expect|try|match|split|extract)(_|$)")  # fmt: skip
_MEANT_TO_EMPTY = re.compile(
    r"queue|stack|todo|pending|left|remaining|buffer|out|result|seen|visited|acc", re.IGNORECASE
)
_COLLECTIONS = frozenset({"list", "dict", "set", "List", "Dict", "Set", "MutableSequence", "MutableMapping", "deque", "defaultdict"})  # fmt: skip


def check(node: ast.FunctionDef | ast.AsyncFunctionDef, module: Module) -> Iterator[Finding]:
    """Report the first change of the argument that is returned."""
    first = node.body[0]
    if (
        not isinstance(first, ast.Expr)
        or not isinstance(first.value, ast.Constant)
        or module.is_test
    ):
        return
    doc = str(first.value.value).lstrip()
    if not doc.startswith(("Return", "Get ")) or _SAYS_SO.search(doc) or _VERBS.match(node.name):
        return
    given = {a.arg for a in node.args.args if _is_collection(a.annotation)}
    if not given or node.name.startswith("__"):
        return
    nodes = list(own_nodes(node.body))
    rebound = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    returned = {
        n.value.id for n in nodes if isinstance(n, ast.Return) and isinstance(n.value, ast.Name)
    }
    changes = [
        n
        for n in nodes
        if _changed(n) in (given & returned) - rebound
        or (
            _changed(n) in given - rebound
            and _takes_away(n)
            and not _MEANT_TO_EMPTY.search(_changed(n))
        )
    ]
    if _CONSUMING.match(node.name):
        return
    if changes:
        place = min(changes, key=lambda n: (getattr(n, "lineno", 0), getattr(n, "col_offset", 0)))
        yield module.finding(
            RULE,
            module.statement_of(place),
            f"{node.name}() changes its argument {_changed(place)}, which its caller goes on using: work on a copy",
            evidence={"argument": _changed(place)},
        )


def _takes_away(node: ast.AST) -> bool:
    """Whether a change orders the collection anew or removes a certain item."""
    return isinstance(node, ast.Call) and getattr(node.func, "attr", "") in {
        "remove",
        "clear",
        "sort",
        "reverse",
    }


def _is_collection(annotation: ast.expr | None) -> bool:
    base = annotation.value if isinstance(annotation, ast.Subscript) else annotation
    return isinstance(base, ast.Name) and base.id in _COLLECTIONS


def _changed(node: ast.AST) -> str:
    """The name of the collection that a piece of code changes; empty for none."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method)) if (
            method in _CHANGES
        ):
            return name
        case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store() | ast.Del()):
            return name
    return ""
