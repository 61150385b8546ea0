"""An imported package does not exist: nothing provides it and no index lists it.

Finds imports of a top-level module that is no part of the standard library or the project, is not
installed in the environment, belongs to no declared dependency, and whose name the package index
does not list under any usual spelling. Generated code invents such names; the import fails, or
worse, one day somebody registers the name and publishes malware under it.

Use the package that was meant (the nearest real names are in the evidence), or write the few lines
that the invented one was to provide.

Leave it when the module comes from a private index or from outside the project: declare it as a
dependency, or name the environment that has it. What is published but merely not installed is
listed as unverified, never reported.
"""

import ast
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.checks.vocabulary.guards import is_guarded
from autovet.checks.vocabulary.provenance import (
    Provenance,
    imported_roots,
    provenance,
    stated_environment_lacks,
)
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.domain.unverified import Unverified
from autovet.ports import Knowledge
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("nonexistent-package", Category.FACTUAL_ACCURACY, Severity.ERROR, confidence=0.9)

# names that everybody gives to modules of their own, and that somebody also published
_HOMELY = frozenset(
    {"app", "apps", "src", "utils", "util", "helpers", "helper", "models", "config", "settings",
     "common", "core", "lib", "api", "db", "database", "services", "tests", "main", "schemas",
     "constants", "exceptions", "errors", "domain", "server", "client", "tools", "shared"}
)  # fmt: skip
_STRICT = {"environment": ".venv", "dependencies": ("requests",)}

BAD = (
    Example("import json\nimport requests_autoretry_magic  # <--\n", context=_STRICT),
    Example(
        """
from payload_shaper.core import reshape  # <--

def send(rows):
    return reshape(rows)
""",
        context=_STRICT,
    ),
)
GOOD = (
    Example("import json\nimport requests\nimport requests.adapters\n", context=_STRICT),
    Example(
        """
try:
    import fancy_speedups
except ImportError:
    fancy_speedups = None
""",
        context=_STRICT,
    ),
    Example(
        "from warehouse.stock import count\n",
        files={"warehouse/stock.py": "def count(): ...\n"},
        context=_STRICT,
    ),
    Example(
        """
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from internal_stubs import Row
""",
        context=_STRICT,
    ),
    "import some_private_package\n",
)


def check(module: Module, project: Project, knowledge: Knowledge) -> Iterator[Finding | Unverified]:
    """Report every unprovided top-level module once."""
    seen: set[str] = set()
    for dotted, node in imported_roots(module):
        root = dotted.partition(".")[0]
        if root in seen or is_guarded(node, module):
            continue
        seen.add(root)
        source = provenance(dotted, project, knowledge)
        if source is Provenance.NOWHERE:
            if _stands_with_own_code(node, module, project, knowledge):
                yield Unverified(
                    RULE.category,
                    f"import {root}",
                    "nothing at hand provides it; it may be the project's own",
                )
            else:
                yield _finding(root, node, module, knowledge)
        elif source is Provenance.PUBLISHED and knowledge.installed_modules(
            project.context.environment
        ):
            yield Unverified(
                RULE.category, f"import {root}", "it is published but not installed here"
            )
        elif source is Provenance.UNKNOWN and stated_environment_lacks(root, project, knowledge):
            yield module.finding(
                RULE,
                node,
                f"nothing provides {root}: it is neither installed in the environment nor declared",
                evidence={"module": root, "environment": project.context.environment},
                severity=Severity.WARNING,
                confidence=0.8,
            )


def _finding(root: str, node: ast.AST, module: Module, knowledge: Knowledge) -> Finding:
    nearest = list(knowledge.nearest(root, 3))
    hint = f"; the nearest real names are {', '.join(nearest)}" if nearest else ""
    return module.finding(
        RULE,
        node,
        f"no package named {root} exists in the standard library or on the package index{hint}",
        evidence={"module": root, "nearest": nearest},
    )


def _stands_with_own_code(
    node: ast.Import | ast.ImportFrom, module: Module, project: Project, knowledge: Knowledge
) -> bool:
    """Whether the layout of the imports says that this one is first-party.

    Imports come in blocks: standard library, others, the project's own. In a block with a package
    that exists, a name is meant to be one too. In a last block of its own after third-party
    imports, or beside imports from the project, it is the project's own.
    """
    statements = [s for s in module.tree.body if isinstance(s, (ast.Import, ast.ImportFrom))]
    if node not in statements:
        return False
    block = [node]
    at = statements.index(node)
    for step in (-1, 1):
        position = at
        while 0 <= position + step < len(statements) and _adjacent(
            statements[position], statements[position + step]
        ):
            position += step
            block.append(statements[position])
    kinds = {_kind(s, project, knowledge) for s in block if s is not node}
    if Provenance.PUBLISHED in kinds:
        return False
    if Provenance.PROJECT in kinds:
        return True
    if Provenance.STDLIB in kinds:
        return False
    if (
        not project.known
        and isinstance(node, ast.ImportFrom)
        and (node.module or "").count(".") > 1
    ):
        return True  # a deep path into a package that nobody published is a path into one's own
    dotted = isinstance(node, ast.ImportFrom) and "." in (node.module or "")
    earlier = statements[: statements.index(min(block, key=lambda s: s.lineno))]
    after_others = any(_kind(s, project, knowledge) is Provenance.PUBLISHED for s in earlier)
    return (after_others or dotted) and bool(earlier)


def _adjacent(one: ast.stmt, other: ast.stmt) -> bool:
    first, last = sorted((one, other), key=lambda s: s.lineno)
    return last.lineno - (first.end_lineno or first.lineno) <= 1


def _kind(
    statement: ast.Import | ast.ImportFrom, project: Project, knowledge: Knowledge
) -> Provenance:
    """STDLIB, PROJECT or PUBLISHED for whatever exists; NOWHERE for the rest."""
    if isinstance(statement, ast.ImportFrom) and (statement.level or not statement.module):
        return Provenance.PROJECT
    dotted = statement.module if isinstance(statement, ast.ImportFrom) else statement.names[0].name
    found = provenance(dotted or "", project, knowledge)
    if found is Provenance.PUBLISHED and (dotted or "").partition(".")[0] in _HOMELY:
        return Provenance.PROJECT
    if found in {Provenance.DECLARED, Provenance.INSTALLED}:
        return Provenance.PUBLISHED
    return (
        found
        if found in {Provenance.STDLIB, Provenance.PROJECT, Provenance.PUBLISHED}
        else Provenance.NOWHERE
    )
