"""The code imports a module that is not on the list of those that the constraints allow.

Finds imports that neither ``constraints["allowed_imports"]`` names nor the project itself provides,
and third-party imports where ``constraints["stdlib_only"]`` is set. The caller stated this demand for
this piece of code, so it weighs as an error whatever the reason was.

Do without, or use one of the allowed modules.

Leave it only by changing the constraint. Relative imports and ``__future__`` are always allowed, and
so is ``typing``, which does nothing at run time.
"""

import ast
import sys
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.checks.vocabulary.constraint_keys import ALLOWED_IMPORTS, STDLIB_ONLY, names_in, stated
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("import-not-allowed", Category.CONTEXT_AWARENESS, Severity.ERROR, confidence=0.99)

_ALWAYS = frozenset({"__future__", "typing"})
_ALLOWED = {"constraints": {ALLOWED_IMPORTS: ["math", "collections.abc", "decimal"]}}

BAD = (
    Example(
        "import math\nimport random  # <--\nfrom collections import deque  # <--\n",
        context=_ALLOWED,
    ),
    Example(
        "import json\nfrom attrs import define  # <--\n",
        context={"constraints": {STDLIB_ONLY: True}},
    ),
)
GOOD = (
    Example(
        "from __future__ import annotations\nimport math\nfrom collections.abc import Iterator\nfrom . import tax\n",
        context=_ALLOWED,
    ),
    Example(
        "import json\nfrom shop.tax import rate\n",
        files={"shop/tax.py": "rate = 1\n"},
        context={"constraints": {"no_third_party": True}},
    ),
    "import random\n",
)


def check(node: ast.Import | ast.ImportFrom, module: Module, project: Project) -> Iterator[Finding]:
    """Report the import."""
    constraints = project.context.constraints
    if not constraints or (isinstance(node, ast.ImportFrom) and node.level):
        return
    allowed = names_in(stated(constraints, ALLOWED_IMPORTS))
    plain = stated(constraints, STDLIB_ONLY) is True
    if not (allowed or plain):
        return
    names = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""]
    for name in names:
        root = name.partition(".")[0]
        if root in _ALWAYS or root in project.top_level or root == module.name.partition(".")[0]:
            continue
        foreign = plain and root not in sys.stdlib_module_names
        listed = any(name == a or name.startswith(f"{a}.") for a in allowed)
        if isinstance(node, ast.ImportFrom):
            listed = listed or all(f"{name}.{a.name}" in allowed for a in node.names)
        if foreign or (allowed and not listed):
            yield module.finding(
                RULE,
                node,
                f"{name} is imported, and the constraints allow "
                + ("the standard library only" if foreign else f"only {', '.join(allowed)}"),
                evidence={
                    "module": name,
                    "constraint": STDLIB_ONLY if foreign else ALLOWED_IMPORTS,
                },
            )
