"""Subclasses that differ in nothing but the values of the same attributes.

Finds three or more classes that derive from one class of the same file and hold nothing but literals
for the same attributes, and whose objects are never told apart by their class.

They are rows of a table written as types: every new row is a class, and nothing can be added, listed
or loaded without changing code.

Write one dataclass, or a mapping, with one entry for each. Exceptions, enumerations, and classes that
a framework reads are left alone.
"""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.expressions import last_name
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.span import Span
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("subclass-per-row", Category.PRACTICALITY, confidence=0.85)

_FEWEST = 3
_FEWEST_FIELDS = 2

BAD = (
    """
class Paper:  # <--
    width = 0
    height = 0

class Letter(Paper):
    width = 216
    height = 279

class Legal(Paper):
    width = 216
    height = 356

class Ledger(Paper):
    width = 279
    height = 432

SIZES = {"letter": Letter, "legal": Legal, "ledger": Ledger}
""",
    """
class Rate:  # <--
    name: str
    percent: int

    def of(self, price):
        return price * self.percent / 100

class Full(Rate):
    name = "full"
    percent = 19

class Half(Rate):
    name = "half"
    percent = 7

class Free(Rate):
    name = "free"
    percent = 0

RATES = [Full(), Half(), Free()]
""",
)

GOOD = (
    """
class ShopError(Exception):
    code = 0
    text = ""

class Lost(ShopError):
    code = 1
    text = "lost"

class Broken(ShopError):
    code = 2
    text = "broken"

class Late(ShopError):
    code = 3
    text = "late"
""",
    """
class Paper:
    width = 0
    height = 0

class Letter(Paper):
    width = 216
    height = 279

class Legal(Paper):
    width = 216
    height = 356

class Roll(Paper):
    width = 100
    height = 0

    def cut(self, height):
        self.height = height

def is_letter(paper):
    return isinstance(paper, Letter)
""",
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report from the base to the last of its rows."""
    classes = module.nodes(ast.ClassDef)
    if len(classes) <= _FEWEST or module.is_test:
        return
    for base in classes:
        if any(last_name(b) not in {"ABC", "object"} for b in base.bases) or base.keywords:
            continue
        children = [c for c in classes if [last_name(b) for b in c.bases] == [base.name]]
        if len(children) < _FEWEST or not isinstance(module.parent(base), ast.Module):
            continue
        fields = [_fields(c) for c in children]
        if (
            fields[0] is None
            or len(fields[0]) < _FEWEST_FIELDS
            or any(f != fields[0] for f in fields)
        ):
            continue
        names = {c.name for c in children}
        if _told_apart(names, module) or any(_told_apart(names, m) for m in project.others()):
            continue
        start, end = module.header_span(base), module.span(children[-1])
        yield module.finding(
            RULE,
            Span(start.line, start.column, end.end_line, end.end_column),
            f"{len(children)} subclasses of {base.name} differ only in {', '.join(sorted(fields[0]))}: write them as rows",
            evidence={"classes": sorted(names), "fields": sorted(fields[0])},
        )


def _fields(node: ast.ClassDef) -> frozenset[str] | None:
    """The names to which a class body gives literals; None when it does anything else."""
    if node.decorator_list or node.keywords:
        return None
    found = set()
    for statement in node.body:
        match statement:
            case ast.Pass() | ast.Expr(value=ast.Constant()):
                continue
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ) if _is_literal(value) and not name.startswith("__"):
                found.add(name)
            case _:
                return None
    return frozenset(found)


def _is_literal(value: ast.expr) -> bool:
    plain = (ast.Constant, ast.Tuple, ast.List, ast.Dict, ast.Set, ast.UnaryOp, ast.USub, ast.Load)
    return all(isinstance(n, plain) for n in ast.walk(value))


def _told_apart(names: set[str], module: Module) -> bool:
    """Whether a class among these is asked for, caught, derived from or annotated with."""
    for plain in module.nodes(ast.Name):
        if plain.id not in names or not isinstance(plain.ctx, ast.Load):
            continue
        parent = module.parent(plain)
        if isinstance(
            parent, ast.ClassDef | ast.ExceptHandler | ast.arg | ast.AnnAssign | ast.Compare
        ):
            return True
        if isinstance(parent, ast.Call) and plain in parent.args:
            return True
        if isinstance(parent, (ast.FunctionDef, ast.MatchClass)):
            return True
    return False
