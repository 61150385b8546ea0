"""Where an imported module comes from."""

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from enum import Enum, auto
from pathlib import PurePosixPath
from typing import Any

from packaging.utils import canonicalize_name

from autovet.checks.vocabulary.companions import brought_along
from autovet.checks.vocabulary.import_names import (
    comes_with_a_host,
    renamed_distributions,
    spread_over_distributions,
    well_known_distributions,
)
from autovet.checks.vocabulary.stdlib_history import stdlib_history
from autovet.ports import Knowledge
from autovet.project.project import Project
from autovet.source.module import Module

# the usual ways in which a distribution's name dresses up the name of its module
_DRESSED = (
    "python-{}", "{}-python", "py{}", "py-{}", "{}-py", "{}py", "{}-sdk", "{}sdk", "{}-core",
    "{}-client", "{}-api", "{}-lib", "django-{}", "pytest-{}", "types-{}",
)  # fmt: skip


class Provenance(Enum):
    """Who provides a module, as far as anything at hand can tell.

    PUBLISHED means a distribution of that name or a well-known one that may provide the module;
    OBSCURE that only a distribution of another name does, which hardly anybody uses.
    """

    STDLIB = auto()
    PROJECT = auto()
    HOST = auto()
    DECLARED = auto()
    INSTALLED = auto()
    PUBLISHED = auto()
    OBSCURE = auto()
    NOWHERE = auto()
    UNKNOWN = auto()


def imported_roots(module: Module) -> Iterator[tuple[str, ast.Import | ast.ImportFrom]]:
    """Every absolutely imported dotted name of a module, with its statement."""
    for node in module.nodes(ast.Import, ast.ImportFrom):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            # the first member tells apart the parts of namespace packages (google.cloud.storage)
            yield f"{node.module}.{node.names[0].name}", node


def provenance(dotted: str, project: Project, knowledge: Knowledge) -> Provenance:
    """Tell where a module comes from; what nothing confirms or refutes is UNKNOWN."""
    root = dotted.partition(".")[0]
    if _in_stdlib(root):
        return Provenance.STDLIB
    if root in project.top_level or root in _own_names(project) or root.startswith("__"):
        return Provenance.PROJECT
    installed = knowledge.installed_modules(project.context.environment) or {}
    declared = project.declarations.dependencies
    if declared is not None and _declares(declared, dotted, installed.get(root, ())):
        return Provenance.DECLARED
    if root in installed:
        return Provenance.INSTALLED
    if comes_with_a_host(root):
        return Provenance.HOST
    if well_known_distributions(dotted) or spread_over_distributions(root):
        return Provenance.PUBLISHED
    return _from_index(root, knowledge)


def stated_environment_lacks(root: str, project: Project, knowledge: Knowledge) -> bool:
    """Whether the caller named environment and dependencies, and no index can say more."""
    return (
        project.context.environment is not None
        and project.declarations.dependencies is not None
        and knowledge.is_published(root) is None
        and not root.startswith("_")
    )


def _from_index(root: str, knowledge: Knowledge) -> Provenance:
    listed = knowledge.is_published(root)
    if listed is None or root.startswith("_"):
        return Provenance.UNKNOWN
    if listed:
        return Provenance.PUBLISHED
    names = [name for name in dressed_names(root) if knowledge.is_published(name)]
    if any(knowledge.is_well_known(name) for name in names):
        return Provenance.PUBLISHED
    # of scikit-learn it is known that its module is sklearn
    if any(name not in renamed_distributions() for name in knowledge.spelled_out(root)):
        return Provenance.PUBLISHED
    # allure comes from allure-pytest, repoze from a family of distributions
    family = f"{canonicalize_name(root)}-"
    if any(name.startswith(family) for name in knowledge.nearest(root, 5)):
        return Provenance.PUBLISHED
    # glide_sync comes from valkey-glide-sync
    ending = f"-{canonicalize_name(root)}"
    if ending.count("-") > 1 and any(n.endswith(ending) for n in knowledge.nearest(root, 5)):
        return Provenance.PUBLISHED
    return Provenance.OBSCURE if names else Provenance.NOWHERE


def dressed_names(root: str) -> Iterator[str]:
    """The usual names of distributions that provide a module of this name."""
    yield from (pattern.format(root) for pattern in _DRESSED)
    if root.startswith("py") and len(root) > 2:
        yield f"python-{root[2:]}"  # pycrfsuite comes from python-crfsuite


def _in_stdlib(root: str) -> bool:
    if root in sys.stdlib_module_names:
        return True
    history = stdlib_history()
    return root in history.added or root in history.removed


def _own_names(project: Project) -> frozenset[str]:
    """The project's declared name, and the package that the file is to stand in."""
    parts = PurePosixPath(project.context.path).parts[:-1]
    folders = [part for part in parts if part not in {"src", "lib", "/", ".", ".."}]
    standing = folders[:1] if not PurePosixPath(project.context.path).is_absolute() else []
    declared = _declared_name(project)
    return frozenset([*standing, *([declared] if declared else [])])


def _declared_name(project: Project) -> str | None:
    table = project.pyproject.get("project")
    name = table.get("name") if isinstance(table, Mapping) else None
    if not isinstance(name, str):
        tool: Any = project.pyproject.get("tool")
        poetry = tool.get("poetry") if isinstance(tool, Mapping) else None
        name = poetry.get("name") if isinstance(poetry, Mapping) else None
    return re.sub(r"[-.]+", "_", name).lower() if isinstance(name, str) else None


def _declares(declared: frozenset[str], dotted: str, providers: tuple[str, ...]) -> bool:
    root = dotted.partition(".")[0]
    own = canonicalize_name(root)
    wanted = {own, *providers, *well_known_distributions(dotted)}
    if not wanted.isdisjoint(declared) or brought_along(dotted, declared):
        return True
    if spread_over_distributions(root) and any(d.startswith(f"{own}-") for d in declared):
        return True
    # a declared name that contains the module's name as a word very likely provides it
    words = set(own.split("-"))
    return any(words <= set(name.split("-")) for name in declared) or any(
        name.replace("-", "") == own.replace("-", "") for name in declared
    )
