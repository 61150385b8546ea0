"""An abstract base class with one implementation and no second in sight.

Finds classes that consist of abstract methods only and have exactly one subclass in the module and
the project, in the same module as the base.

Every signature has to be read and changed twice, and "go to definition" ends at the empty one. An
interface that fits one implementation rarely fits the second.

Drop the base and use the class itself; the abstraction can be drawn out when a second
implementation shows what both share. Bases that also hold code, that stand in a module of their
own as a boundary, or that tests implement with a fake, are left alone.
"""

import ast
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.checks.vocabulary.expressions import last_name
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.project.project import Project
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("single-implementation-abstraction", Category.PRACTICALITY, confidence=0.85)

_ABC = frozenset({"abc.ABC", "ABC", "typing.Protocol", "typing_extensions.Protocol"})
_PROTOCOLS = frozenset({"typing.Protocol", "typing_extensions.Protocol"})
_META = frozenset({"abc.ABCMeta", "ABCMeta"})
_ABSTRACT = frozenset({"abstractmethod", "abstractproperty"})

_FEWEST = 2

_BASE = """
from abc import ABC, abstractmethod

class Clock(ABC):{mark}
    \"\"\"Tells the time.\"\"\"

    @abstractmethod
    def now(self) -> float:
        \"\"\"Seconds.\"\"\"

    @property
    @abstractmethod
    def zone(self) -> str:
        ...
"""
_ONE = """
class SystemClock(Clock):
    zone = "UTC"

    def now(self) -> float:
        return 1.0
"""

BAD = (
    """
class Store:  # <--
    def put(self, key):
        raise NotImplementedError

    def get(self, key):
        raise NotImplementedError("get")

class DiskStore(Store):
    def put(self, key):
        return key

    def get(self, key):
        return key
""",
    _BASE.format(mark="  # <--") + _ONE,
    """
import abc

class Writer(metaclass=abc.ABCMeta):  # <--
    @abc.abstractmethod
    def write(self, text):
        raise NotImplementedError

class FileWriter(Writer):
    def write(self, text):
        print(text)
""",
    """
from typing import Protocol

class Sender(Protocol):  # <--
    def send(self, text: str) -> None:
        \"\"\"Send it.\"\"\"

class PostSender(Sender):
    def send(self, text: str) -> None:
        print(text)
""",
)

GOOD = (
    _BASE.format(mark="")
    + _ONE
    + "\nclass FixedClock(Clock):\n    zone = ''\n\n    def now(self) -> float:\n        return 0.0\n",
    _BASE.format(mark=""),
    Example(
        _BASE.format(mark="") + _ONE,
        path="shop/clock.py",
        files={
            "tests/test_clock.py": "from shop.clock import Clock\n\nclass FakeClock(Clock):\n    def now(self):\n        return 2.0\n"
        },
    ),
    """
from typing import Protocol

class Sender(Protocol):
    def send(self, text: str) -> None: ...

class PostSender(Sender):
    def send(self, text: str) -> None:
        print(text)

class Recorder:
    def send(self, text: str) -> None:
        self.sent = text
""",
    _BASE.format(mark="")
    + "\n    def later(self, seconds):\n        return self.now() + seconds\n"
    + _ONE,
)


def check(node: ast.ClassDef, module: Module, project: Project) -> Iterator[Finding]:
    """Report the base at its header."""
    if module.is_test or not _is_pure_interface(node, module):
        return
    children = _subclasses(node.name, module)
    if len(children) != 1 or _subclasses(children[0].name, module):
        return
    if any(module.qualified(b) in _ABC for b in children[0].bases) or _has_no_bodies(children[0]):
        return  # that one is abstract itself
    structural = any(module.qualified(b) in _PROTOCOLS for b in node.bases)
    for other in (module, *project.others()):
        if (other is not module and _subclasses(node.name, other)) or (
            structural and _has_lookalike(node, children[0], other)
        ):
            return
    yield module.finding(
        RULE,
        module.header_span(node),
        f"{node.name} has one implementation, {children[0].name}: use that class itself until there is a second",
        evidence={"implementation": children[0].name, "at_line": children[0].lineno},
    )


def _is_pure_interface(node: ast.ClassDef, module: Module) -> bool:
    """Whether the class is abstract by declaration and holds abstract methods alone."""
    declared = any(module.qualified(b) in _ABC for b in node.bases) or any(
        k.arg == "metaclass" and module.qualified(k.value) in _META for k in node.keywords
    )
    methods = [s for s in node.body if isinstance(s, (ast.FunctionDef, ast.AsyncFunctionDef))]
    if not node.bases and not node.keywords:
        return len(methods) >= _FEWEST and len(methods) == sum(map(_only_demands, methods))
    if not declared or len(node.bases) > 1:
        return False
    if any(module.qualified(b) in _PROTOCOLS for b in node.bases):
        return bool(methods) and len(methods) == sum(map(_is_empty, methods))
    return bool(methods) and all(
        any(last_name(d) in _ABSTRACT for d in m.decorator_list) for m in methods
    )


def _has_no_bodies(node: ast.ClassDef) -> bool:
    methods = [s for s in node.body if isinstance(s, (ast.FunctionDef, ast.AsyncFunctionDef))]
    return bool(methods) and all(map(_is_empty, methods))


def _is_empty(method: FunctionNode) -> bool:
    """Whether a method is a signature with documentation at most."""
    return _only_demands(method) or all(
        isinstance(s, ast.Pass) or (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))
        for s in method.body
    )


def _has_lookalike(node: ast.ClassDef, child: ast.ClassDef, module: Module) -> bool:
    """Whether some other class has the methods of a protocol without deriving from it."""
    wanted = {s.name for s in node.body if isinstance(s, (ast.FunctionDef, ast.AsyncFunctionDef))}
    return any(
        wanted <= {getattr(s, "name", "") for s in other.body}
        for other in module.nodes(ast.ClassDef)
        if other is not node and other is not child
    )


def _only_demands(method: FunctionNode) -> bool:
    """Whether the method only raises NotImplementedError, for a subclass to fill in."""
    body = [
        s
        for s in method.body
        if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))
    ]
    if len(body) != 1 or not isinstance(body[0], ast.Raise) or body[0].exc is None:
        return False
    raised = body[0].exc
    return (
        last_name(raised.func if isinstance(raised, ast.Call) else raised) == "NotImplementedError"
    )


def _subclasses(name: str, module: Module) -> list[ast.ClassDef]:
    return [
        c
        for c in module.nodes(ast.ClassDef)
        if any(last_name(b.value if isinstance(b, ast.Subscript) else b) == name for b in c.bases)
    ]
