"""A name is imported from a module of the project that does not define it.

Finds ``from package.module import name`` where the project's file is known and neither defines,
imports nor re-exports ``name``, and no submodule is called so. The import fails with ImportError.
Generated code guesses at helpers that it expects a project to have.

Import the name that the module really offers (the nearest ones are in the evidence), or write the
helper first.

Leave it when the module makes its names at run time. Names that may be submodules which nobody
showed are not judged, nor is a module with ``__getattr__``, a star import,
``globals()`` or ``setattr``.
"""

import ast
import difflib
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.checks.vocabulary.guards import is_guarded
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.fix import Fix, Safety
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.domain.unverified import Unverified
from autovet.project.project import MAX_MODULES, Project
from autovet.source.module import Module
from autovet.source.scopes import absolute_module

RULE = Rule("unknown-project-name", Category.FACTUAL_ACCURACY, Severity.ERROR, confidence=0.95)

_FILES = {
    "shop/__init__.py": "",
    "shop/prices.py": "RATE = 2\n\ndef net_price(gross):\n    return gross / RATE\n",
    "shop/lazy.py": "def __getattr__(name):\n    return name\n",
    "shop/sub/__init__.py": "",
    "shop/sub/leaf.py": "",
}
BAD = (
    Example(
        """
from shop.prices import RATE, nett_price  # <--

def total(items):
    return RATE * sum(map(nett_price, items))
""",
        files=_FILES,
    ),
    Example(
        """
from .prices import discount  # <--

def total(items):
    return sum(map(discount, items))
""",
        files=_FILES,
    ),
)
GOOD = (
    Example(
        "from shop.prices import RATE, net_price\nfrom shop.lazy import whatever\nfrom shop.sub import leaf\nfrom shop import prices\n",
        files=_FILES,
    ),
    Example("from shop.orders import Order\nfrom elsewhere.prices import discount\n", files=_FILES),
    Example(
        """
try:
    from shop.prices import discount
except ImportError:
    discount = None
""",
        files=_FILES,
    ),
)


def check(node: ast.ImportFrom, module: Module, project: Project) -> Iterator[Finding | Unverified]:
    """Report imported names that the known module of the project lacks."""
    if not project.known:
        return
    base = absolute_module(node, module.package)
    source = project.by_name.get(base)
    if source is None and _is_absent(base, module, project) and not is_guarded(node, module):
        yield from _absent(base, node, module, project)
    if source is None or source.name == module.name or _open_ended(source):
        return
    offered = source.scopes.module.bindings
    for alias in node.names:
        if alias.name == "*" or alias.name in offered or alias.name.startswith("__"):
            continue
        if source.path.endswith("__init__.py") and not alias.name[:1].isupper():
            continue  # it may be a submodule that the caller did not show, or a compiled one
        if _is_submodule(f"{base}.{alias.name}", project, module.name) or is_guarded(node, module):
            continue
        near = difflib.get_close_matches(
            alias.name, [n for n in offered if not n.startswith("__")], 3, 0.6
        )
        fix = None
        if near and not alias.asname and len(near) == 1:
            text = f"{near[0]} as {alias.name}"
            fix = Fix((module.replace(alias, text),), f"import {near[0]} instead", Safety.MANUAL)
        yield module.finding(
            RULE,
            alias,
            f"{source.path} defines no {alias.name}"
            + (f"; did you mean {near[0]}?" if near else ""),
            evidence={"module": base, "path": source.path, "name": alias.name, "nearest": near},
            fix=fix,
        )


def _is_absent(base: str, module: Module, project: Project) -> bool:
    """Whether a module below a package of the project is nowhere among its files."""
    parent, _, last = base.rpartition(".")
    generated = last.endswith(("_pb2", "_pb2_grpc", "_version", "version")) or last.startswith("_")
    return (
        parent in project.by_name
        and base != module.name
        and not generated
        and not _is_submodule(base, project, module.name)
    )


def _absent(
    base: str, node: ast.ImportFrom, module: Module, project: Project
) -> Iterator[Finding | Unverified]:
    """An error where the whole project is at hand; else it may be a file that nobody showed."""
    if project.context.root is None or len(project.by_name) >= MAX_MODULES:
        yield Unverified(
            RULE.category, f"module {base}", "it is not among the files that were given"
        )
    else:
        yield module.finding(
            RULE,
            node,
            f"the project has no module {base}",
            evidence={"module": base},
            confidence=0.85,
        )


def _open_ended(source: Module) -> bool:
    """Whether the module may have names that its text does not show."""
    if "__getattr__" in source.scopes.module.bindings:
        return True
    if any(a.name == "*" for n in source.nodes(ast.ImportFrom) for a in n.names):
        return True
    dynamic = {"globals", "setattr", "vars", "exec", "locals"}
    return any(
        isinstance(c.func, ast.Name) and c.func.id in dynamic for c in source.nodes(ast.Call)
    )


def _is_submodule(name: str, project: Project, current: str) -> bool:
    if name in project.by_name or name == current:
        return True
    path = name.replace(".", "/")
    return any(
        text.removeprefix("src/").removeprefix("lib/").startswith((f"{path}.", f"{path}/"))
        for text in project.texts
    )
