"""A name that says one thing where the value is another: a list that is a dictionary, one for many.

Finds variables that end in ``_list``, ``_dict`` or ``_set`` and hold another kind of collection, and
functions whose singular or plural name contradicts what they are annotated to return.

Readers index a dictionary by position, or loop over the letters of a name.

Name it for what it is: ``names_by_id``, ``load_users`` for a list of ``User``.
"""

import ast
import re
from collections.abc import Iterator

from autovet.checks.vocabulary.expressions import path_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("name-contradicts-type", Category.MAINTAINABILITY, confidence=0.87)

_KINDS: dict[str, tuple[type[ast.AST], ...]] = {
    "list": (ast.List, ast.ListComp),
    "dict": (ast.Dict, ast.DictComp),
    "set": (ast.Set, ast.SetComp),
}
_SUFFIXES = {"_list": "list", "_dict": "dict", "_map": "dict", "_set": "set", "_tuple": "tuple"}
_MANY = frozenset({"list", "List", "Sequence", "set", "Set", "Iterable", "tuple", "frozenset"})
_VERBS = re.compile(r"_?(get|fetch|load|find|read|select|query|retrieve)_([a-z]+)$")

BAD = (
    """
def names(people):
    name_list = {}  # <--
    for person in people:
        name_list[person.id] = person.name
    return name_list
""",
    """
def load_parcel(store) -> list["Parcel"]:  # <--
    return store.all()

def get_couriers(store) -> "Courier":  # <--
    return store.first()

class Parcel:
    pass

class Courier:
    pass
""",
)

GOOD = (
    """
def names(people):
    name_list = [p.name for p in people]
    names_by_id = {p.id: p.name for p in people}
    price_map = {}
    char_set = "abc"
    wish_list = None
    return name_list, names_by_id, price_map, char_set, wish_list
""",
    """
def load_parcels(store) -> list[dict]:
    return store.all()

def load_history(store) -> list[dict]:
    return store.all()

def get_address(store) -> dict:
    return store.address

def get_settings(store) -> "Settings":
    return store.settings

class Settings:
    pass
""",
)


def check(
    node: ast.Assign | ast.FunctionDef | ast.AsyncFunctionDef, module: Module
) -> Iterator[Finding]:
    """Report the assignment, or the function at its header."""
    if module.is_test:
        return
    if isinstance(node, ast.Assign):
        if len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            said = next(
                (k for suffix, k in _SUFFIXES.items() if name.lower().endswith(suffix)), None
            )
            held = next((k for k, types in _KINDS.items() if isinstance(node.value, types)), None)
            if said and held and said != held:
                yield module.finding(
                    RULE,
                    node,
                    f"{name} is a {held}: a name that ends in {said!r} misleads",
                    evidence={"name": name, "kind": held},
                )
        return
    message = _promise(node)
    if message:
        yield module.finding(RULE, module.header_span(node), message, evidence={"name": node.name})


def _promise(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str | None:
    match = _VERBS.match(node.name)
    if match is None or node.returns is None:
        return None
    noun = match.group(2)
    outer, inner = _types(node.returns)
    if outer in _MANY and inner and inner.lower() == noun:
        return f"{node.name}() returns many and is named for one {noun}: use the plural"
    if noun.endswith("s") and inner is None and outer and outer.lower() == noun.removesuffix("s"):
        return f"{node.name}() returns one {outer} and is named for many: use the singular"
    if outer in {"list", "List"} and inner in {"dict", "Dict"} and _is_singular(noun):
        return f"{node.name}() returns a list and is named for one {noun}: use the plural"
    return None


def _types(annotation: ast.expr) -> tuple[str, str | None]:
    """``list`` and ``User`` of ``list[User]``; ``User`` and None of ``User | None``."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return annotation.value.rpartition(".")[2], None
    if isinstance(annotation, ast.BinOp):
        return _types(annotation.left)
    if isinstance(annotation, ast.Subscript):
        outer = path_of(annotation.value).rpartition(".")[2]
        first = (
            annotation.slice.elts[0]
            if isinstance(annotation.slice, ast.Tuple)
            else annotation.slice
        )
        inner, _ = _types(first)
        return ("", None) if outer == "Optional" else (outer, inner)
    return path_of(annotation).rpartition(".")[2], None


def _is_singular(noun: str) -> bool:
    """Whether the noun is one of those that programs keep tables of, in the singular."""
    return noun in {
        "user", "order", "product", "customer", "invoice", "item", "account", "post", "comment", "task", "event", "message",
        "file", "ticket", "payment", "article", "book", "employee", "row", "record", "parcel", "report", "member",
    }  # fmt: skip
