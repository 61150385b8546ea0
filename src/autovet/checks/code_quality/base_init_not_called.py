"""A subclass whose ``__init__`` does not run that of its base class.

Finds classes whose base class in this module or project sets attributes in its ``__init__``, and
whose own ``__init__`` neither calls it nor sets these attributes, though methods of the base use
them.

The object is half made: the first inherited method that reads such an attribute raises
AttributeError, far from here.

Call ``super().__init__(...)`` first. Leave it when the subclass provides all attributes itself.
"""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.project_classes import class_of_expression, methods_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.project.project import Project
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("base-init-not-called", Category.CODE_QUALITY, confidence=0.9, cwe=665)

BAD = (
    """
class Vehicle:
    def __init__(self, wheels):
        self.wheels = wheels
        self.trips = []

    def drive(self, distance):
        self.trips.append(distance)

class Truck(Vehicle):
    def __init__(self, wheels, load):  # <--
        self.wheels = wheels
        self.load = load
""",
    """
class Reader:
    def __init__(self, source):
        self._source = source
        self._lines = 0

    def count(self):
        return self._lines

class Upper(Reader):
    def __init__(self, source, locale):  # <--
        self.locale = locale

    def shout(self, text):
        return text.upper()
""",
)

GOOD = (
    """
class Vehicle:
    def __init__(self, wheels):
        self.wheels = wheels
        self.trips = []

    def drive(self, distance):
        self.trips.append(distance)

class Truck(Vehicle):
    def __init__(self, wheels, load):
        super().__init__(wheels)
        self.load = load

class Van(Vehicle):
    def __init__(self, wheels):
        Vehicle.__init__(self, wheels)

class Cart(Vehicle):
    def __init__(self):
        self.wheels = 2
        self.trips = [0]
""",
    """
class Setting:
    timeout = 3

    def __init__(self, timeout):
        self.timeout = timeout
        self.unused = None

    def wait(self):
        return self.timeout

class Fixed(Setting):
    def __init__(self):
        self.name = "fixed"

class Dynamic(Setting):
    def __init__(self, values):
        self.__dict__.update(values)

    def wait(self):
        return 0
""",
)


def check(owner: ast.ClassDef, module: Module, project: Project) -> Iterator[Finding]:
    """Report the ``__init__`` that leaves its base unmade."""
    if len(owner.bases) != 1 or owner.keywords:
        return
    init = methods_of(owner).get("__init__")
    if init is None or _hands_on(init):
        return
    found = class_of_expression(owner.bases[0], module, project)
    if found is None or found[0] is owner:
        return
    base, _ = found
    theirs = methods_of(base).get("__init__")
    if theirs is None or base.decorator_list:
        return
    own = _set_in(owner)
    defaults = {n.id for s in (*base.body, *owner.body) for n in ast.walk(s) if isinstance(n, ast.Name)}  # fmt: skip
    missing = {a for a in _set_in_block(theirs) if a not in own} - defaults
    overridden = set(methods_of(owner))
    read = {
        node.attr
        for name, method in methods_of(base).items()
        if name not in overridden
        for node in ast.walk(method)
        if isinstance(node, ast.Attribute) and _is_self(node) and isinstance(node.ctx, ast.Load)
    }
    lost = sorted(missing & read)
    if lost:
        yield module.finding(
            RULE,
            module.header_span(init),
            f"{base.name}.__init__() is never called, so {', '.join(lost)} {'is' if len(lost) == 1 else 'are'} "
            f"missing when an inherited method reads {'it' if len(lost) == 1 else 'them'}; call "
            "super().__init__() first",
            evidence={"base": base.name, "missing": lost},
        )


def _hands_on(init: FunctionNode) -> bool:
    """Whether the method runs another one on the object, or fills it in by other means."""
    for node in ast.walk(init):
        if isinstance(node, ast.Name) and node.id in {"super", "setattr", "vars"}:
            return True
        if isinstance(node, ast.Attribute) and node.attr in {"__init__", "__dict__"}:
            return True
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _is_self(node.func):  # fmt: skip
            return True
        if isinstance(node, ast.Raise) or (isinstance(node, ast.Call) and _passes_self(node)):
            return True
    return False


def _passes_self(call: ast.Call) -> bool:
    return any(isinstance(a, ast.Name) and a.id == "self" for a in call.args)


def _set_in(owner: ast.ClassDef) -> set[str]:
    """What any method of the class sets, and what the class defines."""
    defined = {n.name for n in owner.body if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))}
    return defined.union(*(_set_in_block(method) for method in methods_of(owner).values()))


def _set_in_block(method: FunctionNode) -> set[str]:
    return {
        node.attr
        for node in ast.walk(method)
        if isinstance(node, ast.Attribute) and _is_self(node) and isinstance(node.ctx, ast.Store)
    }


def _is_self(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id == "self"
