"""A factory class that only calls the constructor of another class.

Finds classes named factory, creator or provider with one method that does nothing but build one
class, or pick it from a table of one, and functions that choose by a kind of which there is one.

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
_VERBS = ("create_", "make_", "build_", "get_", "new_")
_STEPS = 2

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
    """
class Printer:
    pass

class PrinterFactory:  # <--
    _known: dict[str, type] = {"laser": Printer}

    @classmethod
    def get(cls, kind):
        found = cls._known.get(kind)
        if found is None:
            raise ValueError(kind)
        return found()

def make_printer(kind):  # <--
    if kind == "laser":
        return Printer()
    raise ValueError(kind)
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
    """
class Printer:
    pass

class Plotter:
    pass

def make_printer(kind):
    if kind == "laser":
        return Printer()
    if kind == "pen":
        return Plotter()
    raise ValueError(kind)

def get_state(name):
    if name == "":
        raise ValueError(name)
    return name
""",
)


def check(node: ast.ClassDef | ast.FunctionDef, module: Module) -> Iterator[Finding]:
    """Report the class or function at its header."""
    if module.is_test:
        return
    if isinstance(node, ast.FunctionDef):
        yield from _function(node, module)
        return
    if not node.name.endswith(_NAMES) or node.bases or node.keywords:
        return
    methods = [s for s in node.body if isinstance(s, (ast.FunctionDef, ast.AsyncFunctionDef))]
    if not methods or any(
        m.name == "__init__" and len(m.body) > 0 and not _empty(m) for m in methods
    ):
        return
    makers = [m for m in methods if m.name != "__init__"]
    if len(makers) != 1 or isinstance(makers[0], ast.AsyncFunctionDef):
        return
    built = _only_product(makers[0], _table_of_one(node), module)
    if built:
        yield module.finding(
            RULE,
            module.header_span(node),
            f"{node.name} does nothing but call {built}(): call the class itself",
            evidence={"builds": [built]},
        )


def _function(node: ast.FunctionDef, module: Module) -> Iterator[Finding]:
    """A function at the top that chooses by a kind, of which there is one."""
    if not node.name.startswith(_VERBS) or node.decorator_list:
        return
    if not isinstance(module.parent(node), ast.Module) or not _is_asked_for_kind(node):
        return
    built = _only_product(node, {}, module)
    if built:
        yield module.finding(
            RULE,
            module.header_span(node),
            f"{node.name} chooses by a kind, and there is only {built}: call the class itself",
            evidence={"builds": [built]},
        )


def _is_asked_for_kind(node: ast.FunctionDef) -> bool:
    """Whether a parameter is compared with a text, and anything else is refused."""
    names = {a.arg for a in node.args.args}
    compared = any(
        isinstance(n, ast.Compare)
        and isinstance(n.left, ast.Name)
        and n.left.id in names
        and isinstance(n.comparators[0], ast.Constant)
        and isinstance(n.comparators[0].value, str)
        for n in own_nodes(node.body)
    )
    return compared and any(isinstance(n, ast.Raise) for n in own_nodes(node.body))


def _only_product(method: ast.FunctionDef, table: dict[str, str], module: Module) -> str | None:
    """The one class whose objects the method can return, when it does nothing else."""
    nodes = list(own_nodes(method.body))
    if any(isinstance(n, (ast.IfExp, ast.For, ast.While, ast.With, ast.Try)) for n in nodes):
        return None
    raised = {n.exc for n in nodes if isinstance(n, ast.Raise)}
    picked = _picked(nodes, table)
    built = {
        name
        for n in nodes
        if isinstance(n, ast.Call)
        and n not in raised
        and (name := _built(n, table, picked, module)) is not None
    }
    returned = any(isinstance(n, ast.Return) and n.value is not None for n in nodes)
    statements = [
        s
        for s in method.body
        if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant)) and not _refuses(s)
    ]
    simple = all(
        isinstance(s, (ast.Return, ast.Assign, ast.If, ast.Match, ast.Raise)) for s in statements
    )
    branches = [s for s in statements if isinstance(s, (ast.If, ast.Match))]
    if not simple or not returned or len(built) != 1 or len(statements) - len(branches) > _STEPS:
        return None
    # a branch may only make the one thing or refuse
    if any(
        isinstance(n, ast.Return) and not isinstance(n.value, (ast.Call, ast.Name)) for n in nodes
    ):
        return None
    if branches and not raised:
        return None
    return built.pop()


def _refuses(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.If)
        and not statement.orelse
        and all(isinstance(s, ast.Raise) for s in statement.body)
    )


def _picked(nodes: list[ast.AST], table: dict[str, str]) -> dict[str, str]:
    """Local names for what was taken out of a table of one."""
    found = {}
    for node in nodes:
        match node:
            case ast.Assign(
                targets=[ast.Name(id=name)],
                value=ast.Subscript(value=source)
                | ast.Call(func=ast.Attribute(attr="get", value=source)),
            ) if path_of(source).rpartition(".")[2] in table:
                found[name] = table[path_of(source).rpartition(".")[2]]
    return found


def _empty(method: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return all(isinstance(s, (ast.Pass, ast.Expr)) for s in method.body)


def _table_of_one(node: ast.ClassDef) -> dict[str, str]:
    """Class attributes that map keys to one and the same class."""
    found = {}
    for statement in node.body:
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=ast.Dict(values=[ast.Name(id=only)]))
                | ast.AnnAssign(
                    target=ast.Name(id=name), value=ast.Dict(values=[ast.Name(id=only)])
                )
            ):
                found[name] = only
    return found


def _built(
    call: ast.Call, table: dict[str, str], picked: dict[str, str], module: Module
) -> str | None:
    func = call.func
    if isinstance(func, ast.Name) and func.id in picked:
        return picked[func.id]
    if isinstance(func, ast.Subscript):
        return table.get(path_of(func.value).rpartition(".")[2])
    name = path_of(func).rpartition(".")[2]
    definition = module.definition(func) if isinstance(func, ast.Name) else None
    known = isinstance(definition, ast.ClassDef) or (
        module.qualified(func) is not None and name[:1].isupper()
    )
    return name if known else None
