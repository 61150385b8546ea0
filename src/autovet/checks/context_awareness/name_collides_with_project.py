"""A public class or function with the name of another that the project uses.

Finds classes that are called like a class of another module, and functions of more than one word
that are called like a function of another module of the same package, where other modules import
that one.

Readers and editors import the wrong one; ``isinstance`` tests fail between two classes that look the
same in every log.

Give it a name that says how it differs, or use the one that is there. Classes that derive from the
other, modules that import it, and forms of one thing on different layers (a row, a schema) know about
it and are left alone.
"""

import ast
import re
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.checks.vocabulary.expressions import last_name
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.project.conventions.convention import is_vendored
from autovet.project.project import Project
from autovet.project.worked_out import by_project
from autovet.source.module import Module
from autovet.source.remembered import by_module
from autovet.source.scopes import FunctionNode

RULE = Rule("name-collides-with-project", Category.CONTEXT_AWARENESS, confidence=0.8)

_USERS = 1
_MANY_USERS = 2  # in other packages, where the same word often means another thing
_ERRORS = ("Error", "Exception")
_LAYERS = {
    "wire": re.compile(r"BaseModel|Schema|Serializer|TypedDict|Struct|Message|Form"),
    "row": re.compile(r"^(Base|Model|DeclarativeBase|SQLModel|Document)$|Model$"),
    "role": re.compile(r"Protocol|ABC|Enum|Mixin|Admin|View|Resource|Factory|Command"),
}
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
    Example(
        "def pack_all(parcels):  # <--\n    return sorted(parcels)\n",
        files={
            "shop/pack.py": "def pack_all(parcels):\n    return list(parcels)\n",
            "shop/send.py": "from shop.pack import pack_all\n",
        },
    ),
)

GOOD = (
    Example("class ParcelRow:\n    pass\n", files=_FILES),
    Example("from shop import models\n\nclass Parcel(models.Parcel):\n    pass\n", files=_FILES),
    Example("class Parcel:\n    pass\n", files={"shop/models.py": "class Parcel:\n    pass\n"}),
    Example(
        "from pydantic import BaseModel\n\nclass Parcel(BaseModel):\n    n: int\n", files=_FILES
    ),
    Example(
        "def pack_all(parcels):\n    return sorted(parcels)\n",
        path="office/pack.py",
        files={
            "shop/pack.py": "def pack_all(parcels):\n    return list(parcels)\n",
            "shop/send.py": "from shop.pack import pack_all\n",
        },
    ),
)


def check(
    node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef, module: Module, project: Project
) -> Iterator[Finding]:
    """Report the class or function at its header."""
    if not project.known or module.is_test or node.name.startswith("_") or node.name in _COMMON:
        return
    if module.path.endswith(".pyi") or is_vendored(module.path):
        return
    if not isinstance(module.parent(node), ast.Module):
        return
    is_class = isinstance(node, ast.ClassDef)
    if not is_class and (node.decorator_list or "_" not in node.name or node.name == "main"):
        return
    homes = [
        (place, _public(place)[node.name])
        for path in _homes(project).get(node.name, ())
        if path != module.path and (place := project.module(path)) is not None
    ]
    if len(homes) != 1:
        return
    home, other = homes[0]
    full = f"{home.name}.{node.name}"
    if isinstance(other, ast.ClassDef) is not is_class or _is_known(full, home, node, module):
        return
    if isinstance(node, ast.ClassDef) and isinstance(other, ast.ClassDef):
        mine, theirs = _layer(node), _layer(other)
        layered = mine != theirs and ((mine and theirs) or "wire" in {mine, theirs})
        if layered or _derives_from_own(node, module, project):
            return
    elif home.package != module.package or other.decorator_list or _alike(home, module):
        return
    users = [
        user.path
        for user in project.others()
        if full in user.scopes.module.imports.values() and not user.is_test
    ]
    own = f"{module.name}.{node.name}"
    used = any(own in user.scopes.module.imports.values() for user in project.others())
    # two functions of one package are confused even before somebody imports the first
    least = _USERS if home.package == module.package else _MANY_USERS
    if (is_class and len(users) < least) or used:
        return
    yield module.finding(
        RULE,
        module.header_span(node),
        f"the project has a {node.name} in {home.path}, which other modules use: give this one another name",
        evidence={"other": full, "used_in": users[:5]},
    )


@by_project
def _homes(project: Project) -> dict[str, tuple[str, ...]]:
    """The paths of the modules that define a public class or function at their top, by its name."""
    found: dict[str, tuple[str, ...]] = {}
    for module in project.modules():
        if not module.is_test and not is_vendored(module.path):
            for name in _public(module):
                if not name.startswith("_"):
                    found[name] = (*found.get(name, ()), module.path)
    return found


@by_module
def _public(module: Module) -> dict[str, ast.ClassDef | FunctionNode]:
    """The classes and functions at the top of a module."""
    return {
        s.name: s
        for s in module.tree.body
        if isinstance(s, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
    }


def _is_known(full: str, home: Module, node: ast.AST, module: Module) -> bool:
    """Whether the module knows the other one: it imports it, or all of its home as a module."""
    imported = module.scopes.module.imports.values()
    if full in imported or home.name in imported:
        return True
    bases = getattr(node, "bases", [])
    return any(
        module.qualified(b) == full for b in bases if isinstance(b, (ast.Name, ast.Attribute))
    )


def _alike(home: Module, module: Module) -> bool:
    """Whether two modules have several such names in common: they are two of a kind, then."""
    return len(_public(home).keys() & _public(module).keys()) > 1


def _derives_from_own(node: ast.ClassDef, module: Module, project: Project) -> bool:
    """Whether a class is one of a family of the project's, in which its name says which one."""
    bases = [module.qualified(b) or "" for b in node.bases]
    named = any(b.partition(".")[0] in project.top_level for b in bases)
    kin = any(isinstance(module.definition(b), ast.ClassDef) for b in node.bases)
    return (named or kin) and not any(last_name(b).endswith(_ERRORS) for b in node.bases)


def _layer(node: ast.ClassDef) -> str:
    """What tells the kinds of one thing apart: its row in the database, its form on the wire."""
    for base in node.bases:
        name = last_name(base.value if isinstance(base, ast.Subscript) else base)
        for kind, pattern in _LAYERS.items():
            if pattern.search(name):
                return kind
    return ""
