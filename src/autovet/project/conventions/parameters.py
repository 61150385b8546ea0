"""Which parameters functions take first."""

import ast
import re
from collections import Counter
from dataclasses import dataclass
from itertools import combinations

from autovet.project.project import Project
from autovet.source.module import Module
from autovet.source.remembered import by_module
from autovet.source.scopes import FunctionNode

_SUPPORT = 3
_SHARE = 0.9
_ALONE = 2  # others of one file, all of which agree
# what a function works in comes before what it works on; names of other things lead by chance
_SURROUNDINGS = frozenset(
    {"session", "db", "conn", "connection", "cursor", "client", "ctx", "context", "request", "tx",
     "transaction", "engine", "store", "repo", "repository", "cache", "redis", "pool", "channel",
     "app", "config", "settings", "tenant", "tenant_id", "env", "root", "state", "registry"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ParameterList:
    """The positional parameters without a default of a function that the project calls itself."""

    function: FunctionNode
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Precedence:
    """``first`` comes before ``then`` (anything else, when empty) wherever both stand."""

    first: str
    then: str
    support: int
    total: int


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The one parameter through which a function reaches what it works in, told by its type."""

    function: FunctionNode
    type: str
    name: str


_SERVICE = re.compile(
    r"(Session|Connection|Client|Engine|Redis|Cursor|Repository|Settings|Config|Broker|Channel|Transaction)$"
)


@by_module
def named_surroundings(module: Module) -> tuple[Surroundings, ...]:
    """Functions that take just one session, client or the like and that the project calls."""
    found: list[Surroundings] = []
    for function in module.functions:
        owner = module.parent(function)
        if function.decorator_list or (isinstance(owner, ast.ClassDef) and owner.bases):
            continue
        if function.name.startswith("__") and function.name != "__init__":
            continue
        taken = [
            (name, a.arg)
            for a in [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
            if a.annotation is not None and (name := _service(a.annotation, module)) is not None
        ]
        if len(taken) == 1:
            found.append(Surroundings(function, taken[0][0], taken[0][1].lstrip("_")))
    return tuple(found)


def _service(annotation: ast.expr, module: Module) -> str | None:
    if not isinstance(annotation, (ast.Name, ast.Attribute)):
        return None
    name = module.qualified(annotation)
    return name if name is not None and _SERVICE.search(name) else None


@by_module
def parameter_lists(module: Module) -> tuple[ParameterList, ...]:
    """Functions with two or more such parameters; those that a framework calls do not count."""
    found: list[ParameterList] = []
    for function in module.functions:
        arguments = function.args
        every = [*arguments.posonlyargs, *arguments.args]
        names = [a.arg for a in every[: len(every) - len(arguments.defaults)]]
        owner = module.parent(function)
        if isinstance(owner, ast.ClassDef):
            names = names[1:]
            if owner.bases:
                continue
        elif names and names[0] in {"self", "cls"}:
            names = names[1:]
        dunder = function.name.startswith("__")
        if len(names) > 1 and not function.decorator_list and not dunder:
            found.append(ParameterList(function, tuple(names)))
    return tuple(found)


def precedences(project: Project, asked: frozenset[str]) -> list[Precedence]:
    """What comes first: the surroundings (a session) before all, or one before a certain other.

    Args:
        project: the project; tests have no say.
        asked: the parameters of interest; precedences among others are not looked for.
    """
    leads: Counter[str] = Counter()
    present: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    for module in project.others():
        if module.is_test:
            continue
        for parameters in parameter_lists(module):
            names = [name for name in parameters.names if name in asked]
            if not names:
                continue
            if parameters.names[0] == names[0]:
                leads[names[0]] += 1
            present.update(names)
            pairs.update(combinations(names, 2))
    found = [
        Precedence(name, "", count, present[name])
        for name, count in leads.items()
        if name in _SURROUNDINGS and count >= _SUPPORT and count >= _SHARE * present[name]
    ]
    for (first, then), count in pairs.items():
        total = count + pairs[then, first]
        if count >= _SUPPORT and count >= _SHARE * total:
            found.append(Precedence(first, then, count, total))
    return found


def precedences_within(module: Module) -> list[Precedence]:
    """What comes before what in all functions of one file but one; for want of a project."""
    pairs: Counter[tuple[str, str]] = Counter()
    for parameters in parameter_lists(module):
        pairs.update(combinations(parameters.names, 2))
    return [
        Precedence(first, then, count, count + 1)
        for (first, then), count in pairs.items()
        if count >= _ALONE and pairs[then, first] == 1
    ]
