"""A thread or process is started for every element of what comes in.

Finds loops over a parameter whose body starts a thread or process for each element. Each one costs memory and a
place in the system's tables: a long list, by accident or on purpose, exhausts them, and all suffer.

Use a ``ThreadPoolExecutor`` with a fixed number of workers, or a semaphore, and refuse lists that are too long.

Leave it where the number of elements is limited before.
"""

import ast
from collections.abc import Iterator

from autovet.checks.syntax.own_nodes import own_nodes
from autovet.checks.vocabulary.called_names import called_name
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("unbounded-threads", Category.PERFORMANCE, confidence=0.75, cwe=770)

_STARTS = frozenset({"threading.Thread", "multiprocessing.Process", "multiprocessing.context.Process"})  # fmt: skip

BAD = (
    """
import threading

def notify(addresses, text):
    workers = []
    for address in addresses:
        workers.append(threading.Thread(target=send, args=(address, text)))  # <--
        workers[-1].start()
    for worker in workers:
        worker.join()
""",
    """
from multiprocessing import Process

def render(pages: list):
    jobs = [Process(target=draw, args=(page,)) for page in pages]  # <--
    for job in jobs:
        job.start()
""",
)

GOOD = (
    """
from concurrent.futures import ThreadPoolExecutor

def notify(addresses, text):
    with ThreadPoolExecutor(max_workers=8) as pool:
        list(pool.map(lambda address: send(address, text), addresses))
""",
    """
import threading

WORKERS = 4

def start(queue, names):
    if len(names) > WORKERS:
        raise ValueError("too many")
    for name in names:
        threading.Thread(target=work, args=(queue, name)).start()
    return [threading.Thread(target=work, args=(queue,)) for _ in range(WORKERS)]
""",
)


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report starts in a loop over a parameter."""
    if module.is_test or called_name(call, module) not in _STARTS:
        return
    over = _iterated(call, module)
    function = module.function_of(call)
    if over is None or function is None:
        return
    parameters = {a.arg for a in [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]}  # fmt: skip
    if over not in parameters - {"self", "cls"}:
        return
    for node in own_nodes(function.body):
        limited = isinstance(node, ast.Compare) and any(isinstance(n, ast.Name) and n.id == over for n in ast.walk(node))  # fmt: skip
        if limited or (isinstance(node, ast.Name) and node.id == over and isinstance(node.ctx, ast.Store)):  # fmt: skip
            return
        if isinstance(node, ast.Attribute) and node.attr in {"acquire", "Semaphore", "BoundedSemaphore"}:  # fmt: skip
            return
    yield module.finding(
        RULE,
        call,
        f"one of these is started for every element of {over!r}, however many there are; use a pool with a fixed number of workers",
        evidence={"over": over},
    )


def _iterated(call: ast.Call, module: Module) -> str | None:
    """The plain name that the loop or comprehension around the call goes over."""
    loop = module.loop_of(call)
    iterable: ast.expr | None = loop.iter if isinstance(loop, (ast.For, ast.AsyncFor)) else None
    for ancestor in module.ancestors(call):
        if isinstance(ancestor, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
            iterable = ancestor.generators[0].iter
            break
        if isinstance(ancestor, ast.stmt):
            break
    return iterable.id if isinstance(iterable, ast.Name) else None
