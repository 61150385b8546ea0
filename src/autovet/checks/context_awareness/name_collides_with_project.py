"""A public class with the name of another that the project uses widely.

Finds classes that are called like a class of another module which at least two modules import.

Readers and editors import the wrong one; ``isinstance`` tests fail between two classes that look the
same in every log.

Give it a name that says how it differs, or use the one that is there. Classes that derive from the
other, and modules that import it, know about it and are left alone.
"""

import ast
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("name-collides-with-project", Category.CONTEXT_AWARENESS, confidence=0.8)

_USERS = 2
_COMMON = frozenset({"Config", "Settings", "Meta", "Base", "Error", "Command", "Migration", "Options", "Params", "Response", "Request", "Client", "Parser", "Node", "Handler", "State", "Result", "Context"})  # fmt: skip
_FILES = {
    "shop/models.py": "class Parcel:\n    pass\n",
    "shop/a.py": "from shop.models import Parcel\n",
    "shop/b.py": "from shop.models import Parcel\n",
}

BAD = (
    Example(
        "class Parcel:  # <--\n    def __init__(self, row):\n        self.row = row\n", files=_FILES
    ),
    Example("import csv\n\nclass Parcel(dict):  # <--\n    reader = csv.reader\n", files=_FILES),
)

GOOD = (
    Example("class ParcelRow:\n    pass\n", files=_FILES),
    Example("from shop import models\n\nclass Parcel(models.Parcel):\n    pass\n", files=_FILES),
    Example("class Parcel:\n    pass\n", files={"shop/models.py": "class Parcel:\n    pass\n"}),
)


def check(node: ast.ClassDef, module: Module, project: Project) -> Iterator[Finding]:
    """Report the class at its header."""
    if not project.known or module.is_test or node.name.startswith("_") or node.name in _COMMON:
        return
    if not isinstance(module.parent(node), ast.Module):
        return
    homes = [
        other
        for other in project.others()
        if not other.is_test
        and any(isinstance(s, ast.ClassDef) and s.name == node.name for s in other.tree.body)
    ]
    if len(homes) != 1:
        return
    home = homes[0]
    full = f"{home.name}.{node.name}"
    if any(
        i == home.name or i.startswith(f"{home.name}.")
        for i in module.scopes.module.imports.values()
    ):
        return
    if any(
        isinstance(s, (ast.Import, ast.ImportFrom)) and home.name in ast.unparse(s)
        for s in module.tree.body
    ):
        return
    users = [
        o.path
        for o in project.others()
        if full in o.scopes.module.imports.values() and not o.is_test
    ]
    mine = [
        o
        for o in project.others()
        if f"{module.name}.{node.name}" in o.scopes.module.imports.values()
    ]
    if len(users) < _USERS or mine:
        return
    yield module.finding(
        RULE,
        module.header_span(node),
        f"the project has a {node.name} in {home.path}, which {len(users)} modules use: give this one another name",
        evidence={"other": full, "used_in": users[:5]},
    )
