"""The code imports a package whose licence the given constraints do not allow.

Finds imports of well-known packages that come under another licence than those in
``constraints["allowed_licenses"]``, such as the GPL where only MIT and BSD are wanted.

A copyleft licence can oblige the whole program to be published.

Use a package with a permitted licence. Packages whose licence is not known here are not judged, and
the table holds what the packages themselves stated; a dual licence needs a person to decide.
"""

import ast
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.checks.vocabulary.constraint_keys import ALLOWED_LICENCES, names_in, stated
from autovet.checks.vocabulary.licences import is_allowed, licence_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("licence-not-allowed", Category.CONTEXT_AWARENESS, Severity.ERROR, confidence=0.9)

_ALLOW = {"constraints": {"allowed_licenses": ["MIT", "BSD", "Apache 2.0"]}}

BAD = (
    Example("import psycopg2  # <--\nimport click\n", context=_ALLOW),
    Example("from PyQt5.QtWidgets import QApplication  # <--\n", context=_ALLOW),
)

GOOD = (
    Example("import click\nimport requests\nimport unheard_of\nimport json\n", context=_ALLOW),
    "import psycopg2\n",
)


def check(node: ast.Import | ast.ImportFrom, module: Module, project: Project) -> Iterator[Finding]:
    """Report the import."""
    constraints = project.context.constraints
    allowed = names_in(stated(constraints, ALLOWED_LICENCES[0]))
    if not allowed or (isinstance(node, ast.ImportFrom) and node.level):
        return
    names = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""]
    for name in names:
        root = name.partition(".")[0]
        licence = licence_of(root)
        if licence is not None and not is_allowed(licence, allowed):
            yield module.finding(
                RULE,
                node,
                f"{root} is under {licence}, and the constraints allow only {', '.join(allowed)}",
                evidence={"package": root, "licence": licence, "allowed": list(allowed)},
            )
