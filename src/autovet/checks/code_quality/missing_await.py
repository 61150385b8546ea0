"""A coroutine that is made and never awaited, so that its body never runs.

Finds calls of ``async def`` functions of this module, of its classes and of the project, and of
well-known asynchronous libraries, whose result is thrown away or used as if it were the value:
tested, compared, calculated with, subscripted, iterated.

Calling a coroutine function runs nothing. The lock is not released, the row is not written, and a
coroutine object is always true. Python says so only in a warning when the object is collected.

Write ``await``, or hand the coroutine to ``asyncio.create_task`` or a task group and keep the
task. What is returned, stored or passed on may be awaited elsewhere and is left alone.
"""

import ast
from collections.abc import Iterator

from autovet.checks.syntax.own_nodes import own_nodes
from autovet.checks.vocabulary.coroutine_calls import COROUTINE_FUNCTIONS, COROUTINE_METHODS
from autovet.checks.vocabulary.value_types import type_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.fix import Fix
from autovet.domain.rule import Rule
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("missing-await", Category.CODE_QUALITY, confidence=0.96)

_METHODS = frozenset().union(*COROUTINE_METHODS.values())
_PLAIN = frozenset(
    {"staticmethod", "classmethod", "abstractmethod", "override", "final", "typing.override"}
)

BAD = (
    """
class Outbox:
    async def _store(self, mail):
        await self.db.insert(mail)

    async def send(self, mail):
        self._store(mail)  # <--
        await self.relay.send(mail)
""",
    """
import asyncio
from sqlalchemy.ext.asyncio import AsyncSession

async def allowed(user):
    await asyncio.sleep(0)
    return user == "root"

async def load(name):
    return {"name": name}

async def remove(session: AsyncSession, user, item):
    if not allowed(user):  # <--
        raise PermissionError(user)
    record = load(user)  # <--
    print(record["name"])
    await session.delete(item)
    session.commit()  # <--
    asyncio.sleep(1)  # <--
    return load(user)["name"]  # <--
""",
    """
async def work():
    return 1

class Store:
    async def save(self, item):
        self.item = item

def main():
    work()  # <--
    store = Store()
    store.save(1)  # <--
    print(f"done: {work()}")  # <--
""",
)

GOOD = (
    """
import asyncio

async def work(n):
    return n

async def ticks():
    yield 1

async def main(tasks):
    await work(1)
    tasks.append(work(2))
    later = work(3)
    task = asyncio.create_task(work(4))
    await asyncio.gather(work(5), later, task)
    async for tick in ticks():
        print(tick)
    waiting = work(6)
    print(waiting)
    await waiting
    return work(7)
""",
    """
class Job:
    async def run(self):
        return 1

    def start(self):
        return self.run()

class Sync(Job):
    def run(self):
        return 2

    def go(self):
        self.run()
        self.start()
        if self.start is None:
            return None
        pending = self.start()
        pending.close()
        return pending
""",
    """
import functools

def command(function):
    @functools.wraps(function)
    def run(*args):
        return function(*args)
    return run

@command
async def deploy(target):
    return target

def main():
    deploy("here")
""",
)


def check(call: ast.Call, module: Module, project: Project) -> Iterator[Finding]:
    """Report coroutine calls whose value is dropped or misused."""
    parent = module.parent(call)
    dropped = isinstance(parent, ast.Expr)
    named = isinstance(parent, ast.Assign) and isinstance(parent.targets[0], ast.Name)
    if not dropped and not named and not _misused(call, parent):
        return
    name = _coroutine(call, module, project)
    if name is None:
        return
    if named and not _only_misused(call, module):
        return
    function = module.function_of(call)
    inside = isinstance(function, ast.AsyncFunctionDef) and not _in_lambda(call, module)
    what = "never runs" if dropped else "is used as if it were its result"
    yield module.finding(
        RULE,
        call,
        f"{name}() is a coroutine that {what}: await it",
        evidence={"coroutine": name, "in_async_function": inside},
        fix=_fix(call, parent, module) if inside else None,
    )


def _coroutine(call: ast.Call, module: Module, project: Project) -> str | None:
    """How the called coroutine function is called; None when it is something else."""
    func = call.func
    if isinstance(func, ast.Name):
        definition = module.definition(func)
        if definition is not None:
            return func.id if _is_coroutine(definition, module) else None
    elif isinstance(func, ast.Attribute):
        if isinstance(func.value, ast.Name) and func.value.id in {"self", "cls"}:
            method = _method(module.class_of(call), func.attr, module)
            return (
                f"{func.value.id}.{func.attr}" if method and _is_coroutine(method, module) else None
            )
    else:
        return None
    qualified = module.qualified(func)
    if qualified is not None:
        if qualified in COROUTINE_FUNCTIONS or _in_project(qualified, project):
            return qualified
        return None
    if isinstance(func, ast.Attribute) and func.attr in _METHODS:
        kind = type_of(func.value, module)
        if kind and func.attr in COROUTINE_METHODS.get(kind, ()):
            return module.segment(func)
    if isinstance(func, ast.Attribute) and _is_a_coroutines_name(func.attr, module, project):
        return _method_of_instance(func, module, project)
    return None


def _is_a_coroutines_name(name: str, module: Module, project: Project) -> bool:
    return any(
        f.name == name for m in (module, *project.others()) for f in m.nodes(ast.AsyncFunctionDef)
    )


def _method_of_instance(func: ast.Attribute, module: Module, project: Project) -> str | None:
    """A coroutine method of an object whose class stands in this module or in the project."""
    kind = type_of(func.value, module)
    place, _, name = (kind or "").rpartition(".")
    other = module if place == module.name else project.by_name.get(place) if place else None
    if other is None:
        return None
    owners = [c for c in other.nodes(ast.ClassDef) if c.name == name]
    method = _method(owners[0], func.attr, other) if len(owners) == 1 else None
    return module.segment(func) if method and _is_coroutine(method, other) else None


def _is_coroutine(node: ast.AST, module: Module) -> bool:
    if not isinstance(node, ast.AsyncFunctionDef):
        return False
    for decorator in node.decorator_list:
        name = module.qualified(decorator) or ""
        if name.rpartition(".")[2] not in _PLAIN:
            return False
    return not any(isinstance(n, (ast.Yield, ast.YieldFrom)) for n in own_nodes(node.body))


def _method(owner: ast.ClassDef | None, name: str, module: Module) -> ast.AST | None:
    """The method that ``self.name`` finds first, looking at base classes of this module too."""
    for _ in range(5):
        if owner is None:
            return None
        found = [s for s in owner.body if getattr(s, "name", None) == name]
        if found:
            return found[0] if len(found) == 1 else None
        bases = [module.definition(base) for base in owner.bases]
        owner = bases[0] if len(bases) == 1 and isinstance(bases[0], ast.ClassDef) else None
    return None


def _in_project(qualified: str, project: Project) -> bool:
    place, _, name = qualified.rpartition(".")
    other = project.by_name.get(place) if project.known and place else None
    if other is None:
        return False
    found = [s for s in other.tree.body if getattr(s, "name", None) == name]
    return len(found) == 1 and _is_coroutine(found[0], other)


def _misused(value: ast.AST, parent: ast.AST | None) -> bool:
    """Whether the value is used in a way in which a coroutine makes no sense."""
    if isinstance(parent, (ast.If, ast.While, ast.IfExp, ast.Assert)):
        return parent.test is value
    if isinstance(parent, (ast.For, ast.comprehension)):
        return parent.iter is value and not getattr(parent, "is_async", 0)
    if isinstance(parent, ast.Subscript):
        return parent.value is value
    if isinstance(parent, ast.Attribute):
        return parent.attr not in {"close", "send", "throw", "cr_frame", "cr_running", "__await__"}
    if isinstance(parent, ast.UnaryOp):
        return True
    if isinstance(parent, ast.Compare):
        return not any(isinstance(op, (ast.Is, ast.IsNot)) for op in parent.ops)
    return isinstance(parent, (ast.BoolOp, ast.BinOp, ast.FormattedValue))


def _only_misused(call: ast.Call, module: Module) -> bool:
    """Whether the name given to the coroutine is used, and always as if it were its result."""
    assign = module.parent(call)
    target = assign.targets[0] if isinstance(assign, ast.Assign) else None
    function = module.function_of(call)
    if not isinstance(target, ast.Name) or function is None:
        return False
    if len(module.scopes.of(function).bindings.get(target.id, ())) != 1:
        return False
    uses = [
        n
        for statement in function.body
        for n in ast.walk(statement)
        if isinstance(n, ast.Name) and n.id == target.id and isinstance(n.ctx, ast.Load)
    ]
    return bool(uses) and all(_misused(use, module.parent(use)) for use in uses)


def _in_lambda(call: ast.Call, module: Module) -> bool:
    for ancestor in module.ancestors(call):
        if isinstance(ancestor, ast.Lambda):
            return True
        if isinstance(ancestor, ast.stmt):
            return False
    return False


def _fix(call: ast.Call, parent: ast.AST | None, module: Module) -> Fix:
    text = f"await {module.segment(call)}"
    bare = isinstance(
        parent,
        (
            ast.Expr,
            ast.Assign,
            ast.If,
            ast.While,
            ast.For,
            ast.FormattedValue,
            ast.BoolOp,
            ast.Compare,
        ),
    )
    negated = isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not)
    return Fix(
        (module.replace(call, text if bare or negated else f"({text})"),), "Await the coroutine"
    )
