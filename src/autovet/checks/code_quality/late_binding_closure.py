"""A function made in a loop that will see only the last value of the loop variable.

Finds a ``lambda`` or inner ``def`` that uses a variable of the surrounding loop and is kept for
later: stored in a container or on an object, returned by a comprehension, handed to
something that calls it afterwards (a thread, a callback, a scheduler, a decorator).

A closure looks its variables up when it is called. By then the loop has moved on, so that every
one of the functions works with the last element.

Bind the value when the function is made: ``functools.partial(f, item)`` or a default
``lambda x, item=item: ...``. Functions that are called before the next round (``key=``,
``re.sub``, ``map`` that is consumed at once) are left alone.
"""

import ast
from collections.abc import Iterator, Sequence

from autovet.checks.syntax.flow import block_of, leaves
from autovet.checks.syntax.own_nodes import own_nodes
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.fix import Edit, Fix
from autovet.domain.rule import Rule
from autovet.domain.span import Span
from autovet.source.module import Module
from autovet.source.scopes import bound_names

RULE = Rule("late-binding-closure", Category.CODE_QUALITY, confidence=0.93)

_KEEPING_PREFIXES = ("on_", "add_", "register_", "subscribe_", "schedule_")

_MOST_BINDINGS = 20

Closure = ast.Lambda | ast.FunctionDef | ast.AsyncFunctionDef
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp)
_KEEPING_METHODS = frozenset({
    "append", "appendleft", "add", "insert", "setdefault", "put", "put_nowait", "push", "register", "subscribe",
    "connect", "bind", "submit", "call_later", "call_soon", "call_soon_threadsafe", "call_at", "do", "add_done_callback",
    "add_job", "add_callback", "schedule", "callback", "on", "listen", "defer", "enqueue", "after", "add_task",
    "run_in_executor", "set_command", "add_command", "add_handler", "add_listener", "add_event_listener", "observe",
})  # fmt: skip
_KEEPING_KEYWORDS = frozenset(
    {"target", "command", "callback", "handler", "on_click", "on_change", "on_done", "hook"}
)
_KEEPING_CALLS = frozenset(
    {"threading.Timer", "threading.Thread", "atexit.register", "signal.signal", "weakref.finalize"}
)

BAD = (
    """
def buttons(names, press, Button):
    made = []
    for name in names:
        made.append(Button(name, command=lambda: press(name)))  # <--
    return made
""",
    """
def validators(limits):
    return {field: (lambda value: value <= limit) for field, limit in limits.items()}  # <--

def hooks(bus, topics):
    for topic in topics:
        channel = bus.open(topic)

        @bus.on(topic)
        def forward(message):  # <--
            channel.send(message)

    checks = []
    for low, high in topics:
        def inside(value):  # <--
            return low <= value <= high
        checks.append(inside)
    return checks
""",
    """
class Menu:
    def __init__(self, entries):
        self.actions = {}
        for label, run in entries:
            self.actions[label] = lambda event: run(label, event)  # <--
""",
)

GOOD = (
    """
from functools import partial

def buttons(names, press, Button):
    made = []
    for name in names:
        made.append(Button(name, command=lambda name=name: press(name)))
        made.append(Button(name, command=partial(press, name)))
        made.append(lambda name: press(name))
    return made
""",
    """
import re

def shout(texts, table, weights):
    for text in texts:
        ranked = sorted(weights, key=lambda word: text.count(word))
        best = max(weights, key=lambda word: weights[word] * len(text))
        yield re.sub("[a-z]", lambda match: table[text][match.group()], text), ranked, best

def first(items, later):
    for item in items:
        if item.ready:
            later.append(lambda: item.run())
            break
    for item in items:
        def size():
            return len(item)
        yield size()
""",
)


def check(
    node: ast.Lambda | ast.FunctionDef | ast.AsyncFunctionDef, module: Module
) -> Iterator[Finding]:
    """Report closures over a loop variable that outlive the round they were made in."""
    loop = _round(node, module)
    if loop is None:
        return
    captured = _captured(node, loop, module)
    if not captured or not _kept(node, loop, module) or _last_round(node, loop, module):
        return
    names = ", ".join(captured)
    yield module.finding(
        RULE,
        node,
        f"This function sees the last value of {names} once the loop is over: bind it when the function is made",
        evidence={"captured": captured},
        fix=_fix(node, captured, module),
    )


def _round(node: Closure, module: Module) -> ast.AST | None:
    """The loop or comprehension that makes the closure anew each time."""
    child: ast.AST = node
    for ancestor in module.ancestors(node):
        if isinstance(ancestor, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            return None
        if isinstance(ancestor, _COMPREHENSIONS) and not isinstance(child, ast.comprehension):
            return ancestor
        if isinstance(ancestor, (ast.For, ast.AsyncFor)) and child in ancestor.body:
            return ancestor
        child = ancestor
    return None


def _changes(name: ast.Name, loop: ast.AST, module: Module) -> bool:
    """Whether the name gets another value in each round."""
    if isinstance(loop, _COMPREHENSIONS):
        targets = [g.target for g in loop.generators]
        return any(name.id in bound_names(n) for target in targets for n in ast.walk(target))
    scope = module.scopes.of(name).lookup(name.id)
    if scope is None or scope is not module.scopes.of(loop):
        return False
    return any(loop in module.ancestors(b) for b in scope.bindings[name.id][:_MOST_BINDINGS])


def _captured(node: Closure, loop: ast.AST, module: Module) -> list[str]:
    own = set(module.scopes.of(node).bindings)
    body = [node.body] if isinstance(node, ast.Lambda) else node.body
    used = {
        n.id: n
        for part in body
        for n in ast.walk(part)
        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load) and n.id not in own
    }
    return [
        name
        for name, n in used.items()
        if _changes(n, loop, module) and not _rebound_inside(name, body)
    ]


def _rebound_inside(name: str, body: Sequence[ast.expr | ast.stmt]) -> bool:
    """An inner comprehension or lambda has a variable of the same name."""
    return any(name in bound_names(n) for part in body for n in ast.walk(part))


def _kept(node: Closure, loop: ast.AST, module: Module) -> bool:
    if isinstance(node, ast.Lambda):
        return _kept_value(node, loop, module)
    if node.decorator_list:
        return any(
            isinstance(d, ast.Call) and isinstance(d.func, ast.Attribute)
            for d in node.decorator_list
        )
    return _kept_name(node.name, loop, module)


def _kept_name(name: str, loop: ast.AST, module: Module) -> bool:
    if not isinstance(loop, (ast.For, ast.AsyncFor)):
        return False
    return any(
        isinstance(n, ast.Name)
        and n.id == name
        and isinstance(n.ctx, ast.Load)
        and _kept_value(n, loop, module)
        for n in own_nodes(loop.body)
    )


def _kept_value(node: ast.AST, loop: ast.AST, module: Module) -> bool:
    """Whether the value goes somewhere that lasts longer than the round."""
    child: ast.AST = node
    for parent in module.ancestors(node):
        if parent is loop:
            return isinstance(loop, _COMPREHENSIONS)
        if isinstance(parent, (ast.Tuple, ast.List, ast.Dict, ast.Set, ast.IfExp)):
            child = parent
            continue
        if isinstance(parent, ast.keyword):
            if parent.arg in _KEEPING_KEYWORDS or (parent.arg or "").startswith("on_"):
                return True
            child = parent
            continue
        if isinstance(parent, ast.Call):
            if child is parent.func:
                return _is_started_later(parent, node, module)
            if _is_partial(parent, module):
                return False
            if isinstance(parent.func, ast.Attribute) and (
                parent.func.attr in _KEEPING_METHODS
                or parent.func.attr.startswith(_KEEPING_PREFIXES)
            ):
                return True
            return module.qualified(parent.func) in _KEEPING_CALLS
        if isinstance(parent, (ast.Assign, ast.AnnAssign)):
            targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
            if any(isinstance(t, (ast.Subscript, ast.Attribute)) for t in targets):
                return True
            named = [t.id for t in targets if isinstance(t, ast.Name)]
            return isinstance(node, ast.Lambda) and any(_kept_name(n, loop, module) for n in named)
        return False
    return False


def _is_started_later(call: ast.Call, name: ast.AST, module: Module) -> bool:
    """A coroutine made now, which begins to run when the loop has gone on."""
    made = module.definition(name) if isinstance(name, ast.Name) else None
    outer = module.parent(call)
    if not isinstance(made, ast.AsyncFunctionDef) or not isinstance(outer, ast.Call):
        return False
    return isinstance(outer.func, ast.Attribute) and outer.func.attr in {
        "create_task",
        "ensure_future",
        "append",
    }


def _is_partial(call: ast.Call, module: Module) -> bool:
    return module.qualified(call.func) in {"functools.partial", "partial"}


def _last_round(node: ast.AST, loop: ast.AST, module: Module) -> bool:
    """Whether the loop is left right after the closure was made."""
    if isinstance(loop, _COMPREHENSIONS):
        return False
    child: ast.AST = module.statement_of(node) if isinstance(node, ast.Lambda) else node
    while child is not loop:
        parent = module.parent(child)
        block = block_of(child, parent)
        after = (
            block[block.index(child) :] if isinstance(child, ast.stmt) and child in block else []
        )
        if leaves(after) and any(isinstance(s, (ast.Break, ast.Return)) for s in after):
            return True
        if parent is None:
            return False
        child = parent
    return False


def _fix(node: Closure, captured: list[str], module: Module) -> Fix | None:
    if (
        not isinstance(node, ast.Lambda)
        or node.args.vararg
        or node.args.kwonlyargs
        or node.args.kwarg
    ):
        return None
    start = module.span(node)
    bound = ", ".join(f"{name}={name}" for name in captured)
    parameters = node.args.args or node.args.posonlyargs
    if not parameters:
        at = start.column + len("lambda")
        edit = Edit(Span(start.line, at, start.line, at), f" {bound}")
    else:
        last = module.span(node.args.defaults[-1] if node.args.defaults else parameters[-1])
        edit = Edit(
            Span(last.end_line, last.end_column, last.end_line, last.end_column), f", {bound}"
        )
    return Fix((edit,), f"Bind {', '.join(captured)} as a default")
