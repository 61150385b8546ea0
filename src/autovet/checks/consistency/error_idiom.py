"""A lookup answers a missing thing in another way than the project's lookups do.

Finds ``get_...`` functions (and ``fetch_``, ``load_``, ``retrieve_``) that return None for what is
missing in a project whose lookups raise, and (as a hint) the other way round. Callers follow the habit: they do
not test for None where everything raises, and the error surfaces later and elsewhere. Also finds the
one function that answers -1 beside functions that raise.

Raise the project's exception, or return None, as the siblings do.

Leave it when the name tells the difference, as ``find_order`` or ``get_order_or_none`` do.
"""

import ast
import re
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.project.conventions.convention import Observation, convention_of
from autovet.project.conventions.lookups import (
    NONE,
    RAISES,
    lookups,
    missing_errors,
    parameter_kinds,
)
from autovet.project.project import Project
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("error-idiom", Category.CONSISTENCY, confidence=0.85)

# with fewer agreeing lookups, one must be of the same kind: asked with the same parameters
_FIRM = 4
_BESIDE = 2
# comparisons and searches have always answered -1
_RANKS = re.compile(r"(^|_)(cmp|compare|find|rfind|index|rank|sign|order|search|position|pos)(_|$)")

_RAISING = """
from shop.errors import UnknownItemError

def get_item(store, key):
    item = store.get(key)
    if item is None:
        raise UnknownItemError(key)
    return item
"""
_NONE = """
def get_item(store, key):
    if key not in store:
        return None
    return store[key]

def fetch_label(store, key) -> str | None:
    return store.labels.get(key)

def load_price(store, key) -> int | None:
    return store.prices.get(key)
"""
BAD = (
    Example(
        """
def get_shelf(store, key) -> "Shelf | None":
    return store.shelves.get(key)

def get_box(store, key):  # <--
    for box in store.boxes:
        if box.key == key:
            return box
    return None
""",
        files={
            "shop/errors.py": "class UnknownItemError(Exception): ...\n",
            "shop/items.py": _RAISING,
        },
    ),
    Example(
        """
def get_box(store, key):  # <--
    box = store.boxes.get(key)
    if box is None:
        raise KeyError(key)
    return box
""",
        files={"shop/items.py": _NONE},
    ),
    """
class Shelf:
    def add(self, item):
        if item in self.items:
            raise ValueError(item)
        self.items.append(item)

    def drop(self, item):
        if item not in self.items:
            raise ValueError(item)
        self.items.remove(item)

    def count(self, item):
        if item not in self.known:
            return -1  # <--
        return self.items.count(item)

    def position(self, item):
        return self.items.index(item)
""",
)
GOOD = (
    Example(
        """
from shop.errors import UnknownItemError

def get_box(store, key):
    if key not in store.boxes:
        raise UnknownItemError(key)
    return store.boxes[key]

def find_box(store, key) -> int | None:
    return store.boxes.get(key)

def get_box_or_none(store, key) -> int | None:
    return store.boxes.get(key)

def get_settings():
    return None
""",
        files={
            "shop/errors.py": "class UnknownItemError(Exception): ...\n",
            "shop/items.py": _RAISING,
        },
    ),
    Example(
        "def get_box(store, key) -> int | None:\n    return store.get(key)\n",
        files={"shop/items.py": _RAISING},
    ),
    "def get_box(store, key) -> int | None:\n    return store.get(key)\n",
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report lookups that answer otherwise than the convention."""
    if module.is_test:
        return
    yield from _sentinels(module)
    own = list(lookups(module))
    if not own:
        return
    if not project.known:
        yield from _odd_one(own, module)
        return
    errors = missing_errors(project)
    # an exception made for missing things shows the intent, so fewer lookups need to agree
    convention = convention_of(project, lookups, unanimous=1 if errors else 3)
    if convention is None or (convention.value == NONE and convention.support < _FIRM - 1):
        return
    for observation in own:
        node = observation.node
        if observation.value == convention.value or not isinstance(
            node, (ast.FunctionDef, ast.AsyncFunctionDef)
        ):
            continue
        if convention.support < _FIRM and not parameter_kinds(node) & _kinds(project):
            continue
        habit = "raise" if convention.value == RAISES else "return None"
        named = f" {errors[0]}" if convention.value == RAISES and len(errors) == 1 else ""
        yield module.finding(
            RULE,
            module.header_span(node),
            f"{node.name} {_says(observation.value)} for a missing thing, the project's lookups {habit}{named}",
            evidence={"function": node.name, "errors": errors, **convention.evidence},
            # raising where others return None is at worst noticed at once
            severity=None if convention.value == RAISES else Severity.INFO,
        )


def _odd_one(own: list[Observation], module: Module) -> Iterator[Finding]:
    """The one lookup of a file that returns None where three or more others raise."""
    silent = [o for o in own if o.value != RAISES]
    raising = [o for o in own if o.value == RAISES]
    if len(silent) != 1 or len(raising) < _FIRM - 1:
        return
    node = silent[0].node
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.returns is None:
        yield module.finding(
            RULE,
            module.header_span(node),
            f"{node.name} returns None for a missing thing, the {len(raising)} other lookups of this file raise",
            evidence={
                "function": node.name,
                "convention": RAISES,
                "support": len(raising),
                "of": len(own),
            },
        )


def _sentinels(module: Module) -> Iterator[Finding]:
    """Functions that answer -1 for failure where three functions beside them raise."""
    failing: dict[FunctionNode, ast.Return] = {}
    for node in module.nodes(ast.Return):
        match node.value:
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=1)) if isinstance(
                module.parent(node), (ast.If, ast.ExceptHandler)
            ):
                function = module.function_of(node)
                if function is not None:
                    failing.setdefault(function, node)
    if len(failing) != 1:
        return
    (function, node) = failing.popitem()
    if _RANKS.search(function.name):
        return
    owner = module.parent(function)
    raising = {
        f
        for r in module.nodes(ast.Raise)
        if isinstance(module.parent(r), ast.If)
        and (f := module.function_of(r)) is not None
        and module.parent(f) is owner
        and f is not function
    }
    silent = [
        r
        for r in module.nodes(ast.Return)
        if module.function_of(r) is function and r.value is not node.value
    ]
    if len(raising) < _BESIDE or not silent:
        return
    yield module.finding(
        RULE,
        node,
        f"{function.name} answers -1 for failure, {len(raising)} functions beside it raise",
        evidence={"function": function.name, "convention": RAISES, "support": len(raising)},
    )


def _kinds(project: Project) -> frozenset[str]:
    """What the project's lookups are asked with."""
    found: set[str] = set()
    for module in project.others():
        for observation in () if module.is_test else lookups(module):
            if isinstance(observation.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                found |= parameter_kinds(observation.node)
    return frozenset(found)


def _says(value: str) -> str:
    return "raises" if value == RAISES else "returns None"
