"""A relation of an entity is loaded anew for every row of a query.

Finds loops over Django querysets and SQLAlchemy results that touch a relation of each row
(``post.author.name``, ``order.lines.all()``), directly or in a function of the module, though the query
does not load the relation along. Each access is a query of its own: a page of 50 rows sends 101.

Load it with the query: ``select_related`` and ``prefetch_related`` in Django, ``selectinload`` or
``joinedload`` in SQLAlchemy.

Leave it when the query yields a row or two.
"""

import ast
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.checks.vocabulary.entities import Relation, is_entity, relations_of
from autovet.checks.vocabulary.expressions import last_name
from autovet.checks.vocabulary.local_calls import called_function
from autovet.checks.vocabulary.project_classes import class_of_expression
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.span import Span
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("lazy-relation-in-loop", Category.PERFORMANCE, confidence=0.85)

_DJANGO = """
from django.db import models

class Keeper(models.Model):
    name = models.TextField()

class Cage(models.Model):
    keeper = models.ForeignKey(Keeper, on_delete=models.CASCADE)
    tools = models.ManyToManyField("Tool")
"""
_SQLALCHEMY = """
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

class Base(DeclarativeBase):
    pass

class Cage(Base):
    __tablename__ = "cages"
    id: Mapped[int] = mapped_column(primary_key=True)
    keeper: Mapped["Keeper"] = relationship()
"""

BAD = (
    Example(
        """
from zoo.models import Cage

def keepers():
    cages = Cage.objects.filter(empty=False)  # <--
    return [cage.keeper.name for cage in cages]
""",
        files={"zoo/models.py": _DJANGO},
    ),
    Example(
        """
from zoo.models import Cage

def row(cage):
    return cage.pk, [tool.name for tool in cage.tools.all()]

def table():
    for cage in Cage.objects.all():  # <--
        yield row(cage)
""",
        files={"zoo/models.py": _DJANGO},
    ),
    Example(
        """
from sqlalchemy import select
from zoo.models import Cage

def keepers(session):
    names = []
    for cage in session.scalars(select(Cage).where(Cage.id > 10)):  # <--
        names.append(cage.keeper.name)
    return names
""",
        files={"zoo/models.py": _SQLALCHEMY},
    ),
)

GOOD = (
    Example(
        """
from zoo.models import Cage

def keepers():
    cages = Cage.objects.select_related("keeper").prefetch_related("tools")
    return [(cage.keeper.name, list(cage.tools.all())) for cage in cages]

def numbers():
    return [cage.keeper_id for cage in Cage.objects.all()]
""",
        files={"zoo/models.py": _DJANGO},
    ),
    Example(
        """
from sqlalchemy import select
from sqlalchemy.orm import selectinload
from zoo.models import Cage

def keepers(session):
    query = select(Cage).options(selectinload(Cage.keeper))
    return [cage.keeper.name for cage in session.scalars(query)]
""",
        files={"zoo/models.py": _SQLALCHEMY},
    ),
)

_LOADING = frozenset(
    {"select_related", "prefetch_related", "options", "values", "values_list", "only"}
)
_STEPS = 10


def check(loop: ast.For | ast.comprehension, module: Module, project: Project) -> Iterator[Finding]:
    """Report queries whose rows' relations are loaded one by one."""
    if not isinstance(loop.target, ast.Name) or module.is_test:
        return
    query = _Query.behind(loop.iter, module)
    if query is None:
        return
    found = class_of_expression(query.model, module, project)
    if found is None or not is_entity(found[0], found[1], project):
        return
    relations = {
        n: r for n, r in relations_of(*found).items() if not r.eager and n not in query.loaded
    }
    if not relations or query.loads_unknown:
        return
    body: list[ast.AST] = (
        list(loop.body) if isinstance(loop, ast.For) else [module.parent(loop) or loop]
    )
    touched = _touched(loop.target.id, body, relations, module)
    if touched:
        names = ", ".join(sorted(touched))
        django = any(relations[name].mapper == "django" for name in touched)
        how = (
            "select_related() or prefetch_related()" if django else "selectinload() or joinedload()"
        )
        yield module.finding(
            RULE,
            _from_query_to_use(query.place, touched, loop, module),
            f"every row of this query loads {names} with another query; load it along with {how}",
            evidence={
                "model": found[0].name,
                "relations": sorted(touched),
                "lines": sorted(touched.values()),
            },
        )


def _from_query_to_use(
    query: ast.expr, touched: dict[str, int], loop: ast.For | ast.comprehension, module: Module
) -> Span:
    """The query and, where it follows in the same function, the loop that loads the rest."""
    span = module.span(query)
    last = max(touched.values())
    ends = module.span(loop if isinstance(loop, ast.For) else module.parent(loop) or loop).end_line
    if (
        module.function_of(query) is not module.function_of(loop)
        or not span.end_line < last <= ends
    ):
        return span
    return Span(span.line, span.column, last, 1 + len(module.lines.line(last)))


class _Query:
    """The query whose rows a loop goes over: its model and what it loads along."""

    def __init__(self, model: ast.expr, place: ast.expr, used: list[ast.Call]) -> None:
        self.model = model
        self.place = place
        loading = [c for c in used if last_name(c.func) in _LOADING]
        texts = [
            n.value
            for c in loading
            for n in ast.walk(c)
            if isinstance(n, ast.Constant) and isinstance(n.value, str)
        ]
        named = [n.attr for c in loading for n in ast.walk(c) if isinstance(n, ast.Attribute)]
        self.loaded = {part for text in texts for part in text.split("__")[:1]} | set(named)
        self.loads_unknown = any(
            last_name(c.func) in {"values", "values_list"}
            or not (c.args or c.keywords)
            or any(isinstance(a, (ast.Starred, ast.Name)) for a in c.args)
            for c in loading
        )

    @classmethod
    def behind(cls, iterable: ast.expr, module: Module) -> "_Query | None":
        """Follow names, pagination and result methods back to the model."""
        used: list[ast.Call] = []
        place = node = iterable
        for _ in range(_STEPS * 2):
            match node:
                case ast.Await(value=value) | ast.Subscript(value=value):
                    node = value
                case ast.Name():
                    assigned = module.assigned(node)
                    if assigned is None:
                        return None
                    node = place = assigned
                case ast.Attribute(attr="objects" | "_default_manager", value=model):
                    return cls(model, place, used)
                case ast.Attribute(value=value):
                    node = value
                case ast.Call(func=func, args=args):
                    name = last_name(func)
                    used.append(node)
                    if name in {"select", "query"} and args:
                        return cls(args[0], place, used)
                    if name in {"scalars", "exec", "execute", "Paginator", "list", "enumerate", "tuple", "sorted", "iter"}:  # fmt: skip
                        if not args:
                            node = func.value if isinstance(func, ast.Attribute) else func
                        else:
                            node = args[0]
                    elif isinstance(func, ast.Attribute):
                        node = func.value
                    else:
                        return None
                case _:
                    return None
        return None


def _touched(
    row: str, body: list[ast.AST], relations: dict[str, Relation], module: Module
) -> dict[str, int]:
    """Relation to the line that touches it, in the loop's body or a function that gets the row."""
    found: dict[str, int] = {}
    for piece in body:
        for node in ast.walk(piece):
            if isinstance(node, ast.Attribute) and node.attr in relations:
                if isinstance(node.value, ast.Name) and node.value.id == row and _loads(node, relations, module):  # fmt: skip
                    found[node.attr] = node.lineno
            elif isinstance(node, ast.Call):
                function = called_function(node, module)
                names = [a.arg for a in function.args.args if a.arg not in {"self", "cls"}] if function else []  # fmt: skip
                for name, argument in zip(names, node.args, strict=False):
                    if function and isinstance(argument, ast.Name) and argument.id == row:
                        found |= _direct(name, function, relations, module)
    return found


def _direct(
    row: str, function: ast.AST, relations: dict[str, Relation], module: Module
) -> dict[str, int]:
    return {
        node.attr: node.lineno
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute)
        and node.attr in relations
        and isinstance(node.value, ast.Name)
        and node.value.id == row
        and _loads(node, relations, module)
    }


def _loads(access: ast.Attribute, relations: dict[str, Relation], module: Module) -> bool:
    """Whether the access reads the related entity rather than its key."""
    parent = module.parent(access)
    relation = relations[access.attr]
    if relation.mapper == "django":
        return isinstance(parent, ast.Attribute) and parent.attr not in {"pk", "id"}
    return isinstance(access.ctx, ast.Load)
