"""Code written for pydantic 1 in a project that has pydantic 2.

Finds the bare ``@root_validator`` (it raises when the class is created), ``class Config`` beside
``model_config`` (likewise), ``orm_mode`` and other settings that were renamed (they are ignored),
and, as hints, ``@validator``, ``class Config`` and the methods ``dict``, ``json``, ``parse_obj``
of models, which are deprecated.

Use ``@model_validator``, ``@field_validator``, ``model_config = ConfigDict(...)`` and the methods
whose names begin with ``model_``.

Leave it when the project really runs pydantic 1: then declare that. Nothing is reported where
neither the installed nor the declared version is known, nor for ``pydantic.v1``.
"""

import ast
from collections.abc import Iterator

from packaging.version import InvalidVersion, Version

from autovet.checks.example import Example
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.domain.span import Span
from autovet.ports import Knowledge
from autovet.project.project import Project
from autovet.project.requirements import promised_versions
from autovet.source.module import Module

RULE = Rule("pydantic-v1-api", Category.FACTUAL_ACCURACY, Severity.ERROR, confidence=0.95)

_RENAMED = {
    "orm_mode": "from_attributes",
    "allow_population_by_field_name": "populate_by_name",
    "anystr_strip_whitespace": "str_strip_whitespace",
    "anystr_lower": "str_to_lower",
    "min_anystr_length": "str_min_length",
    "max_anystr_length": "str_max_length",
    "schema_extra": "json_schema_extra",
    "validate_all": "validate_default",
    "allow_mutation": "frozen",
    "keep_untouched": "ignored_types",
    "fields": "Field(alias=...)",
    "json_loads": "a custom validator",
    "smart_union": "",
    "getter_dict": "a validator with mode='before'",
    "underscore_attrs_are_private": "",
}
_METHODS = {
    "dict": "model_dump",
    "json": "model_dump_json",
    "parse_obj": "model_validate",
    "parse_raw": "model_validate_json",
    "from_orm": "model_validate",
    "construct": "model_construct",
    "schema": "model_json_schema",
    "update_forward_refs": "model_rebuild",
}
_TWO = {"dependencies": ("pydantic>=2.5",)}

BAD = (
    Example(
        """
from pydantic import BaseModel, root_validator, validator

class Span(BaseModel):
    low: int
    high: int

    @root_validator  # <--
    def ordered(cls, values):
        assert values["low"] <= values["high"]
        return values

    @validator("low")  # <--
    def positive(cls, value):
        return abs(value)
""",
        context=_TWO,
    ),
    Example(
        """
import pydantic

class Row(pydantic.BaseModel):
    id: int

    class Config:  # <--
        orm_mode = True  # <--

def encode(item):
    return Row.parse_obj(item)  # <--
""",
        context=_TWO,
    ),
)
GOOD = (
    Example(
        """
from pydantic import BaseModel, ConfigDict, field_validator, model_validator

class Span(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    low: int

    @model_validator(mode="after")
    def ordered(self):
        return self

def encode(span: Span):
    return span.model_dump()
""",
        context=_TWO,
    ),
    Example(
        """
from pydantic.v1 import BaseModel, root_validator

class Span(BaseModel):
    @root_validator
    def ordered(cls, values):
        return values
""",
        context=_TWO,
    ),
    Example(
        """
from pydantic import BaseModel, root_validator

class Span(BaseModel):
    @root_validator
    def ordered(cls, values):
        return values
""",
        context={"dependencies": ("pydantic>=1.10,<2",)},
    ),
    Example(
        """
from pydantic import BaseModel, root_validator

class Span(BaseModel):
    @root_validator(pre=True)
    def ordered(cls, values):
        return values

class Plain:
    class Config:
        orm_mode = True
""",
        context={"dependencies": ("pydantic",)},
    ),
)


def check(module: Module, project: Project, knowledge: Knowledge) -> Iterator[Finding]:
    """Report what pydantic 2 no longer understands."""
    if not any(name.startswith("pydantic") for name in _imported(module)):
        return
    if not _has_two(project, knowledge):
        return
    for owner in module.nodes(ast.ClassDef):
        yield from _validators(owner, module)
        if _is_model(owner, module):
            yield from _config(owner, module)
    for call in module.nodes(ast.Call):
        yield from _method(call, module)


def _imported(module: Module) -> Iterator[str]:
    for scope_import in module.nodes(ast.ImportFrom):
        yield scope_import.module or ""
    for plain in module.nodes(ast.Import):
        yield from (alias.name for alias in plain.names)


def _has_two(project: Project, knowledge: Knowledge) -> bool:
    text = knowledge.installed_versions(project.context.environment).get("pydantic")
    try:
        version = Version(text) if text else promised_versions(project).get("pydantic")
    except InvalidVersion:
        return False
    return version is not None and version.major >= 2


def _validators(owner: ast.ClassDef, module: Module) -> Iterator[Finding]:
    for function in owner.body:
        if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        for decorator in function.decorator_list:
            target = decorator.func if isinstance(decorator, ast.Call) else decorator
            name = module.qualified(target)
            if name in {"pydantic.root_validator", "pydantic.class_validators.root_validator"}:
                given = decorator.keywords if isinstance(decorator, ast.Call) else []
                if any(_true(k, "pre") or _true(k, "skip_on_failure") for k in given):
                    continue
                yield module.finding(
                    RULE,
                    decorator,
                    "@root_validator without pre or skip_on_failure raises in pydantic 2; use @model_validator(mode='after')",
                    evidence={"name": "pydantic.root_validator", "instead": "model_validator"},
                )
            elif name == "pydantic.validator":
                yield _hint(decorator, "@validator", "@field_validator", module)


def _true(keyword: ast.keyword, name: str) -> bool:
    return keyword.arg == name and not (
        isinstance(keyword.value, ast.Constant) and keyword.value.value is False
    )


def _is_model(owner: ast.ClassDef, module: Module) -> bool:
    current: ast.ClassDef | None = owner
    for _ in range(5):
        if current is None:
            return False
        names = [module.qualified(base) for base in current.bases]
        if any(
            n
            and n.startswith("pydantic")
            and ".v1" not in n
            and n.endswith(("BaseModel", "BaseSettings"))
            for n in names
        ):
            return True
        local = [module.definition(base) for base in current.bases]
        current = next((c for c in local if isinstance(c, ast.ClassDef) and c is not current), None)
    return False


def _config(owner: ast.ClassDef, module: Module) -> Iterator[Finding]:
    inner = [s for s in owner.body if isinstance(s, ast.ClassDef) and s.name == "Config"]
    if not inner:
        return
    targets = [t for s in owner.body if isinstance(s, ast.Assign) for t in s.targets]
    if any(isinstance(t, ast.Name) and t.id == "model_config" for t in targets):
        yield module.finding(
            RULE,
            module.header_span(inner[0]),
            "class Config and model_config together raise in pydantic 2; keep model_config alone",
            evidence={"name": "Config", "instead": "model_config"},
        )
    else:
        yield _hint(
            module.header_span(inner[0]), "class Config", "model_config = ConfigDict(...)", module
        )
    for statement in inner[0].body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            name = statement.targets[0].id
            if name in _RENAMED:
                instead = _RENAMED[name]
                yield module.finding(
                    RULE,
                    statement,
                    f"pydantic 2 ignores the setting {name}"
                    + (f"; it is called {instead} now" if instead else ""),
                    evidence={"name": name, "instead": instead},
                    severity=Severity.WARNING,
                )


def _method(call: ast.Call, module: Module) -> Iterator[Finding]:
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in _METHODS:
        return
    receiver = call.func.value
    owner = module.definition(receiver)
    if owner is None and isinstance(receiver, ast.Call):
        owner = module.definition(receiver.func)
    if isinstance(owner, ast.ClassDef) and _is_model(owner, module):
        name = call.func.attr
        yield _hint(call, f"{owner.name}.{name}", _METHODS[name], module)


def _hint(where: ast.AST | Span, what: str, instead: str, module: Module) -> Finding:
    return module.finding(
        RULE,
        where,
        f"{what} is deprecated in pydantic 2; use {instead}",
        evidence={"name": what, "instead": instead},
        severity=Severity.INFO,
    )
