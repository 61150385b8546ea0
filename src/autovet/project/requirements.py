"""The versions that the project's declarations promise."""

import re
from collections.abc import Iterator, Mapping

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from autovet.project.project import Project

_LOWER = {">=", "==", "~=", ">", "==="}


def promised_versions(project: Project) -> Mapping[str, Version]:
    """Normalised distribution name to the least version that the declarations allow."""
    found: dict[str, Version] = {}
    for text in requirement_texts(project):
        try:
            requirement = Requirement(text)
            least = [
                Version(clause.version.removesuffix(".*"))
                for clause in requirement.specifier
                if clause.operator in _LOWER
            ]
        except (InvalidRequirement, InvalidVersion):  # `===anything` is allowed, and no version
            continue
        name = canonicalize_name(requirement.name)
        for version in least:
            found[name] = max(version, found.get(name, version))
    return found


def requirement_texts(project: Project) -> Iterator[str]:
    """What the project needs at run time, as it stands in its declarations."""
    yield from project.context.dependencies or ()
    tables = [project.pyproject.get("project"), project.pyproject.get("tool")]
    declared = tables[0].get("dependencies") if isinstance(tables[0], Mapping) else None
    if isinstance(declared, list):
        yield from (entry for entry in declared if isinstance(entry, str))
    poetry = tables[1].get("poetry") if isinstance(tables[1], Mapping) else None
    pinned = poetry.get("dependencies") if isinstance(poetry, Mapping) else None
    if isinstance(pinned, Mapping):
        for name, wanted in pinned.items():
            text = wanted.get("version") if isinstance(wanted, Mapping) else wanted
            if isinstance(text, str) and (match := re.match(r"\s*[\^~>=]*\s*(\d[\w.]*)", text)):
                yield f"{name}>={match[1]}"
    for line in project.texts.get("requirements.txt", "").splitlines():
        yield line.partition("#")[0].partition(";")[0].strip()
