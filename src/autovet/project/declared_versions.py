"""Which versions of its libraries a project allows: everything that it declares, together."""

import re
from collections.abc import Iterator, Mapping

from packaging.requirements import Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name

from autovet.project.project import Project
from autovet.project.requirements import requirement_texts
from autovet.project.worked_out import by_project

_LOCKS = ("uv.lock", "poetry.lock", "pdm.lock")
_REQUIREMENTS_FILE = re.compile(r"(requirements/)?[\w-]*requirements?[\w-]*\.(txt|in)")
_LOCKED = re.compile(r'^name = "([^"\n]+)"\nversion = "([^"\n]+)"$', re.MULTILINE)


@by_project
def declared_versions(project: Project) -> Mapping[str, SpecifierSet]:
    """Normalised distribution name to the versions that the project allows.

    Everything declared counts together: the context's dependencies, ``pyproject.toml`` with its
    groups, requirements files and the exact versions of a lock file. A requirement for another
    Python version than the project's does not.
    """
    python = project.declarations.python
    target = {"python_version": ".".join(map(str, python))} if python else None
    found: dict[str, SpecifierSet] = {}
    for text in (*requirement_texts(project), *_further(project)):
        try:
            requirement = Requirement(text)
            marker = requirement.marker
            if marker is not None and not marker.evaluate(target):
                continue
        except ValueError:  # no requirement, or a marker that cannot be evaluated
            continue
        name = canonicalize_name(requirement.name)
        found[name] = found.get(name, SpecifierSet()) & requirement.specifier
    return found


def _further(project: Project) -> Iterator[str]:
    """Groups, poetry's constraints in full, further requirements files, locked versions."""
    pyproject = project.pyproject
    groups = [
        *_values(_inner(pyproject, "project", "optional-dependencies")),
        *_values(_inner(pyproject, "dependency-groups")),
    ]
    for group in groups:
        entries = group if isinstance(group, list) else ()
        yield from (entry for entry in entries if isinstance(entry, str))
    poetry = _inner(pyproject, "tool", "poetry")
    tables = [poetry.get("dependencies"), poetry.get("dev-dependencies")]
    tables += [_inner(group, "dependencies") for group in _values(_inner(poetry, "group"))]
    for table in tables:
        for name, wanted in table.items() if isinstance(table, Mapping) else ():
            text = wanted.get("version") if isinstance(wanted, Mapping) else wanted
            if isinstance(text, str) and (allowed := _poetry_versions(text)) is not None:
                yield f"{name}{allowed}"
    for path in project.texts:
        if path != "requirements.txt" and _REQUIREMENTS_FILE.fullmatch(path):
            lines = project.texts.get(path, "").splitlines()
            yield from (line.partition(" #")[0].strip() for line in lines)
    for lock in _LOCKS:
        for name, version in _LOCKED.findall(project.texts.get(lock, "")):
            yield f"{name}=={version}"


def _poetry_versions(text: str) -> str | None:
    """A poetry constraint such as ``^1.5`` as an ordinary one; None where it cannot be told."""
    parts = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        match = re.fullmatch(r"([\^~]?)\s*(\d+(?:\.\d+)*)", part)
        if match is None:
            parts.append("" if part == "*" else part)
            continue
        numbers = [int(number) for number in match[2].split(".")]
        if match[1] == "^":
            fixed = next((i for i, number in enumerate(numbers) if number), len(numbers) - 1)
        elif match[1] == "~":
            fixed = min(1, len(numbers) - 1)
        else:
            parts.append(f"=={match[2]}")
            continue
        upper = [*numbers[:fixed], numbers[fixed] + 1]
        parts.append(f">={match[2]},<{'.'.join(map(str, upper))}")
    try:
        return str(SpecifierSet(",".join(filter(None, parts))))
    except InvalidSpecifier:
        return None


def _inner(table: object, *keys: str) -> Mapping[str, object]:
    for key in keys:
        table = table.get(key) if isinstance(table, Mapping) else None
    return table if isinstance(table, Mapping) else {}


def _values(table: Mapping[str, object]) -> list[object]:
    return list(table.values())
