"""A collection that loses or gains members while a loop goes through it.

Finds ``for`` loops over a dict, set or list (or its ``items()``, ``keys()``, ``values()``) whose
body deletes from, removes from or adds to that same collection and then goes on.

A dict or set raises RuntimeError in the middle of the work; a list silently skips the element
after each one removed, so that half of them stay.

Go through a snapshot, ``list(collection)``, or build a new collection with a comprehension.
Appending to a list that serves as a work queue, and a change followed by ``break`` or ``return``,
are fine.
"""

import ast
from collections.abc import Iterator

from autovet.checks.syntax.flow import block_of, leaves
from autovet.checks.syntax.own_nodes import own_nodes
from autovet.checks.syntax.reference import reference
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.fix import Fix
from autovet.domain.rule import Rule
from autovet.domain.span import Span
from autovet.source.module import Module

RULE = Rule("modified-while-iterating", Category.CODE_QUALITY, confidence=0.95)

_VIEWS = frozenset({"items", "keys", "values"})
_WRAPPERS = frozenset(
    {
        "builtins.enumerate",
        "builtins.iter",
        "builtins.zip",
        "builtins.filter",
        "builtins.map",
    }
)
_SHRINKING = frozenset(
    {"pop", "popitem", "popleft", "remove", "discard", "clear", "difference_update"}
)
_GROWING = frozenset({"add", "insert", "update", "setdefault"})

BAD = (
    """
class Cache:
    def expire(self, now):
        for key, entry in self.entries.items():  # <--
            if entry.until < now:
                del self.entries[key]
""",
    """
def drop_short(words, seen):
    for position, word in enumerate(words):  # <--
        if len(word) < 3:
            words.pop(position)
    for word in seen:  # <--
        seen.add(word.upper())
    return words
""",
    """
def squeeze(rows, table):
    for number in range(len(rows)):  # <--
        if not rows[number]:
            del rows[number]
    for key in table:  # <--
        table[key + "_old"] = table[key]

def rename(table):
    for name in table.keys():  # <--
        if name.startswith("_"):
            for part in name.split("_"):
                table.pop(part, None)
                continue
    return table
""",
)

GOOD = (
    """
class Cache:
    def expire(self, now):
        for key, entry in list(self.entries.items()):
            if entry.until < now:
                del self.entries[key]
        for key in sorted(self.entries):
            self.entries.pop(key)

    def forget(self, user):
        for key, entry in self.entries.items():
            if entry.user == user:
                del self.entries[key]
                break
        for key, entry in self.entries.items():
            if entry.user is None:
                self.entries.pop(key)
                return key
        return None
""",
    """
def reachable(start, edges):
    queue = [start]
    for node in queue:
        queue.append(edges[node])
    totals = dict.fromkeys(queue, 0)
    for node in totals:
        totals[node] += 1
    for number in reversed(range(len(queue))):
        if not queue[number]:
            del queue[number]
    for part in queue:
        queue = [p for p in queue if p != part]
        queue.remove(part)
    for key in edges:
        def later(key=key):
            del edges[key]
        totals[key] = later
    return totals
""",
)


def check(loop: ast.For | ast.AsyncFor, module: Module) -> Iterator[Finding]:
    """Report the loop, from its header to the first change."""
    iterated = _iterated(loop.iter, module)
    collection = reference(iterated)
    if iterated is None or collection is None or collection == "self":
        return  # what iterating over an object of one's own goes through, nobody can tell
    root = collection.partition(".")[0]
    rebound = False
    for node in own_nodes(loop.body):
        if isinstance(node, (ast.Name, ast.Attribute)) and not isinstance(node.ctx, ast.Load):
            rebound = rebound or reference(node) in {collection, root}
    if rebound:
        return
    for node in own_nodes(loop.body):
        change = _change(node, collection) or _change_in_method(node, collection, module)
        change = change or _new_key(node, collection, loop)
        if change is None or _then_left(node, loop, module):
            continue
        start, end = module.span(loop), module.span(node)
        yield module.finding(
            RULE,
            Span(start.line, start.column, end.end_line, end.end_column),
            f"{collection} is changed (line {end.line}) by the loop that goes through it: iterate over a copy",
            evidence={"collection": collection, "change": module.segment(node), "line": end.line},
            fix=_fix(loop, iterated, module),
        )
        return


def _iterated(node: ast.expr, module: Module) -> ast.expr | None:
    """The collection behind views and lazy wrappers; going backwards is safe."""
    for _ in range(3):
        if not isinstance(node, ast.Call):
            return node
        if module.qualified(node.func) == "builtins.range" and len(node.args) == 1:
            node = node.args[0]  # range(len(x)) goes past the end as soon as x gets shorter
            if not isinstance(node, ast.Call) or module.qualified(node.func) != "builtins.len":
                return None
            return node.args[0] if node.args else None
        if isinstance(node.func, ast.Attribute) and node.func.attr in _VIEWS and not node.args:
            return node.func.value
        if module.qualified(node.func) not in _WRAPPERS or not node.args:
            return None
        node = (
            node.args[-1]
            if module.qualified(node.func) in {"builtins.map", "builtins.filter"}
            else node.args[0]
        )
    return None


def _change(node: ast.AST, collection: str) -> str | None:
    if isinstance(node, ast.Delete):
        for target in node.targets:
            if isinstance(target, ast.Subscript) and reference(target.value) == collection:
                return "del"
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        method = node.func.attr
        if reference(node.func.value) == collection and method in _SHRINKING | _GROWING:
            return method
    return None


def _change_in_method(node: ast.AST, collection: str, module: Module) -> str | None:
    """A call of a method of the same object that changes the collection."""
    if not isinstance(node, ast.Call) or not collection.startswith("self."):
        return None
    owner = module.class_of(node)
    called = reference(node.func)
    for method in owner.body if owner else ():
        if (
            isinstance(method, (ast.FunctionDef, ast.AsyncFunctionDef))
            and called == f"self.{method.name}"
        ):
            return next(
                filter(None, (_change(n, collection) for n in own_nodes(method.body))), None
            )
    return None


def _new_key(node: ast.AST, collection: str, loop: ast.For | ast.AsyncFor) -> str | None:
    """An item stored under text that is made from the loop's key, which is no key yet."""
    if not isinstance(node, ast.Assign):
        return None
    names = {n.id for n in ast.walk(loop.target) if isinstance(n, ast.Name)}
    for target in node.targets:
        if isinstance(target, ast.Subscript) and reference(target.value) == collection:
            key = target.slice
            textual = isinstance(key, ast.JoinedStr) or (
                isinstance(key, ast.BinOp)
                and any(
                    isinstance(s, ast.Constant) and isinstance(s.value, str)
                    for s in (key.left, key.right)
                )
            )
            if textual and names & {n.id for n in ast.walk(key) if isinstance(n, ast.Name)}:
                return "item assignment"
    return None


def _then_left(node: ast.AST, loop: ast.AST, module: Module) -> bool:
    """Whether the loop is left after the change, before its next round."""
    child: ast.AST = module.statement_of(node)
    while child is not loop:
        parent = module.parent(child)
        block = block_of(child, parent) or getattr(parent, "body", ())
        if isinstance(child, ast.stmt) and child in block:
            after = block[block.index(child) :]
            if leaves(after) and not any(isinstance(s, ast.Continue) for s in after):
                inner = module.loop_of(after[-1])
                broken = isinstance(after[-1], ast.Break)
                return not broken or inner is loop
        if parent is None:
            return True
        child = parent
    return False


def _fix(loop: ast.For | ast.AsyncFor, iterated: ast.expr, module: Module) -> Fix | None:
    if loop.iter is not iterated and not (
        isinstance(loop.iter, ast.Call) and isinstance(loop.iter.func, ast.Attribute)
    ):
        return None
    snapshot = module.replace(loop.iter, f"list({module.segment(loop.iter)})")
    return Fix((snapshot,), "Go through a snapshot")
