"""The module imports its siblings in another way than the project's modules do.

Finds relative imports in a project whose modules import each other by their full names, full names
in a project that imports relatively, and star imports where all others name what they import.
Nothing breaks; search and moving of modules get harder.

Write the import as the siblings do.

Leave it when a package is meant to be copied as a whole: there relative imports are the point.
"""

import ast
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.project.conventions.convention import convention_of
from autovet.project.conventions.imports import internal_imports
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("import-style", Category.CONSISTENCY, Severity.INFO, confidence=0.8)

_FULL = {
    "shop/a.py": "from shop.b import x\nfrom shop.c import y\n",
    "shop/b.py": "from shop.c import y\nx = 1\n",
    "shop/c.py": "from shop.d import z\ny = 2\n",
}
_RELATIVE = {path: text.replace("from shop.", "from .") for path, text in _FULL.items()}
_FIRM = 3

BAD = (
    Example("from .b import x  # <--\n", files=_FULL),
    Example("from shop.b import x  # <--\n", files=_RELATIVE),
    Example("from shop.b import *  # <--\n\nz = x\n", files=_FULL),
)
GOOD = (
    Example("from shop.b import x\nfrom os import path\n", files=_FULL),
    Example("from .b import x\n", files=_RELATIVE),
    "from .b import x\n",
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report imports of the other style."""
    own = internal_imports(module)
    if not own or not project.known:
        return
    yield from _stars(module, project)
    convention = convention_of(project, internal_imports, tests=module.is_test)
    if convention is None:
        return
    odd = [o for o in own if o.value != convention.value]
    firm = convention.support == convention.total and (
        convention.support >= _FIRM and convention.modules > 1 and len(odd) == len(own)
    )
    for observation in odd:
        yield module.finding(
            RULE,
            observation.node,
            f"the project's modules use {convention.value} of each other",
            evidence=convention.evidence,
            # the first one speaks for the file
            severity=Severity.WARNING if firm and observation is odd[0] else None,
        )


def _stars(module: Module, project: Project) -> Iterator[Finding]:
    """Star imports of the project's own modules where no other module has any."""
    stars = [n for n in module.nodes(ast.ImportFrom) if n.names[0].name == "*"]
    stars = [n for n in stars if any(o.node is n for o in internal_imports(module))]
    if not stars or module.is_test:
        return
    others = [m for m in project.others() if not m.is_test]
    named = [n for m in others for n in m.nodes(ast.ImportFrom)]
    if len(named) < _FIRM or any(n.names[0].name == "*" for n in named):
        return
    for star in stars:
        yield module.finding(
            RULE,
            star,
            f"the project's other modules name what they import, in all {len(named)} places",
            evidence={"convention": "named imports", "support": len(named)},
            severity=Severity.WARNING,
        )
