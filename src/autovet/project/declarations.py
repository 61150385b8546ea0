"""What the project declares: its dependencies, Python version and framework."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name

from autovet.domain.context import Context
from autovet.project.setuptools_files import read_setup_files
from autovet.source.module import Module

_OLDEST, _NEWEST = 6, 20
# groups that whoever runs the code does not install
_DEVELOPMENT = re.compile(
    r"(^|[_/-])(dev|develop|development|tests?|testing|lint|linting|docs?|typing|types|qa|ci)([_./-]|$)"
)


@dataclass(frozen=True, slots=True)
class Declarations:
    """What the project says about itself.

    Attributes:
        dependencies: normalised names of all declared distributions, optional and development
            groups included; None when the project declares none anywhere.
        runtime: the normalised names needed at run time alone; None likewise.
        python: the oldest supported version, such as ``(3, 11)``; None when not declared.
        framework: as the caller named it, in lower case.
        development: the normalised names that only groups for development and tests name.
    """

    dependencies: frozenset[str] | None
    runtime: frozenset[str] | None
    python: tuple[int, int] | None
    framework: str | None
    development: frozenset[str] = frozenset()


def declarations_of(
    context: Context,
    pyproject: Mapping[str, Any],
    texts: Mapping[str, str],
    setup: Module | None = None,
) -> Declarations:
    """Read the declarations from the context, ``pyproject.toml``, requirements and setup files."""
    older = read_setup_files(texts, setup)
    project = _table(pyproject, "project")
    poetry = _table(_table(pyproject, "tool"), "poetry")
    runtime = [*(context.dependencies or ()), *_strings(project.get("dependencies"))]
    runtime += [name for name in _table(poetry, "dependencies") if name != "python"]
    runtime += _requirement_lines(texts.get("requirements.txt", ""))
    runtime += older.runtime or ()
    declared = (
        older.runtime is not None
        or context.dependencies is not None
        or "dependencies" in project
        or "dependencies" in poetry
        or "requirements.txt" in texts
    )
    groups = [(name, line) for name, line in _optional(pyproject, project, poetry)]
    groups += [("extra", line) for line in older.further]
    groups += [("dev", line) for line in older.development]
    for path, text in texts.items():
        if re.fullmatch(r"(requirements/)?[\w-]*requirements?[\w-]*\.(txt|in)", path):
            groups += [(path, line) for line in _requirement_lines(text)]
    required = frozenset(filter(None, map(_name, runtime)))
    for_users = frozenset(_name(line) for group, line in groups if not _DEVELOPMENT.search(group))
    further = frozenset(filter(None, (_name(line) for _, line in groups)))
    return Declarations(
        dependencies=required | further if declared else None,
        runtime=required if declared else None,
        python=_oldest_python(context, project, poetry, older.python),
        framework=context.framework.lower() if context.framework else None,
        development=further - required - for_users if declared else frozenset(),
    )


def _optional(
    pyproject: Mapping[str, Any], project: Mapping[str, Any], poetry: Mapping[str, Any]
) -> Iterable[tuple[str, str]]:
    """Every requirement of a group, with the name of its group."""
    for table in (
        _table(project, "optional-dependencies"),
        _table(pyproject, "dependency-groups"),
    ):
        for name, group in table.items():
            yield from ((name, line) for line in _strings(group))
    for name, group in _table(poetry, "group").items():
        if isinstance(group, Mapping):
            yield from ((name, line) for line in _table(group, "dependencies"))
    yield from (("dev", line) for line in _table(poetry, "dev-dependencies"))


def _requirement_lines(text: str) -> list[str]:
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("-")]


def _name(requirement: str) -> str:
    try:
        return canonicalize_name(Requirement(requirement).name)
    except InvalidRequirement:
        match = re.match(r"[A-Za-z0-9][\w.-]*", requirement)
        return canonicalize_name(match.group()) if match else ""


def _oldest_python(
    context: Context, project: Mapping[str, Any], poetry: Mapping[str, Any], older: str | None
) -> tuple[int, int] | None:
    if context.python and (match := re.fullmatch(r"3\.(\d+)(\.\d+)?", context.python)):
        return (3, int(match[1]))
    wanted = project.get("requires-python") or _table(poetry, "dependencies").get("python")
    wanted = wanted or older
    if not isinstance(wanted, str):
        return None
    try:
        allowed = SpecifierSet(re.sub(r"\^\s*(3[\d.]*)", r">=\1,<4", wanted))
    except InvalidSpecifier:
        return None
    versions = (minor for minor in range(_OLDEST, _NEWEST) if allowed.contains(f"3.{minor}.99"))
    oldest = next(versions, None)
    return None if oldest is None else (3, oldest)


def _table(mapping: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = mapping.get(key)
    return value if isinstance(value, Mapping) else {}


def _strings(value: object) -> list[str]:
    return [v for v in value if isinstance(v, str)] if isinstance(value, list) else []
