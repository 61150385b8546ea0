"""Several threads change one attribute without a lock.

Finds methods that threads of the module run on one object and that add to, or subtract from, an attribute
outside of any lock. Reading, adding and writing are three steps; another thread comes in between, and its
change is lost.

Hold a ``threading.Lock`` around the change, or give each thread a counter of its own and add them up.

Leave it where only one thread ever runs the method.
"""

import ast
from collections.abc import Iterator

from autovet.checks.syntax.own_nodes import own_nodes
from autovet.checks.syntax.reference import reference
from autovet.checks.vocabulary.arguments import argument
from autovet.checks.vocabulary.called_names import called_name
from autovet.checks.vocabulary.value_types import owner_class
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("unsynchronised-update", Category.CODE_QUALITY, confidence=0.8, cwe=366)

BAD = (
    """
from threading import Thread

class Stock:
    def __init__(self):
        self.count = 0

    def deliver(self):
        for _ in range(1000):
            self.count += 5  # <--

    def sell(self):
        self.count -= 1  # <--

def run():
    stock = Stock()
    first = Thread(target=stock.deliver)
    second = Thread(target=stock.sell)
    first.start()
    second.start()
""",
    """
import threading

class Crawler:
    def __init__(self):
        self.seen = 0

    def work(self):
        self.seen += 1  # <--

    def run(self):
        workers = [threading.Thread(target=self.work) for _ in range(4)]
        for worker in workers:
            worker.start()
""",
)

GOOD = (
    """
from threading import Lock, Thread

class Stock:
    def __init__(self):
        self.count = 0
        self.lock = Lock()

    def deliver(self):
        with self.lock:
            self.count += 5

    def sell(self):
        self.lock.acquire()
        self.count -= 1
        self.lock.release()

def run():
    stock = Stock()
    Thread(target=stock.deliver).start()
    Thread(target=stock.sell).start()
""",
    """
import threading

class Clock:
    def __init__(self):
        self.ticks = 0

    def run(self):
        self.ticks += 1

def start():
    clock = Clock()
    threading.Thread(target=clock.run).start()
    other = Clock()
    threading.Thread(target=other.run).start()
""",
)


def check(module: Module) -> Iterator[Finding]:
    """Report changes in methods that run in more than one thread of one object."""
    if module.is_test:
        return
    runs: dict[tuple[str, ast.ClassDef], list[FunctionNode]] = {}
    for call in module.nodes(ast.Call):
        if called_name(call, module) != "threading.Thread":
            continue
        target = argument(call, 1, "target")
        if not isinstance(target, ast.Attribute):
            continue
        method, owner = _method(target, module)
        if method is None or owner is None:
            continue
        times = 2 if _is_repeated(call, module) else 1
        held = reference(target.value) or ""
        runs.setdefault((held, owner), []).extend([method] * times)
    changed = {
        node
        for (_, owner), methods in runs.items()
        if len(methods) > 1
        for method in methods
        for node in _bare_updates(method, owner)
    }
    for node in sorted(changed, key=lambda n: n.lineno):
        yield module.finding(
            RULE,
            node,
            f"several threads run this, and {ast.unparse(node.target)!r} loses changes without a lock around it",
            evidence={"attribute": ast.unparse(node.target)},
        )


def _method(target: ast.Attribute, module: Module) -> tuple[FunctionNode | None, ast.ClassDef | None]:  # fmt: skip
    owner = owner_class(target, module)
    if owner is None:
        return None, None
    found = [n for n in owner.body if isinstance(n, ast.FunctionDef) and n.name == target.attr]
    return (found[0] if len(found) == 1 else None), owner


def _is_repeated(call: ast.Call, module: Module) -> bool:
    if module.loop_of(call) is not None:
        return True
    comprehensions = (ast.ListComp, ast.SetComp, ast.GeneratorExp)
    return any(isinstance(a, comprehensions) for a in module.ancestors(call))


def _bare_updates(method: FunctionNode, owner: ast.ClassDef) -> Iterator[ast.AugAssign]:
    nodes = list(own_nodes(method.body))
    if any(isinstance(n, (ast.With, ast.AsyncWith)) for n in nodes):
        return
    if any(isinstance(n, ast.Attribute) and n.attr in {"acquire", "put", "wait"} for n in nodes):
        return
    for node in nodes:
        if isinstance(node, ast.AugAssign) and isinstance(node.op, (ast.Add, ast.Sub)):
            target = node.target
            if isinstance(target, ast.Attribute) and reference(target.value) in {"self", owner.name}:  # fmt: skip
                yield node
