"""A private part of another package is imported.

Finds imports of names and modules with a leading underscore from a package that the importing
module does not belong to. Their owner may rename or change them at any time without notice, because
by convention nobody else uses them.

Use the public interface of the package, or ask for what is missing to be made public.

Leave it when the package documents the name in spite of its underscore.
"""

import ast
import sys
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.checks.vocabulary.expressions import last_name
from autovet.checks.vocabulary.project_classes import class_named, methods_of
from autovet.checks.vocabulary.value_types import type_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.project.import_graph import is_type_checking
from autovet.project.project import Project
from autovet.source.module import Module
from autovet.source.scopes import absolute_module

RULE = Rule("private-import", Category.ARCHITECTURE, confidence=0.85)

BAD = (
    Example(
        """
from zoo.tickets.prices import Prices

def cheapest(prices: Prices):
    return min(prices._table.values())  # <--
""",
        path="zoo/donations/model.py",
        files={
            "zoo/tickets/prices.py": "class Prices:\n    def __init__(self):\n        self._table = {}\n"
        },
    ),
    Example(
        """
from zoo.tickets.prices import _round  # <--

def donation(cents):
    return _round(cents)
""",
        path="zoo/donations/model.py",
        files={"zoo/tickets/prices.py": "def _round(cents): ...\n"},
    ),
    Example(
        """
from zoo.tickets._cache import clear  # <--
""",
        path="zoo/donations/model.py",
        files={"zoo/tickets/_cache.py": "def clear(): ...\n"},
    ),
)

GOOD = (
    Example(
        """
from zoo.tickets._cache import clear
from zoo.tickets.prices import _round
from ._cache import fill
from _thread import start_new_thread
from gettext import gettext as _
from zoo import __version__
""",
        path="zoo/tickets/model.py",
        files={"zoo/tickets/_cache.py": "def clear(): ...\n"},
    ),
    Example(
        """
from zoo.tickets.prices import Prices

class Cheaper(Prices):
    def of(self, other: Prices):
        return other._table

def cheapest(prices: Prices):
    return min(prices.table())
""",
        path="zoo/donations/model.py",
        files={
            "zoo/tickets/prices.py": "class Prices:\n    def __init__(self):\n        self._table = {}\n    def table(self):\n        return self._table\n"
        },
    ),
    Example(
        """
from typing import TYPE_CHECKING
from zoo.tickets import prices

if TYPE_CHECKING:
    from zoo.tickets.prices import _Round
""",
        path="zoo/donations/model.py",
        files={"zoo/tickets/prices.py": "def _round(cents): ...\n"},
    ),
)


def check(
    statement: ast.ImportFrom | ast.Attribute, module: Module, project: Project
) -> Iterator[Finding]:
    """Report imports across a package boundary that go past the public interface."""
    if isinstance(statement, ast.Attribute):
        yield from _reached_into(statement, module, project)
        return
    base = absolute_module(statement, module.package)
    if not base or module.is_test or base.partition(".")[0] in sys.stdlib_module_names:
        return
    own = base.partition(".")[0] in project.top_level | {module.name.partition(".")[0]}
    parts = base.split(".")
    hidden = next((i for i, p in enumerate(parts) if i and _is_private(p)), None)
    if hidden is not None:
        owner, private = ".".join(parts[:hidden]), base
    else:
        names = [a.name for a in statement.names if _is_private(a.name)]
        if not names:
            return
        owner, private = (base if base in _packages(project) else base.rpartition(".")[0]) or base, f"{base}.{names[0]}"  # fmt: skip
    if _within(module.name, owner) or statement.level == 1:
        return
    if any(isinstance(a, ast.If) and is_type_checking(a.test) for a in module.ancestors(statement)):
        return
    accepted = own and (_others_do_so(owner, module, project) or _is_front(module))
    yield module.finding(
        RULE,
        statement,
        f"{private} is private to {owner}, which may change it without notice; use its public "
        "interface",
        evidence={"private": private, "owner": owner},
        severity=None if own and not accepted else Severity.INFO,
    )


def _reached_into(attribute: ast.Attribute, module: Module, project: Project) -> Iterator[Finding]:
    """``invoices._tax(...)`` on a module of another package of the project."""
    if (
        not _is_private(attribute.attr)
        or not isinstance(attribute.value, ast.Name)
        or module.is_test
    ):
        return
    target = module.scopes.module.imports.get(attribute.value.id)
    if target is None:
        yield from _inside_of_object(attribute, attribute.value, module, project)
        return
    home = project.by_name.get(target or "")
    if home is None or not target or target.rpartition(".")[0] == module.name.rpartition(".")[0]:
        return
    if _is_front(module) or attribute.attr not in home.scopes.module.bindings:
        return
    if module.memo.setdefault(("private part of", target), attribute) is not attribute:
        return  # one finding for each owner
    accepted = any(
        home.name in _reached(other)
        for other in project.others()
        if not other.is_test and other.package not in {home.package, module.package}
    )
    yield module.finding(
        RULE,
        attribute,
        f"{target}.{attribute.attr} is private to {target}, which may change it without notice; use its public "
        "interface",
        evidence={"private": f"{target}.{attribute.attr}", "owner": target},
        severity=Severity.INFO if accepted else None,
    )


def _reached(module: Module) -> frozenset[str]:
    """What a module reaches into: the modules whose private names, and the private attributes, it uses."""
    if "reached" not in module.memo:
        imports = module.scopes.module.imports
        reached = set()
        for node in module.nodes(ast.Attribute):
            if (
                _is_private(node.attr)
                and isinstance(node.value, ast.Name)
                and node.value.id not in {"self", "cls"}
            ):
                reached |= {imports.get(node.value.id, ""), f".{node.attr}"}
        module.memo["reached"] = frozenset(reached)
    found: frozenset[str] = module.memo["reached"]
    return found


def _inside_of_object(
    attribute: ast.Attribute, holder: ast.Name, module: Module, project: Project
) -> Iterator[Finding]:
    """``book._entries`` on an object whose class belongs to another package of the project."""
    if not project.known or holder.id in {"self", "cls"} or _is_front(module):
        return
    kind = type_of(holder, module)
    home, _, name = (kind or "").rpartition(".")
    if not home or home == module.name or _within(module.name, home.rpartition(".")[0] or home):
        return
    found = class_named(kind, module, project)
    if (
        found is None
        or _inherits(name, module)
        or attribute.attr in {"_asdict", "_replace", "_fields"}
    ):
        return
    owns = any(
        isinstance(n, ast.Attribute)
        and n.attr == attribute.attr
        and isinstance(n.value, ast.Name)
        and n.value.id == "self"
        for n in ast.walk(found[0])
    )
    accepted = any(
        f".{attribute.attr}" in _reached(other)
        for other in project.others()
        if not other.is_test and other.package not in {module.package, found[1].package}
    )
    first = module.memo.setdefault(("private part of", kind), attribute)
    if first is attribute and (owns or attribute.attr in methods_of(found[0])):
        yield module.finding(
            RULE,
            attribute,
            f"{attribute.attr} is private to {name}, which may change it without notice; ask {name} for what is "
            "needed instead",
            evidence={"private": f"{kind}.{attribute.attr}", "owner": kind},
            severity=Severity.INFO if accepted else None,
        )


def _inherits(name: str, module: Module) -> bool:
    """Whether a class of this module is one of those: then it is family."""
    return any(last_name(b) == name for c in module.nodes(ast.ClassDef) for b in c.bases)


def _is_front(module: Module) -> bool:
    """Whether the module belongs to no feature: it puts a package's interface together, or stands above all."""
    return module.path.endswith("__init__.py") or (
        module.name.count(".") <= 1 and "." in module.name
    )


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__") and name != "_"


def _others_do_so(owner: str, module: Module, project: Project) -> bool:
    """Whether other modules outside the owner use its private parts as well: then it is a custom."""
    return any(
        target.startswith(f"{owner}.")
        for other in project.others()
        if not other.is_test and not _within(other.name, owner) and other.name != module.name
        for target in _private_targets(other)
    )


def _private_targets(module: Module) -> list[str]:
    if "private_targets" not in module.memo:
        module.memo["private_targets"] = [
            target
            for target in module.scopes.module.imports.values()
            if "._" in target and any(_is_private(part) for part in target.split("."))
        ]
    found: list[str] = module.memo["private_targets"]
    return found


def _packages(project: Project) -> set[str]:
    return {n for n, m in project.by_name.items() if m.path.endswith("__init__.py")}


def _within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")
