"""The code imports a module that the given constraints forbid.

Finds imports of the modules in ``constraints["forbidden_imports"]``, of their submodules and of
names from them. The caller stated this demand for this piece of code, so it weighs as an error
whatever the reason was.

Use what the project uses instead.

Leave it only by changing the constraint.
"""

import ast
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.checks.vocabulary.constraint_keys import FORBIDDEN_IMPORTS, names_in, stated
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.project.project import Project
from autovet.source.module import Module
from autovet.source.scopes import absolute_module

RULE = Rule("forbidden-import", Category.CONTEXT_AWARENESS, Severity.ERROR, confidence=0.99)

_FORBID = {"constraints": {FORBIDDEN_IMPORTS: ["ctypes", "xml.etree"]}}
BAD = (
    Example("import ctypes.util as util  # <--\n", context=_FORBID),
    Example("import os\nfrom xml.etree import ElementTree  # <--\n", context=_FORBID),
    Example(
        "from xml import etree  # <--\nfrom importlib import import_module\n\nlibrary = import_module('ctypes')  # <--\n",
        context=_FORBID,
    ),
)
GOOD = (
    Example("import ctypeslib\nimport xml.dom\nfrom xml import sax\n", context=_FORBID),
    Example("from .ctypes import size\n", context=_FORBID, files={"shop/ctypes.py": "size = 1\n"}),
    "import ctypes\n",
)


def check(
    node: ast.Import | ast.ImportFrom | ast.Call, module: Module, project: Project
) -> Iterator[Finding]:
    """Report imports of forbidden modules, by statement or by ``import_module``."""
    forbidden = names_in(stated(project.context.constraints, FORBIDDEN_IMPORTS))
    if not forbidden:
        return
    for name in _imported(node, module):
        hit = next((f for f in forbidden if name == f or name.startswith(f"{f}.")), None)
        if hit is not None:
            yield module.finding(
                RULE,
                node,
                f"the constraints forbid {hit}, which is imported here",
                evidence={"constraint": FORBIDDEN_IMPORTS, "module": hit},
            )
            return


def _imported(node: ast.Import | ast.ImportFrom | ast.Call, module: Module) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        base = absolute_module(node, module.package)
        return [base, *(f"{base}.{alias.name}" for alias in node.names)]
    first = node.args[0] if node.args else None
    by_call = module.qualified(node.func) in {"importlib.import_module", "builtins.__import__"}
    if by_call and isinstance(first, ast.Constant) and isinstance(first.value, str):
        return [first.value]
    return []
