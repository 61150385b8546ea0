"""Taking from or adding to the front of a list moves all its other items.

Finds ``queue.pop(0)`` and ``items.insert(0, item)`` on lists inside loops, and on list attributes
that one method fills and another empties. Every such call shifts the whole list by one place, so
the loop is quadratic in the length of the queue.

Use ``collections.deque`` with ``popleft`` and ``appendleft``, or append and reverse once at the end.

Leave it when the list holds a handful of items by its nature, such as command line arguments.
"""

import ast
from collections.abc import Iterator

from autovet.checks.syntax.as_deque import as_deque
from autovet.checks.vocabulary.expressions import last_name, path_of
from autovet.checks.vocabulary.growing_lists import is_list
from autovet.checks.vocabulary.repetition import Repetition, bound_in, repetitions_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("list-used-as-queue", Category.PERFORMANCE, confidence=0.85)

BAD = (
    """
def names(tree):
    waiting = [tree]
    found = []
    while waiting:
        node, waiting = waiting[0], waiting[1:]  # <--
        found.append(node.name)
        waiting.extend(node.children)
    rest = [tree]
    while rest:
        found.append(rest[0])
        del rest[0]  # <--
    return found
""",
    """
def levels(tree):
    waiting = [tree.root]
    while waiting:
        node = waiting.pop(0)  # <--
        yield node
        waiting.extend(node.children)
""",
    """
def newest_first(events):
    ordered = []
    for event in events:
        ordered.insert(0, event)  # <--
    return ordered

def way_back(goal, came_from):
    way = []
    step = goal
    while step in came_from:
        way.insert(0, step)  # <--
        step = came_from[step]
    return way
""",
    """
class Mailbox:
    def __init__(self):
        self.letters: list[str] = []

    def put(self, letter):
        self.letters.append(letter)

    def take(self):
        return self.letters.pop(0)  # <--
""",
)

GOOD = (
    """
from collections import deque

def levels(tree):
    waiting = deque([tree.root])
    while waiting:
        node = waiting.popleft()
        waiting.extend(node.children)
""",
    """
def commands(lines):
    for line in lines:
        words = line.split()
        yield words.pop(0), words
""",
    """
def main(args: list[str]) -> None:
    while args:
        option = args.pop(0)
        print(option)
""",
    """
class Window:
    def __init__(self, size):
        self.size = size
        self.values = []

    def add(self, value):
        self.values.append(value)
        if len(self.values) > self.size:
            self.values.pop(0)
""",
    """
def parents(path):
    parts = []
    while path.parent != path:
        parts.insert(0, path.name)
        path = path.parent
    return parts
""",
)

_ARGUMENTS = ("args", "argv", "arguments", "words", "parts")


def check(node: ast.Call | ast.Delete | ast.Assign, module: Module) -> Iterator[Finding]:
    """Report work at the front of a list that is repeated."""
    if isinstance(node, ast.Call):
        yield from _called(node, module)
        return
    match node:
        case ast.Delete(targets=[ast.Subscript(value=queue, slice=ast.Constant(value=0))]):
            pass
        case ast.Assign(targets=[target], value=value):
            queue = _rest(target, value)
        case _:
            return
    path = path_of(queue)
    loop = module.loop_of(node)
    if not path or module.is_test or not isinstance(loop, ast.While) or not is_list(queue, module):
        return
    if last_name(queue).endswith(_ARGUMENTS) or path not in ast.unparse(loop.test):
        return
    yield module.finding(
        RULE,
        node,
        f"taking the first of {path!r} off moves the whole list in every round of this loop; use "
        "collections.deque and popleft()",
        evidence={"list": path, "instead": "collections.deque.popleft"},
    )


def _rest(target: ast.expr, value: ast.expr) -> ast.expr:
    """``q`` of ``q = q[1:]`` or ``first, q = q[0], q[1:]``; the target itself when it is neither."""
    pairs = [(target, value)]
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        pairs = list(zip(target.elts, value.elts, strict=False))
    for name, rest in pairs:
        match rest:
            case ast.Subscript(
                value=ast.Name() as source, slice=ast.Slice(lower=ast.Constant(value=1), upper=None)
            ) if path_of(name) == path_of(source):
                return source
    return ast.Constant(None)


def _called(call: ast.Call, module: Module) -> Iterator[Finding]:
    func = call.func
    if not isinstance(func, ast.Attribute) or func.attr not in {"pop", "insert"} or not call.args:
        return
    first = call.args[0]
    if not isinstance(first, ast.Constant) or first.value != 0 or isinstance(first.value, bool):
        return
    path = path_of(func.value)
    if not path or last_name(func.value).endswith(_ARGUMENTS) or module.is_test:
        return
    if not is_list(func.value, module) or _guarded_by_length(call, path, module):
        return
    repetitions = repetitions_of(call, module)
    conditional = func.attr == "insert" and isinstance(
        module.parent(module.statement_of(call)), ast.If
    )
    if conditional:
        return
    if any(_is_queue_loop(path, func.attr, r, module) for r in repetitions):
        where = "in every round of this loop"
    elif func.attr == "pop" and "." in path and _filled_elsewhere(call, path, module):
        where = "at every call"
    else:
        return
    instead = "popleft" if func.attr == "pop" else "appendleft"
    yield module.finding(
        RULE,
        call,
        f"{path}.{func.attr}(0{', ...' if func.attr == 'insert' else ''}) moves the whole list "
        f"{where}; use collections.deque and {instead}()",
        evidence={"list": path, "instead": f"collections.deque.{instead}"},
        fix=as_deque(func.value, module),
    )


def _is_queue_loop(path: str, method: str, repetition: Repetition, module: Module) -> bool:
    if not repetition.is_long or bound_in(path, repetition, module):
        return False
    if method == "insert":
        return repetition.iterable is not None or _follows_mapping(repetition)
    if isinstance(repetition.node, ast.While):
        return True
    grown = (
        isinstance(n, ast.Call)
        and isinstance(n.func, ast.Attribute)
        and n.func.attr in {"append", "extend"}
        and path_of(n.func.value) == path
        for n in ast.walk(repetition.node)
    )
    return any(grown)


def _follows_mapping(repetition: Repetition) -> bool:
    """Whether a ``while`` goes from key to key of a table: ``step = came_from[step]``."""
    if not isinstance(repetition.node, ast.While):
        return False
    for statement in repetition.node.body:
        match statement:
            case ast.Assign(
                targets=[ast.Name(id=step)], value=ast.Subscript(slice=ast.Name(id=key))
            ) if step == key:
                return True
            case ast.Assign(
                targets=[ast.Name(id=step)],
                value=ast.Call(func=ast.Attribute(attr="get"), args=[ast.Name(id=key), *_]),
            ) if step == key:
                return True
    return False


def _guarded_by_length(call: ast.Call, path: str, module: Module) -> bool:
    """Whether the call only trims a list that is kept at a fixed length."""
    for ancestor in module.ancestors(call):
        if isinstance(ancestor, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return False
        if isinstance(ancestor, (ast.If, ast.While)):
            for node in ast.walk(ancestor.test):
                if (
                    isinstance(node, ast.Compare)
                    and isinstance(node.left, ast.Call)
                    and node.left.args
                    and path_of(node.left.args[0]) == path
                    and not isinstance(node.comparators[0], ast.Constant)
                ) or (
                    isinstance(node, ast.Compare)
                    and isinstance(node.left, ast.Call)
                    and node.left.args
                    and path_of(node.left.args[0]) == path
                    and isinstance(node.comparators[0], ast.Constant)
                    and node.comparators[0].value not in {0, 1}
                ):
                    return True
    return False


def _filled_elsewhere(call: ast.Call, path: str, module: Module) -> bool:
    owner = module.class_of(call)
    here = module.function_of(call)
    return owner is not None and any(
        isinstance(n, ast.Call)
        and isinstance(n.func, ast.Attribute)
        and n.func.attr in {"append", "extend"}
        and path_of(n.func.value) == path
        and module.function_of(n) is not here
        for n in ast.walk(owner)
    )
