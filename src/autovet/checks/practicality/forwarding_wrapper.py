"""A class or file that only hands calls on, with the same arguments, to something else.

Finds classes with at least three methods that all do nothing but call the method of the same name,
with the same arguments, on one attribute, and files with at least three functions that all do nothing
but call a function of another module of the project with what they got.

The layer has to be read, tested and extended along with what it wraps, and decides nothing.

Use what is wrapped. Implementations of an interface, and wrappers with one method that does
something of its own, are left alone.
"""

import ast
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.checks.vocabulary.expressions import path_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.span import Span
from autovet.project.project import Project
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("forwarding-wrapper", Category.PRACTICALITY, confidence=0.85)

_FEWEST = 3

BAD = (
    """
class ParcelService:  # <--
    def __init__(self, store):
        self.store = store

    def get(self, number):
        return self.store.get(number)

    def add(self, parcel):
        \"\"\"Add it.\"\"\"
        return self.store.add(parcel)

    def drop(self, number):
        self.store.drop(number)
""",
    """
class Printer:  # <--
    def __init__(self, driver):
        self._driver = driver

    async def start(self, page, *, copies=1):
        return await self._driver.start(page, copies=copies)

    async def stop(self):
        await self._driver.stop()

    async def state(self):
        return await self._driver.state()
""",
    Example(
        """
from shop import parcels  # <--

def load_parcel(store, number):
    return parcels.load(store, number)

def save_parcel(store, parcel):
    \"\"\"Save it.\"\"\"
    parcels.save(store, parcel)

def drop_parcel(store, number):
    return parcels.drop(store, number)
""",
        files={
            "shop/parcels.py": "def load(s, n): ...\ndef save(s, p): ...\ndef drop(s, n): ...\n"
        },
    ),
)

GOOD = (
    """
class ParcelService:
    def __init__(self, store):
        self.store = store

    def get(self, number):
        return self.store.get(number)

    def add(self, parcel):
        if not parcel.sealed:
            raise ValueError(parcel)
        return self.store.add(parcel)

    def drop(self, number):
        self.store.drop(number)

class Two:
    def get(self, number):
        return self.store.get(number)

    def drop(self, number):
        return self.store.drop(number)
""",
    """
class Narrow(Port):
    def get(self, number):
        return self.store.get(number)

    def add(self, parcel):
        return self.store.add(parcel)

    def drop(self, number):
        return self.store.drop(number)

class Renamed:
    def fetch(self, number):
        return self.store.get(number)

    def put(self, parcel):
        return self.store.add(parcel)

    def remove(self, number):
        return self.store.drop(number)
""",
    Example(
        """
from shop import parcels

def load_parcel(store, number):
    return parcels.load(store, number)

def save_parcel(store, parcel):
    return parcels.save(store, parcel)

def drop_parcel(store, number):
    return parcels.drop(store, number, force=True)
""",
        files={
            "shop/parcels.py": "def load(s, n): ...\ndef save(s, p): ...\ndef drop(s, n): ...\n"
        },
    ),
)


def check(node: ast.ClassDef | ast.Module, module: Module, project: Project) -> Iterator[Finding]:
    """Report the class at its header, the file at its first statement."""
    if isinstance(node, ast.Module):
        yield from _file(module, project)
        return
    if node.bases or node.keywords or node.decorator_list or module.is_test:
        return
    methods = [
        s
        for s in node.body
        if isinstance(s, (ast.FunctionDef, ast.AsyncFunctionDef)) and s.name != "__init__"
    ]
    if len(methods) < _FEWEST:
        return
    targets = {_target(m) for m in methods}
    if len(targets) != 1 or None in targets:
        return
    target = targets.pop()
    yield module.finding(
        RULE,
        module.header_span(node),
        f"all {len(methods)} methods of {node.name} only hand the call on to {target}: use that itself",
        evidence={"target": target, "methods": [m.name for m in methods]},
    )


def _target(method: FunctionNode) -> str | None:
    """``self.store`` for a method that only calls its namesake there; None for anything else."""
    body = [
        s
        for s in method.body
        if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))
    ]
    if method.decorator_list or len(body) != 1 or not isinstance(body[0], (ast.Return, ast.Expr)):
        return None
    value = body[0].value
    value = value.value if isinstance(value, ast.Await) else value
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute):
        return None
    target = path_of(value.func.value)
    if value.func.attr != method.name or not target.startswith("self."):
        return None
    given = [path_of(a.value if isinstance(a, ast.Starred) else a) for a in value.args]
    given += [path_of(k.value) for k in value.keywords]
    arguments = method.args
    own = [a.arg for a in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]][1:]
    own += [a.arg for a in (arguments.vararg, arguments.kwarg) if a is not None]
    return target if sorted(given) == sorted(own) else None


def _file(module: Module, project: Project) -> Iterator[Finding]:
    """A file whose functions all only call one function each of the project, with what they got."""
    functions = [
        s for s in module.tree.body if isinstance(s, (ast.FunctionDef, ast.AsyncFunctionDef))
    ]
    if len(functions) < _FEWEST or module.is_test or module.path.endswith("__init__.py"):
        return
    if any(isinstance(s, ast.ClassDef) for s in module.tree.body):
        return
    homes = {_called_home(f, module) for f in functions}
    if None in homes or not all(home in project.by_name for home in homes):
        return
    first, last = module.span(module.tree.body[0]), module.span(functions[-1])
    yield module.finding(
        RULE,
        Span(first.line, first.column, last.end_line, last.end_column),
        f"all {len(functions)} functions here only hand the call on to {', '.join(sorted(map(str, homes)))}: call that itself",
        evidence={"target": sorted(map(str, homes)), "functions": [f.name for f in functions]},
    )


def _called_home(function: FunctionNode, module: Module) -> str | None:
    """The module whose function is called with just the parameters, in their order."""
    body = [
        s
        for s in function.body
        if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))
    ]
    if function.decorator_list or len(body) != 1 or not isinstance(body[0], (ast.Return, ast.Expr)):
        return None
    value = body[0].value
    value = value.value if isinstance(value, ast.Await) else value
    if not isinstance(value, ast.Call):
        return None
    arguments = function.args
    own = [a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
    if not own or arguments.vararg or arguments.kwarg:
        return None
    given = [path_of(a) for a in value.args] + [path_of(k.value) for k in value.keywords]
    name = module.qualified(value.func)
    return name.rpartition(".")[0] if name is not None and given == own else None
