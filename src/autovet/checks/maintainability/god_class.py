"""A class that has gathered the work of several.

Finds classes with more than twenty methods of their own, properties not counted, that also keep
more than ten attributes and fall into groups of methods that share no attribute with each other; and
classes of fifteen and more whose methods fall into six such groups.

Everything in it can touch everything else; each change risks all of it, tests need the whole set-up,
and two people cannot work on it at once.

Take out a group of methods together with the attributes that only they use, and give it a class
of its own. A wide interface over one piece of state (a client, a data frame) is left alone.
"""

import ast
from collections.abc import Iterator

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("god-class", Category.MAINTAINABILITY, confidence=0.8)

_MOST_METHODS = 20
_MOST_ATTRIBUTES = 10
_FEWEST_GROUPS = 2
_MANY_METHODS, _MANY_ATTRIBUTES, _SCATTERED = 14, 8, 6  # smaller, and without any bond
_MOST_GROUPS = 0.5  # of the methods: with more, they are accessors that have nothing to share
_GROUP_SIZE = 3
_MANY_GROUPS = 10

_PARTS = ("mail", "stock", "price")
_KEPT = ("animals", "keepers", "cages", "meals", "visits", "bills", "letters", "keys", "gates")
_METHODS = "".join(
    f"\n    def {verb}_{part}(self, value):\n        self.{part}_{'abcd'[n % 4]} = self.{part}_{'abcd'[(n + 1) % 4]} + value\n"
    for part in _PARTS
    for n, verb in enumerate(("add", "drop", "show", "send", "sort", "find", "mark", "tell"))
)
_INIT = "\n    def __init__(self):\n" + "".join(
    f"        self.{part}_{letter} = 0\n" for part in _PARTS for letter in "abcd"
)

BAD = (
    "class Zoo:  # <--\n    def __init__(self):\n"
    + "".join(f"        self.{part} = []\n" for part in _KEPT)
    + "".join(
        f"\n    def {verb}_{part}(self, value):\n        self.{part}.append(value)\n"
        for part in _KEPT
        for verb in ("add", "count")
    ),
    "class Shop:  # <--" + _INIT + _METHODS,
    "import abc\n\nclass Shop(abc.ABC):  # <--\n    kind = 1\n" + _INIT + _METHODS,
)

GOOD = (
    "class Client:\n    def __init__(self, link):\n        self.link = link\n"
    + "".join(f"\n    def get_{n}(self):\n        return self.link.get({n})\n" for n in range(40)),
    "class Shop:" + _INIT + _METHODS.split("    def add_price")[0].rstrip() + "\n",
)


def check(node: ast.ClassDef, module: Module) -> Iterator[Finding]:
    """Report the class at its header."""
    methods = [
        s
        for s in node.body
        if isinstance(s, (ast.FunctionDef, ast.AsyncFunctionDef)) and not s.decorator_list
    ]
    if len(methods) <= _MANY_METHODS or module.is_test:
        return
    uses = {m.name: _attributes(m) for m in methods if not m.name.startswith("__")}
    own = {m.name for m in methods}
    attributes = set().union(*uses.values()) - own if uses else set()
    everything = _groups(uses)
    groups = [g for g in everything if len(g) >= _GROUP_SIZE]
    if len(everything) >= _MANY_GROUPS and all(uses.values()):
        groups = everything
    bound = [g for g in everything if any(uses[name] for name in g)]
    large = len(uses) > _MOST_METHODS and len(attributes) > _MOST_ATTRIBUTES
    scattered = (
        not large
        and _SCATTERED <= len(bound) <= len(uses) * _MOST_GROUPS
        and sum(len(g) > 1 for g in bound) >= _GROUP_SIZE
        and len(attributes) > _MANY_ATTRIBUTES
    )
    if not (large and len(groups) >= _FEWEST_GROUPS) and not scattered:
        return
    yield module.finding(
        RULE,
        module.header_span(node),
        f"{node.name} has {len(methods)} methods and {len(attributes)} attributes in {len(groups if large else bound)} unrelated groups: split it",
        evidence={
            "methods": len(methods),
            "attributes": len(attributes),
            "groups": [sorted(g) for g in groups],
        },
    )


def _attributes(method: FunctionNode) -> set[str]:
    """The attributes and methods of ``self`` that a method touches."""
    return {
        n.attr
        for n in ast.walk(method)
        if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name) and n.value.id == "self"
    }


def _groups(uses: dict[str, set[str]]) -> list[set[str]]:
    """The methods in groups: two share a group when an attribute or a call connects them."""
    leader = {name: name for name in uses}

    def find(name: str) -> str:
        while leader[name] != name:
            leader[name] = leader[leader[name]]
            name = leader[name]
        return name

    first_user: dict[str, str] = {}
    for name, touched in uses.items():
        for attribute in touched:
            other = attribute if attribute in uses else first_user.setdefault(attribute, name)
            leader[find(name)] = find(other)
    groups: dict[str, set[str]] = {}
    for name in uses:
        groups.setdefault(find(name), set()).add(name)
    return list(groups.values())
