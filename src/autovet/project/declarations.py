"""What the project declares: its dependencies, Python version and framework."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name

from autovet.domain.context import Context

_OLDEST, _NEWEST = 6, 20


@dataclass(frozen=True, slots=True)
class Declarations:
    """What the project says about itself.

    Attributes:
        dependencies: normalised names of all declared distributions, optional and development
            groups included; None when the project declares none anywhere.
        runtime: the normalised names needed at run time alone; None likewise.
        python: the oldest supported version, such as ``(3, 11)``; None when not declared.
        framework: as the caller named it, in lower case.
    """

    dependencies: frozenset[str] | None
    runtime: frozenset[str] | None
    python: tuple[int, int] | None
    framework: str | None


def declarations_of(
    context: Context, pyproject: Mapping[str, Any], texts: Mapping[str, str]
) -> Declarations:
    """Read the declarations from the context, ``pyproject.toml`` and requirements files."""
    project = _table(pyproject, "project")
    poetry = _table(_table(pyproject, "tool"), "poetry")
    runtime = [*(context.dependencies or ()), *_strings(project.get("dependencies"))]
    runtime += [name for name in _table(poetry, "dependencies") if name != "python"]
    runtime += _requirement_lines(texts.get("requirements.txt", ""))
    declared = (
        context.dependencies is not None
        or "dependencies" in project
        or "dependencies" in poetry
        or "requirements.txt" in texts
    )
    further = [*_optional(pyproject, project, poetry)]
    for path, text in texts.items():
        if re.fullmatch(r"(requirements/)?[\w-]*requirements?[\w-]*\.(txt|in)", path):
            further += _requirement_lines(text)
    required = frozenset(filter(None, map(_name, runtime)))
    return Declarations(
        dependencies=required | frozenset(filter(None, map(_name, further))) if declared else None,
        runtime=required if declared else None,
        python=_oldest_python(context, project, poetry),
        framework=context.framework.lower() if context.framework else None,
    )


def _optional(
    pyproject: Mapping[str, Any], project: Mapping[str, Any], poetry: Mapping[str, Any]
) -> Iterable[str]:
    for group in _table(project, "optional-dependencies").values():
        yield from _strings(group)
    for group in _table(pyproject, "dependency-groups").values():
        yield from _strings(group)
    for group in _table(poetry, "group").values():
        if isinstance(group, Mapping):
            yield from _table(group, "dependencies")
    yield from _table(poetry, "dev-dependencies")


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
    context: Context, project: Mapping[str, Any], poetry: Mapping[str, Any]
) -> tuple[int, int] | None:
    if context.python and (match := re.fullmatch(r"3\.(\d+)(\.\d+)?", context.python)):
        return (3, int(match[1]))
    wanted = project.get("requires-python") or _table(poetry, "dependencies").get("python")
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
