"""A chain of classes that only collects the fields of one record.

Finds three or more classes in one line of inheritance, each with fields alone, where every base
has just the next class below it and is used nowhere else.

To learn what a record holds one has to climb the chain; the order of the fields follows from the
hierarchy, and none of the steps is ever used for itself.

Write one class with all fields. Leave a base that several records share, that adds behaviour, or
that functions accept as a type.
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

RULE = Rule("deep-data-inheritance", Category.PRACTICALITY, confidence=0.88)

_TOO_LONG = 3

BAD = (
    """
from dataclasses import dataclass

@dataclass
class Dated:  # <--
    day: str

@dataclass
class Priced(Dated):
    price: int

@dataclass
class Sale(Priced):
    customer: str

    def text(self) -> str:
        return f"{self.day}: {self.price}"
""",
    """
from pydantic import BaseModel

class Base(BaseModel):  # <--
    id: int

class Titled(Base):
    title: str

class Tagged(Titled):
    tags: list[str]

class Post(Tagged):
    text: str
""",
)

GOOD = (
    """
from dataclasses import dataclass

@dataclass
class Dated:
    day: str

@dataclass
class Priced(Dated):
    price: int

@dataclass
class Sale(Priced):
    customer: str

@dataclass
class Refund(Priced):
    reason: str
""",
    """
from dataclasses import dataclass

@dataclass
class Dated:
    day: str

@dataclass
class Priced(Dated):
    price: int

@dataclass
class Sale(Priced):
    customer: str

def total(items: list[Priced]) -> int:
    return sum(item.price for item in items)

class AppError(Exception):
    code: int

class FeedError(AppError):
    feed: str

class LineError(FeedError):
    line: int
""",
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Follow each line of inheritance from its top."""
    classes = {c.name: c for c in module.nodes(ast.ClassDef)}
    if len(classes) < _TOO_LONG:
        return
    children: dict[str, list[str]] = {}
    for node in classes.values():
        for base in node.bases:
            children.setdefault(last_name(base), []).append(node.name)
    for name, node in classes.items():
        if (
            not _only_fields(node)
            or any(last_name(b) in classes for b in node.bases)
            or _is_error(node)
        ):
            continue
        chain = [name]
        while len(below := children.get(chain[-1], [])) == 1 and below[0] not in chain:
            chain.append(below[0])
            if not _only_fields(classes[chain[-1]]):
                break
        if below and len(below) > 1 and below[0] not in chain:
            chain = chain[:-1]  # several share the last one
        steps = chain[:-1]
        if len(chain) < _TOO_LONG or not all(_only_fields(classes[s]) for s in steps):
            continue
        if _used_elsewhere(steps, module) or any(
            _used_elsewhere(steps, other) for other in project.others()
        ):
            continue
        start, end = module.header_span(node), module.span(classes[chain[-1]])
        yield module.finding(
            RULE,
            Span(start.line, start.column, end.end_line, end.end_column),
            f"{len(chain)} classes in a row ({', '.join(chain)}) only collect the fields of {chain[-1]}: write one",
            evidence={"chain": chain},
        )


def _only_fields(node: ast.ClassDef) -> bool:
    """Annotated fields and documentation, and at least one field."""
    fields = [s for s in node.body if isinstance(s, ast.AnnAssign)]
    rest = [s for s in node.body if s not in fields]
    plain = all(
        isinstance(s, ast.Pass) or (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))
        for s in rest
    )
    return (bool(fields) and plain and len(node.bases) <= 1) or _inits_only(node)


def _inits_only(node: ast.ClassDef) -> bool:
    """The old form: an ``__init__`` that only stores its arguments."""
    methods = [
        s for s in node.body if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))
    ]
    if (
        len(methods) != 1
        or not isinstance(methods[0], ast.FunctionDef)
        or methods[0].name != "__init__"
    ):
        return False
    return len(node.bases) <= 1 and all(
        (
            isinstance(s, ast.Assign)
            and isinstance(s.targets[0], ast.Attribute)
            and isinstance(s.value, ast.Name)
        )
        or (isinstance(s, ast.Expr) and isinstance(s.value, (ast.Call, ast.Constant)))
        for s in methods[0].body
    )


def _is_error(node: ast.ClassDef) -> bool:
    return any(last_name(b).endswith(("Error", "Exception", "Warning")) for b in node.bases)


def _used_elsewhere(names: list[str], module: Module) -> bool:
    """Whether a class of the chain serves for anything but being inherited from."""
    uses: list[ast.Name | ast.Attribute] = [*module.nodes(ast.Name), *module.nodes(ast.Attribute)]
    for node in uses:
        if last_name(node) in names and not isinstance(node.ctx, ast.Store):
            parent = module.parent(node)
            if not (isinstance(parent, ast.ClassDef) and node in parent.bases):
                return True
    return any(isinstance(n.value, str) and n.value in names for n in module.nodes(ast.Constant))
