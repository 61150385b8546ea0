"""Database entities: classes that an object-relational mapper ties to tables."""

import ast
from dataclasses import dataclass

from autovet.checks.vocabulary.expressions import last_name
from autovet.checks.vocabulary.project_classes import class_of_expression
from autovet.project.project import Project
from autovet.source.module import Module

_TO_ONE = frozenset({"ForeignKey", "OneToOneField"})
_TO_MANY = frozenset({"ManyToManyField"})


@dataclass(frozen=True, slots=True)
class Relation:
    """A field that leads to other entities.

    Attributes:
        many: whether it leads to several.
        mapper: ``django`` or ``sqlalchemy``.
        eager: whether the entity itself asks for it to be loaded along.
    """

    name: str
    many: bool
    mapper: str
    eager: bool = False


def is_entity(owner: ast.ClassDef, module: Module, project: Project, depth: int = 3) -> bool:
    """Whether a class is mapped to a table."""
    for statement in owner.body:
        if isinstance(statement, ast.Assign) and any(
            last_name(t) == "__tablename__" for t in statement.targets
        ):
            return not any(last_name(b) == "SQLModel" for b in owner.bases)
    for base in owner.bases:
        name = module.qualified(base) or ""
        if name == "django.db.models.Model" or ast.unparse(base) == "db.Model":
            return True
        found = class_of_expression(base, module, project)
        if found is not None and depth and is_entity(*found, project, depth - 1):
            return True
    return False


def relations_of(owner: ast.ClassDef, module: Module) -> dict[str, Relation]:
    """The relations that an entity declares, by field name."""
    found: dict[str, Relation] = {}
    for statement in owner.body:
        target = statement.targets[0] if isinstance(statement, ast.Assign) else getattr(statement, "target", None)  # fmt: skip
        value = getattr(statement, "value", None)
        if not isinstance(target, ast.Name) or not isinstance(value, ast.Call):
            continue
        name = module.qualified(value.func) or ""
        kind = last_name(value.func)
        if name.startswith("django.") and kind in _TO_ONE | _TO_MANY:
            found[target.id] = Relation(target.id, kind in _TO_MANY, "django")
        elif kind == "relationship" and (name.startswith(("sqlalchemy", "sqlmodel")) or not name):
            lazy = next((k.value for k in value.keywords if k.arg == "lazy"), None)
            eager = isinstance(lazy, ast.Constant) and lazy.value not in {"select", True, "raise"}
            annotation = getattr(statement, "annotation", None)
            many = annotation is not None and "list[" in ast.unparse(annotation).lower()
            found[target.id] = Relation(target.id, many, "sqlalchemy", eager)
    return found
