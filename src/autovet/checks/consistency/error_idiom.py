"""A lookup answers a missing thing in another way than the project's lookups do.

Finds ``get_...`` functions (and ``fetch_``, ``load_``, ``retrieve_``) that return None for what is
missing in a project whose lookups raise, and (as a hint) the other way round. Callers follow the habit: they do
not test for None where everything raises, and the error surfaces later and elsewhere.

Raise the project's exception, or return None, as the siblings do.

Leave it when the name tells the difference, as ``find_order`` or ``get_order_or_none`` do.
"""

import ast
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

RULE = Rule("error-idiom", Category.CONSISTENCY, confidence=0.85)

# with fewer agreeing lookups, one must be of the same kind: asked with the same parameters
_FIRM = 4

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
    own = [] if module.is_test else list(lookups(module))
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
