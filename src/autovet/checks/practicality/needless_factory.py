"""A factory class that only calls the constructor of another class.

Finds classes named factory, creator or provider with one method that does nothing but build one
class, or pick it from a table of one.

Readers go through a second class to learn that an object is built. The constructor is already a
factory, and a function is one where a choice must be made.

Call the class. Factories that choose between classes, keep state or are handed around as objects
are left alone.
"""

import ast
from collections.abc import Iterator

from autovet.checks.syntax.own_nodes import own_nodes
from autovet.checks.vocabulary.expressions import path_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("needless-factory", Category.PRACTICALITY, confidence=0.85)

_NAMES = ("Factory", "Creator", "Maker", "Provider")

BAD = (
    """
class Label:
    def __init__(self, text):
        self.text = text

class LabelFactory:  # <--
    \"\"\"Makes labels.\"\"\"

    @staticmethod
    def create(text):
        \"\"\"Make one.\"\"\"
        return Label(text)
""",
    """
class Scale:
    pass

class ScaleCreator:  # <--
    _kinds = {"plain": Scale}

    def make(self, kind="plain"):
        scale = self._kinds[kind]()
        return scale
""",
)

GOOD = (
    """
class Label:
    pass

class BigLabel(Label):
    pass

class LabelFactory:
    def create(self, big):
        return BigLabel() if big else Label()

class SizedFactory:
    def __init__(self, size):
        self.size = size

    def create(self):
        return Label(self.size)
""",
    """
import factory

class UserFactory(factory.Factory):
    class Meta:
        model = dict

class TimeProvider:
    def now(self):
        return clock()

def clock():
    return 3
""",
)


def check(node: ast.ClassDef, module: Module) -> Iterator[Finding]:
    """Report the class at its header."""
    if not node.name.endswith(_NAMES) or node.bases or node.keywords or module.is_test:
        return
    methods = [s for s in node.body if isinstance(s, (ast.FunctionDef, ast.AsyncFunctionDef))]
    if not methods or any(
        m.name == "__init__" and len(m.body) > 0 and not _empty(m) for m in methods
    ):
        return
    makers = [m for m in methods if m.name != "__init__"]
    if len(makers) != 1 or isinstance(makers[0], ast.AsyncFunctionDef):
        return
    table = _table_of_one(node)
    nodes = list(own_nodes(makers[0].body))
    if any(
        isinstance(n, (ast.If, ast.IfExp, ast.Match, ast.For, ast.While, ast.With)) for n in nodes
    ):
        return
    built = {
        name
        for n in nodes
        if isinstance(n, ast.Call) and (name := _built(n, table, module)) is not None
    }
    returned = any(isinstance(n, ast.Return) and n.value is not None for n in nodes)
    statements = [
        s
        for s in makers[0].body
        if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))
    ]
    if len(built) == 1 and returned and len(statements) <= 2:
        yield module.finding(
            RULE,
            module.header_span(node),
            f"{node.name} does nothing but call {built.copy().pop()}(): call the class itself",
            evidence={"builds": sorted(built)},
        )


def _empty(method: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return all(isinstance(s, (ast.Pass, ast.Expr)) for s in method.body)


def _table_of_one(node: ast.ClassDef) -> dict[str, str]:
    """Class attributes that map keys to one and the same class."""
    found = {}
    for statement in node.body:
        match statement:
            case ast.Assign(
                targets=[ast.Name(id=name)], value=ast.Dict(values=[ast.Name(id=only)])
            ):
                found[name] = only
    return found


def _built(call: ast.Call, table: dict[str, str], module: Module) -> str | None:
    func = call.func
    if isinstance(func, ast.Subscript):
        return table.get(path_of(func.value).rpartition(".")[2])
    name = path_of(func).rpartition(".")[2]
    definition = module.definition(func) if isinstance(func, ast.Name) else None
    known = isinstance(definition, ast.ClassDef) or (
        module.qualified(func) is not None and name[:1].isupper()
    )
    return name if known else None
