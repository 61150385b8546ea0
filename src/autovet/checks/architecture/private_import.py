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
    home = project.by_name.get(target or "")
    if home is None or not target or target.rpartition(".")[0] == module.name.rpartition(".")[0]:
        return
    if _is_front(module) or attribute.attr not in home.scopes.module.bindings:
        return
    yield module.finding(
        RULE,
        attribute,
        f"{target}.{attribute.attr} is private to {target}, which may change it without notice; use its public "
        "interface",
        evidence={"private": f"{target}.{attribute.attr}", "owner": target},
    )


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
