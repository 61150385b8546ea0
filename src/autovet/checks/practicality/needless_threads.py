"""Threads for work that happens in memory alone.

Finds threads and thread pools whose target calculates and collects and waits for nothing: no
network, no file, no lock but its own, no call into code that is not known to be pure; and threads
that are started and waited for in the next statement.

Only one thread at a time runs Python, so the work takes as long as before, plus starting the
threads, plus the lock, plus the care that shared state needs from now on.

Write the loop or ``sum``. For heavy calculations use processes or a library that leaves the
interpreter; keep threads for waiting.
"""

import ast
from collections.abc import Iterator

from autovet.checks.syntax.flow import block_of
from autovet.checks.syntax.own_nodes import own_nodes
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.span import Span
from autovet.source.module import Module

RULE = Rule("needless-threads", Category.PRACTICALITY, confidence=0.85)

_THREAD = frozenset({"threading.Thread", "threading.Timer"})
_POOLS = frozenset(
    {
        "concurrent.futures.ThreadPoolExecutor",
        "concurrent.futures.thread.ThreadPoolExecutor",
        "multiprocessing.pool.ThreadPool",
        "multiprocessing.dummy.Pool",
    }
)
_POOL_METHODS = frozenset({"submit", "map", "imap", "imap_unordered", "apply_async", "starmap"})
_PURE_BUILTINS = frozenset(
    f"builtins.{n}"
    for n in (
        "len", "sum", "min", "max", "sorted", "range", "enumerate", "zip", "str", "int", "float", "bool", "list", "dict",
        "set", "tuple", "frozenset", "abs", "round", "isinstance", "reversed", "any", "all", "map", "filter", "divmod",
        "pow", "ord", "chr", "repr", "hash", "iter", "next", "bytes",
    )
)  # fmt: skip
_PURE_MODULES = (
    "math.",
    "decimal.",
    "fractions.",
    "statistics.",
    "operator.",
    "itertools.",
    "functools.reduce",
    "collections.",
    "string.",
)
_PURE_METHODS = frozenset({
    "append", "extend", "add", "update", "items", "keys", "values", "pop", "count", "index", "split", "strip", "lower",
    "upper", "replace", "join", "startswith", "endswith", "setdefault", "sort", "insert", "remove", "discard", "format",
    "title", "copy", "union", "intersection", "difference", "most_common", "quantize", "removeprefix", "rstrip", "lstrip",
    "splitlines", "casefold", "isdigit", "isalpha", "zfill",
})  # fmt: skip
_LOCKING = frozenset({"acquire", "release"})
_DEEPEST = 3

BAD = (
    """
import threading

def count_words(texts):
    totals = {}
    lock = threading.Lock()

    def count(text):
        for word in text.split():
            with lock:
                totals[word] = totals.get(word, 0) + 1

    workers = []
    for text in texts:
        worker = threading.Thread(target=count, args=(text,))  # <--
        worker.start()
        workers.append(worker)
    for worker in workers:
        worker.join()
    return totals
""",
    """
from concurrent.futures import ThreadPoolExecutor
from threading import Thread

def square(n):
    return n * n

def squares(numbers):
    class Adder(Thread):  # <--
        def run(self):
            self.total = sum(numbers)

    with ThreadPoolExecutor(max_workers=4) as pool:
        first = pool.submit(lambda: sum(numbers))  # <--
        return list(pool.map(square, numbers)), first.result()  # <--
""",
    """
import threading

def save(document):
    writer = threading.Thread(target=document.write)
    writer.start()  # <--
    writer.join()
""",
)

GOOD = (
    """
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import requests

def fetch(url):
    return requests.get(url, timeout=3).text

def square(n):
    return n * n

def pages(urls, numbers):
    with ThreadPoolExecutor() as pool:
        texts = list(pool.map(fetch, urls))
    with ProcessPoolExecutor() as pool:
        return texts, list(pool.map(square, numbers))
""",
    """
import threading
import time

class Ticker:
    def start(self):
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while not self.stopped:
            time.sleep(1)
            self.count += 1

def watch(queue, done):
    def work():
        while True:
            item = queue.get()
            done.append(item)
    threading.Thread(target=work).start()

def poll(state):
    def spin():
        while not state.ready:
            state.turns += 1
    threading.Thread(target=spin).start()

def save(document, progress):
    writer = threading.Thread(target=document.write)
    writer.start()
    progress.show()
    writer.join()
    again = threading.Thread(target=document.write)
    again.start()
    again.join(timeout=3)
""",
)


def check(call: ast.Call | ast.ClassDef, module: Module) -> Iterator[Finding]:
    """Report where the pure work is handed to a thread."""
    if isinstance(call, ast.ClassDef):
        yield from _thread_class(call, module)
        return
    if isinstance(call.func, ast.Attribute) and call.func.attr == "start":
        yield from _waited_for_at_once(call, module)
        return
    target = _target(call, module)
    if target is None:
        return
    body = _body(target, module)
    if body is None or not _is_pure(body, module, 0):
        return
    yield module.finding(
        RULE,
        call,
        f"{module.segment(target).partition(chr(10))[0]} works in memory alone, so a thread only adds cost: call it directly",
        evidence={"target": module.segment(target)},
    )


def _waited_for_at_once(call: ast.Call, module: Module) -> Iterator[Finding]:
    """``thread.start()`` with ``thread.join()`` right behind it."""
    start = module.parent(call)
    receiver = call.func.value if isinstance(call.func, ast.Attribute) else None
    if not isinstance(start, ast.Expr) or not isinstance(receiver, ast.Name):
        return
    made = module.assigned(receiver)
    if not isinstance(made, ast.Call) or module.qualified(made.func) not in _THREAD:
        return
    siblings = block_of(start, module.parent(start))
    following = siblings[siblings.index(start) + 1 :][:1] if start in siblings else []
    match following:
        case [
            ast.Expr(
                value=ast.Call(
                    func=ast.Attribute(attr="join", value=ast.Name(id=name)), args=[], keywords=[]
                )
            )
        ] if name == receiver.id:
            first, last = module.span(start), module.span(following[0])
            yield module.finding(
                RULE,
                Span(first.line, first.column, last.end_line, last.end_column),
                "this starts a thread and waits for it at once: call the function directly",
                evidence={"thread": name},
            )


def _thread_class(node: ast.ClassDef, module: Module) -> Iterator[Finding]:
    """A subclass of Thread whose ``run`` only calculates."""
    if not any(module.qualified(base) in _THREAD for base in node.bases):
        return
    for method in node.body:
        if (
            isinstance(method, ast.FunctionDef)
            and method.name == "run"
            and _is_pure(list(method.body), module, 0)
        ):
            yield module.finding(
                RULE,
                module.header_span(node),
                f"{node.name}.run() works in memory alone, so a thread only adds cost: call it directly",
                evidence={"target": f"{node.name}.run"},
            )


def _target(call: ast.Call, module: Module) -> ast.expr | None:
    """What the call runs in a thread."""
    if module.qualified(call.func) in _THREAD:
        return next((k.value for k in call.keywords if k.arg == "target"), None)
    if (
        not isinstance(call.func, ast.Attribute)
        or call.func.attr not in _POOL_METHODS
        or not call.args
    ):
        return None
    pool = call.func.value
    made = pool if isinstance(pool, ast.Call) else module.assigned(pool)
    return (
        call.args[0]
        if isinstance(made, ast.Call) and module.qualified(made.func) in _POOLS
        else None
    )


def _body(target: ast.expr, module: Module) -> list[ast.AST] | None:
    if isinstance(target, ast.Lambda):
        return [target.body]
    definition = module.definition(target)
    if isinstance(definition, ast.FunctionDef) and not definition.decorator_list:
        return list(definition.body)
    return None


def _is_pure(body: list[ast.AST], module: Module, depth: int) -> bool:
    """Whether everything that the body calls is known to work in memory."""
    for node in own_nodes(body):
        if isinstance(
            node, (ast.Await, ast.Yield, ast.YieldFrom, ast.Import, ast.ImportFrom, ast.While)
        ):
            return False
        if isinstance(node, ast.Call) and not _is_pure_call(node, module, depth):
            return False
    return True


def _is_pure_call(call: ast.Call, module: Module, depth: int) -> bool:
    name = module.qualified(call.func)
    if name is not None and (name in _PURE_BUILTINS or name.startswith(_PURE_MODULES)):
        return True
    inner = _body(call.func, module)
    if inner is not None:
        return depth < _DEEPEST and _is_pure(inner, module, depth + 1)
    if not isinstance(call.func, ast.Attribute):
        return False
    method = call.func.attr
    if method == "get":
        return bool(call.args)  # of a dictionary; that of a queue waits and takes no key
    return method in _PURE_METHODS or method in _LOCKING
