"""A library no longer has this name or parameter in the version that the project uses.

Finds uses of functions, classes, methods and parameters that well-known libraries removed (pandas,
NumPy, SQLAlchemy, pydantic, Flask, Django and others), judged by the installed version or, where
the library is not installed, by the least version that the project declares. Such code was right
once, which is why models write it; now it raises at import or when the line is reached.

Use the successor named in the message.

Leave it when the project pins an older version than the one installed here: then name the right
environment. Where the declarations allow older and newer versions alike it is a warning, and where
nothing tells the version a hint. Receivers whose class is not evident are not judged.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache, lru_cache

from packaging.specifiers import SpecifierSet
from packaging.version import InvalidVersion, Version

from autovet.checks.example import Example
from autovet.checks.vocabulary.guards import is_guarded
from autovet.checks.vocabulary.library_history import Removal, library_history
from autovet.checks.vocabulary.name_uses import method_uses, parameter_uses, used_names
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.ports import Knowledge
from autovet.project.declared_versions import declared_versions
from autovet.project.project import Project
from autovet.project.requirements import promised_versions
from autovet.source.module import Module

RULE = Rule("removed-library-api", Category.FACTUAL_ACCURACY, Severity.ERROR, confidence=0.95)

_UNSURE, _HINT = 0.6, 0.4
_PANDAS = {"dependencies": ("pandas>=2.1", "numpy>=2")}

BAD = (
    Example(
        """
import pandas as pd

def read(path) -> pd.DataFrame:
    return pd.read_csv(path)

def collect(paths):
    whole = read(paths[0])
    for path in paths[1:]:
        whole = whole.append(read(path), ignore_index=True)  # <--
    return whole

def extend(whole, part):
    return whole.append(part, ignore_index=True)  # <--

def show(frame: pd.DataFrame | None):
    for row in frame["total"].iteritems():  # <--
        print(row)
    for name, column in frame.iteritems():  # <--
        print(name, column)
""",
        context=_PANDAS,
    ),
    Example(
        """
import numpy as np
from numpy import product  # <--

def volume(edges):
    return product(edges) if edges else np.NaN  # <--
""",
        context=_PANDAS,
    ),
    Example(
        """
from flask import Flask, escape  # <--
from httpx import AsyncClient

app = Flask(__name__)

@app.before_first_request  # <--
def warm():
    return AsyncClient(proxies={}), escape("<")  # <--
""",
        context={
            "pyproject": '[project]\nname = "x"\ndependencies = ["flask>=3", "httpx~=0.28.1"]\n'
        },
    ),
)
GOOD = (
    Example(
        """
import pandas as pd

def collect(paths):
    rows = []
    for path in paths:
        rows.append(pd.read_csv(path))
    frame = pd.concat(rows)
    return list(frame.items()), frame.columns.tolist()
""",
        context=_PANDAS,
    ),
    Example(
        """
import pandas as pd

def collect(frame: pd.DataFrame):
    return frame.append(frame)
""",
        context={"dependencies": ("pandas<2",)},
    ),
    Example(
        """
import numpy as np

try:
    total = np.product
except AttributeError:
    total = np.prod
""",
        context=_PANDAS,
    ),
)


def check(module: Module, project: Project, knowledge: Knowledge) -> Iterator[Finding]:
    """Report uses of what is gone from the version at hand."""
    if not _imports_any(module):
        return
    versions = _versions(project, knowledge)
    allowed = declared_versions(project)
    seen: set[tuple[int, str]] = set()
    for use, node in sorted(_uses(module), key=lambda use: getattr(use[1], "lineno", 0)):
        name, removal = _removed(use)
        if removal is None or name.partition(".")[0] in project.top_level:
            continue
        place = (getattr(node, "lineno", 0), name)
        if place in seen or is_guarded(node, module):
            continue
        seen.add(place)
        version = versions.get(removal.distribution)
        if version is not None and version >= Version(removal.version):
            yield _finding(name, node, removal, f"the project has {version}", module, version)
        elif removal.distribution not in allowed and version is None:
            yield replace(
                _finding(name, node, removal, "the project's version is not known", module),
                severity=Severity.INFO,
                confidence=_HINT,
            )
        elif _is_declared_to_work(removal, allowed, project, knowledge):
            yield replace(
                _finding(name, node, removal, "the declarations allow that version", module),
                severity=Severity.WARNING,
                confidence=_UNSURE,
            )


def _removed(use: str) -> tuple[str, Removal | None]:
    """The removal that a use falls under: its own, or that of a module that holds it."""
    removed = library_history().removed
    name = use
    while name not in removed and "." in name:
        name = name.rpartition(".")[0]
        if name.rpartition(".")[2][:1].isupper():
            break
    return name, removed.get(name)


def _is_declared_to_work(
    removal: Removal,
    allowed: Mapping[str, SpecifierSet],
    project: Project,
    knowledge: Knowledge,
) -> bool:
    """Whether the project declares versions without the name, and none is known to be used."""
    if removal.distribution in knowledge.installed_versions(project.context.environment):
        return False
    declared = allowed.get(removal.distribution)
    try:
        return declared is not None and declared.contains(removal.version, prereleases=True)
    except InvalidVersion:
        return False  # `===anything` may be declared; it is no version to compare with


@cache
def _roots() -> frozenset[str]:
    return frozenset(name.partition(".")[0] for name in library_history().removed)


@cache
def _methods() -> frozenset[str]:
    names = [n for n in library_history().removed if "(" not in n and n.count(".") > 1]
    return frozenset(n.rpartition(".")[2] for n in names)


@cache
def _functions() -> frozenset[str]:
    return frozenset(n.partition("(")[0] for n in library_history().removed if "(" in n)


def _imports_any(module: Module) -> bool:
    imports = module.nodes(ast.Import, ast.ImportFrom)
    return any(
        (getattr(node, "module", None) or node.names[0].name).partition(".")[0] in _roots()
        or any(alias.name.partition(".")[0] in _roots() for alias in node.names)
        for node in imports
        if isinstance(node, (ast.Import, ast.ImportFrom))
    )


def _versions(project: Project, knowledge: Knowledge) -> dict[str, Version]:
    found = dict(promised_versions(project))
    for name, text in knowledge.installed_versions(project.context.environment).items():
        version = _version(text)
        if version is not None:
            found[name] = version
    return found


@lru_cache(maxsize=2_048)
def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None


def _uses(module: Module) -> Iterator[tuple[str, ast.AST]]:
    yield from used_names(module)
    yield from method_uses(module, _methods())
    yield from parameter_uses(module, _functions())
    yield from _told_by_keyword(module)


def _told_by_keyword(module: Module) -> Iterator[tuple[str, ast.AST]]:
    """Methods that a keyword gives away: no list takes ``append(x, ignore_index=True)``."""
    telling = library_history().telling
    for call in module.nodes(ast.Call):
        if isinstance(call.func, ast.Attribute):
            for keyword in call.keywords:
                name = telling.get(f"{call.func.attr}({keyword.arg})")
                if name is not None:
                    yield name, keyword if name.endswith(")") else call.func


def _finding(
    name: str,
    node: ast.AST,
    removal: Removal,
    why: str,
    module: Module,
    version: Version | None = None,
) -> Finding:
    function, _, parameter = name.removesuffix(")").partition("(")
    what = f"the parameter {parameter} of {function}" if parameter else name
    return module.finding(
        RULE,
        node,
        f"{what} was removed in {removal.distribution} {removal.version}, {why}"
        + (f"; use {removal.instead}" if removal.instead else ""),
        evidence={
            "name": name,
            "distribution": removal.distribution,
            "removed": removal.version,
            "version": None if version is None else str(version),
            "instead": removal.instead,
        },
    )
