"""A model of a remote answer does not agree with the interface document.

Finds pydantic models, dataclasses and typed dictionaries that bear the name of a schema of
``context.openapi`` and demand fields that the schema does not have, give them another
type, or demand what the schema leaves out or allows to be null. Valid answers then fail to
parse, in production, for the first client that gets one.

Name and type the fields as the document does; make optional what it does not require.

Leave it when the class only shares the name with the schema.
"""

import ast
import json
from collections.abc import Iterator, Mapping
from typing import Any

from autovet.checks.example import Example
from autovet.checks.vocabulary.annotations import annotated_type
from autovet.checks.vocabulary.expressions import last_name
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("response-schema-mismatch", Category.INTEGRATION, confidence=0.9)

_DOCUMENT = {
    "components": {
        "schemas": {
            "Animal": {
                "type": "object",
                "required": ["name", "age_months"],
                "properties": {
                    "name": {"type": "string"},
                    "age_months": {"type": "integer"},
                    "cage": {"type": ["string", "null"]},
                    "tags": {"type": "array"},
                },
            }
        }
    }
}

BAD = (
    Example(
        """
from pydantic import BaseModel

class Animal(BaseModel):
    name: str
    age: int  # <--
""",
        context={"openapi": _DOCUMENT},
    ),
    Example(
        """
from dataclasses import dataclass

@dataclass
class AnimalResponse:
    name: str
    age_months: str  # <--
    cage: str  # <--
""",
        context={"openapi": _DOCUMENT},
    ),
)

GOOD = (
    Example(
        """
from pydantic import BaseModel, Field

class Animal(BaseModel):
    name: str
    age: int = Field(alias="age_months")
    cage: str | None = None
    tags: list[str] = []
    loaded_at: float = 0.0

class Keeper(BaseModel):
    nickname: str
""",
        context={"openapi": _DOCUMENT},
    ),
    """
from pydantic import BaseModel

class Animal(BaseModel):
    anything: int
""",
)

_SUFFIXES = ("Response", "Schema", "Model", "Out", "DTO", "Dto", "Read", "Payload", "Data")
_MODELS = frozenset({"pydantic.BaseModel", "typing.TypedDict", "typing_extensions.TypedDict", "sqlmodel.SQLModel", "msgspec.Struct"})  # fmt: skip
# what a class of the given name can be read from, of JSON's types
_READABLE = {
    "builtins.str": {"string"},
    "builtins.int": {"integer"},
    "builtins.float": {"number", "integer"},
    "builtins.bool": {"boolean"},
    "builtins.list": {"array"},
    "typing.List": {"array"},
    "builtins.set": {"array"},
    "builtins.tuple": {"array"},
    "builtins.dict": {"object"},
    "typing.Dict": {"object"},
    "decimal.Decimal": {"number", "integer", "string"},
    "datetime.datetime": {"string", "integer", "number"},
    "datetime.date": {"string"},
    "uuid.UUID": {"string"},
}


def check(owner: ast.ClassDef, module: Module, project: Project) -> Iterator[Finding]:
    """Report fields that no valid answer can fill."""
    if project.context.openapi is None or not _is_model(owner, module):
        return
    schemas = _schemas(project.context.openapi)
    schema = _schema_for(owner.name, schemas)
    if schema is None or any(_names_aliases(s) for s in owner.body):
        return
    properties = schema.get("properties")
    if not isinstance(properties, Mapping) or not properties:
        return
    required = schema.get("required") or []
    for field in (s for s in owner.body if isinstance(s, ast.AnnAssign)):
        problem = _problem(field, properties, required, schemas, module)
        if problem:
            yield module.finding(
                RULE,
                field,
                f"{owner.name}.{_name(field)} {problem}, so valid answers cannot be parsed; follow the "
                "schema",
                evidence={"schema": owner.name, "properties": sorted(properties)},
            )


def _problem(
    field: ast.AnnAssign,
    properties: Mapping[str, Any],
    required: list[str],
    schemas: Mapping[str, Any],
    module: Module,
) -> str:
    name = _name(field)
    if not name or name.startswith("_") or last_name(getattr(field.annotation, "value", field.annotation)) == "ClassVar":  # fmt: skip
        return ""
    name = _alias(field.value) or name
    if name not in properties:
        if field.value is not None and not _demanded(field.value):
            return ""
        return f"demands {name!r}, which the schema does not have"
    schema = _resolved(properties[name], schemas)
    given = schema.get("type")
    types = set(given) if isinstance(given, list) else {given} if isinstance(given, str) else set()
    nullable = "null" in types or schema.get("nullable") is True
    types.discard("null")
    optional = _accepts_none(field.annotation, module)
    if field.value is None and name not in required and not optional:
        return f"is demanded although the schema does not require {name!r}"
    if nullable and not optional:
        return f"does not accept null, which the schema allows for {name!r}"
    kind = annotated_type(field.annotation, module)
    readable = _READABLE.get(kind or "")
    if readable and types and not types & readable and not schema.get("enum"):
        return f"is {(kind or '').removeprefix('builtins.')} although the schema says {'/'.join(sorted(types))}"
    return ""


def _is_model(owner: ast.ClassDef, module: Module) -> bool:
    if any(module.qualified(b) in _MODELS for b in owner.bases):
        return True
    decorators = [d.func if isinstance(d, ast.Call) else d for d in owner.decorator_list]
    return any(module.qualified(d) == "dataclasses.dataclass" for d in decorators)


def _schemas(document: Mapping[str, Any] | str) -> Mapping[str, Any]:
    if isinstance(document, str):
        try:
            document = json.loads(document)
        except ValueError:
            return {}
    if not isinstance(document, Mapping):
        return {}
    components = document.get("components") or {}
    found = components.get("schemas") or document.get("definitions") or {}
    return found if isinstance(found, Mapping) else {}


def _schema_for(name: str, schemas: Mapping[str, Any]) -> Mapping[str, Any] | None:
    for suffix in ("", *_SUFFIXES):
        base = name.removesuffix(suffix)
        if (not suffix or base != name) and isinstance(schemas.get(base), Mapping):
            found: Mapping[str, Any] = schemas[base]
            return None if {"allOf", "oneOf", "anyOf"} & set(found) else found
    return None


def _resolved(schema: object, schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    if isinstance(schema, Mapping) and isinstance(schema.get("$ref"), str):
        schema = schemas.get(schema["$ref"].rpartition("/")[2])
    return schema if isinstance(schema, Mapping) else {}


def _name(field: ast.AnnAssign) -> str:
    return field.target.id if isinstance(field.target, ast.Name) else ""


def _alias(value: ast.expr | None) -> str:
    if isinstance(value, ast.Call):
        for keyword in value.keywords:
            if keyword.arg in {"validation_alias", "alias", "name"} and isinstance(
                keyword.value, ast.Constant
            ):
                return str(keyword.value.value)
    return ""


def _demanded(value: ast.expr) -> bool:
    """Whether ``Field(...)`` gives the field no default after all."""
    if not isinstance(value, ast.Call) or last_name(value.func).lower() != "field":
        return False
    if any(k.arg in {"default", "default_factory", "init"} for k in value.keywords):
        return False
    return not value.args or (
        isinstance(value.args[0], ast.Constant) and value.args[0].value is Ellipsis
    )


def _names_aliases(statement: ast.stmt) -> bool:
    """Whether the class translates its field names as a whole."""
    return any(
        isinstance(n, (ast.keyword, ast.Name))
        and getattr(n, "arg", getattr(n, "id", "")) == "alias_generator"
        for n in ast.walk(statement)
    )


def _accepts_none(annotation: ast.expr, module: Module) -> bool:
    for node in ast.walk(annotation):
        if isinstance(node, ast.Constant) and node.value is None:
            return True
        if last_name(node) in {"Optional", "Any", "NotRequired", "object"}:
            return True
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "None" in node.value:
            return True
        if isinstance(node, ast.Name) and (alias := module.assigned(node)) is not None:
            return any(isinstance(n, ast.Constant) and n.value is None for n in ast.walk(alias))
    return False
