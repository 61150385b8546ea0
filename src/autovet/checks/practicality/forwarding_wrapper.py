"""A class whose every method hands the same call on to one attribute.

Finds classes with at least three methods that all do nothing but call the method of the same name,
with the same arguments, on one attribute.

The layer has to be read, tested and extended along with what it wraps, and decides nothing.

Use the wrapped object. Implementations of an interface, and wrappers with one method that does
something of its own, are left alone.
"""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.expressions import path_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
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
)


def check(node: ast.ClassDef, module: Module) -> Iterator[Finding]:
    """Report the class at its header."""
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
