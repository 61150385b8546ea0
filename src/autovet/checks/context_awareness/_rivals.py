"""Which framework of the project an imported one competes with."""

import re
from dataclasses import dataclass

from packaging.utils import canonicalize_name

from autovet.checks.vocabulary.frameworks import BRINGS, KINDS, kind_of, may_join
from autovet.checks.vocabulary.import_names import well_known_distributions
from autovet.checks.vocabulary.provenance import imported_roots
from autovet.project.project import Project
from autovet.source.module import Module
from autovet.source.remembered import by_module


@dataclass(frozen=True, slots=True)
class Rivalry:
    """A framework that the project does not use, beside the one of its kind that it does.

    Attributes:
        declared: whether the project declares its dependencies, so that the rival is missing there.
        users: the project's files that import its own framework.
    """

    kind: str
    rival: str
    own: str
    declared: bool
    users: tuple[str, ...]


def rivalry_of(dotted: str, project: Project) -> Rivalry | None:
    """Tell whether an import competes with what the project is built on; None when it does not."""
    found = kind_of(dotted)
    declares = project.declarations.dependencies is not None or project.declarations.framework
    if found is None or not (project.known or declares):
        return None
    kind, rival = found
    if rival.partition(".")[0] in project.top_level:
        return None
    declared = project.declarations.dependencies
    used = _used(project)
    named = _named(project)
    if rival in used or rival in named or _is_declared(rival, declared):
        return None
    members = KINDS[kind]
    # a declared framework is the project's own; without declarations, one that its files import
    own = [m for m in members if m in named or _is_declared(m, declared) or m in used]
    if any(may_join(rival, m) for m in own) or not own:
        return None
    chosen = min(own, key=lambda m: (m not in named, m not in used, m))
    return Rivalry(kind, rival, chosen, declared is not None, tuple(used.get(chosen, ()))[:5])


def _is_declared(framework: str, declared: frozenset[str] | None) -> bool:
    if declared is None:
        return False
    root = framework.partition(".")[0]
    names = {canonicalize_name(root), *well_known_distributions(framework)}
    brought = any(framework in brings and owner in declared for owner, brings in BRINGS.items())
    return brought or ("." not in framework and not names.isdisjoint(declared))


def _named(project: Project) -> frozenset[str]:
    """The frameworks in what the caller calls the project's framework."""
    words = re.findall(r"[a-z][a-z0-9_.]*", project.declarations.framework or "")
    return frozenset(words)


def _used(project: Project) -> dict[str, list[str]]:
    """The frameworks that the project's other files import, with those files."""
    used: dict[str, list[str]] = {}
    for other in project.others():
        for framework in _imported_frameworks(other):
            used.setdefault(framework, []).append(other.path)
    return used


@by_module
def _imported_frameworks(module: Module) -> frozenset[str]:
    kinds = (kind_of(dotted) for dotted, _ in imported_roots(module))
    return frozenset(found[1] for found in kinds if found is not None)
