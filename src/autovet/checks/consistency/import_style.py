"""The module imports its siblings in another way than the project's modules do.

Finds relative imports in a project whose modules import each other by their full names, and full
names in a project that imports relatively. Nothing breaks; search and moving of modules get harder.

Write the import as the siblings do.

Leave it when a package is meant to be copied as a whole: there relative imports are the point.
"""

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
_FIRM = 4

BAD = (
    Example("from .b import x  # <--\n", files=_FULL),
    Example("from shop.b import x  # <--\n", files=_RELATIVE),
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
    convention = convention_of(project, internal_imports, tests=module.is_test)
    if convention is None:
        return
    for observation in own:
        if observation.value != convention.value:
            yield module.finding(
                RULE,
                observation.node,
                f"the project's modules use {convention.value} of each other",
                evidence=convention.evidence,
                severity=Severity.WARNING
                if convention.support == convention.total and convention.modules >= _FIRM
                else None,
            )
