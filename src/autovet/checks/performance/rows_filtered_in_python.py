"""All rows of a table are fetched, and most of them thrown away in Python.

Finds comprehensions and loops over a query without a condition (``Model.objects.all()``,
``session.scalars(select(Model))``, ``session.query(Model).all()``) that keep only the rows whose
fields compare with something.

The whole table travels and becomes objects for the few rows that are wanted; its index does not help.

Let the database choose: ``filter(...)``, ``where(...)``. Leave it when the condition is one that the
database cannot ask, or all rows are used as well.
"""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.expressions import last_name, names_in
from autovet.checks.vocabulary.project_classes import class_of_expression, methods_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("rows-filtered-in-python", Category.PERFORMANCE, confidence=0.8)

BAD = (
    """
from zoo.models import Animal

def hungry():
    return [animal.name for animal in Animal.objects.all() if animal.hungry]  # <--
""",
    """
from sqlalchemy import select
from zoo.models import Animal

def of_keeper(session, keeper):
    animals = session.scalars(select(Animal)).all()
    found = []
    for animal in animals:  # <--
        if animal.keeper_id == keeper.id:
            found.append(animal)
    return found

def heavy(session, limit):
    return [a for a in session.query(Animal).all() if a.weight > limit]  # <--
""",
)

GOOD = (
    """
from zoo.models import Animal

def hungry():
    return [animal.name for animal in Animal.objects.filter(hungry=True)]

def near(place):
    return [a for a in Animal.objects.all() if a.distance_to(place) < 10]

def of_zoo(zoo):
    return [a for a in Animal.objects.filter(zoo=zoo) if a.hungry]
""",
    """
from sqlalchemy import select
from zoo.models import Animal

def both(session):
    animals = session.scalars(select(Animal)).all()
    return len(animals), [a for a in animals if a.hungry]

def marked(session):
    for animal in session.scalars(select(Animal)):
        if animal.weight > 10:
            animal.heavy = True
        print(animal.name)
""",
)

_STEPS = 8
_BOUND_AND_READ = 2


def check(
    loop: ast.For | ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp,
    module: Module,
    project: Project,
) -> Iterator[Finding]:
    """Report the loop that throws rows away."""
    if module.is_test:
        return
    if isinstance(loop, ast.For):
        target, iterable, tests = loop.target, loop.iter, _tests_of(loop)
    else:
        generator = loop.generators[0]
        target, iterable, tests = generator.target, generator.iter, generator.ifs
    if not tests or not isinstance(target, ast.Name):
        return
    model = _all_rows_of(iterable, module)
    if model is None or not _is_used_once(iterable, module):
        return
    found = class_of_expression(model, module, project)
    computed = set(methods_of(found[0])) if found else set[str]()
    if all(_database_could(test, target.id, computed) for test in tests):
        yield module.finding(
            RULE,
            module.span(loop) if not isinstance(loop, ast.For) else module.span(loop.iter),
            f"all rows of {ast.unparse(model)} are fetched and most of them thrown away here; let the "
            "database choose them with a condition in the query",
            evidence={"model": ast.unparse(model), "condition": [module.segment(t) for t in tests]},
        )


def _tests_of(loop: ast.For) -> list[ast.expr]:
    """The condition that the whole body hangs on."""
    match loop.body:
        case [ast.If(test=test, orelse=[])]:
            return [test]
        case [ast.If(test=test, body=[ast.Continue()], orelse=[]), *_]:
            return [test]
    return []


def _all_rows_of(iterable: ast.expr, module: Module) -> ast.expr | None:
    """The model whose rows a query gives, all of them; None for other things and narrower queries."""
    node: ast.expr | None = iterable
    for _ in range(_STEPS):
        match node:
            case ast.Name():
                node = module.assigned(node)
            case ast.Await(value=value):
                node = value
            case ast.Call(func=ast.Attribute(attr="all", value=ast.Attribute(attr="objects", value=model)), args=[]):  # fmt: skip
                return model
            case ast.Call(func=ast.Attribute(attr="all" | "scalars" | "unique" | "iterator" | "fetchall", value=value), args=[]):  # fmt: skip
                node = value
            case ast.Call(func=ast.Attribute(attr="scalars" | "execute" | "exec"), args=[query]):
                node = query
            case ast.Call(
                func=ast.Attribute(attr="query"), args=[ast.Name() as model], keywords=[]
            ):
                return model if model.id[:1].isupper() else None
            case ast.Call(func=func, args=[ast.Name() as model], keywords=[]) if (
                last_name(func) == "select"
            ):
                name = module.qualified(func) or ""
                return model if name.startswith(("sqlalchemy", "sqlmodel")) else None
            case _:
                return None
    return None


def _is_used_once(iterable: ast.expr, module: Module) -> bool:
    if not isinstance(iterable, ast.Name):
        return True
    function = module.function_of(iterable)
    return function is not None and (
        sum(isinstance(n, ast.Name) and n.id == iterable.id for n in ast.walk(function))
        == _BOUND_AND_READ
    )


def _database_could(test: ast.expr, row: str, computed: set[str]) -> bool:
    """Whether a condition compares fields of the row with values that do not depend on it."""
    match test:
        case ast.BoolOp(values=values):
            return all(_database_could(v, row, computed) for v in values)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _database_could(operand, row, computed)
        case ast.Attribute():
            return _is_field(test, row, computed)
        case ast.Compare(left=left, comparators=[right]):
            sides = [left, right]
            fields = [s for s in sides if _is_field(s, row, computed)]
            return bool(fields) and all(s in fields or row not in names_in(s) for s in sides)
    return False


def _is_field(node: ast.expr, row: str, computed: set[str]) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == row
        and node.attr not in computed
    )
