"""A standard-library name is newer than the oldest Python that must run the code.

Finds modules, functions, classes, methods and parameters of the standard library that came after
the project's oldest Python (``python`` in the context or ``requires-python``). There they raise
ImportError, AttributeError or TypeError, often only when the line is reached in production.

Use the older equivalent (in the evidence, where there is one), a backport, or raise the project's
oldest Python.

Leave it when the name is used behind a test of ``sys.version_info`` or in a ``try`` with a
fallback: such uses are not reported.
"""

import ast
from collections.abc import Iterator
from functools import cache

from autovet.checks.example import Example
from autovet.checks.vocabulary.guards import is_guarded
from autovet.checks.vocabulary.name_uses import method_uses, parameter_uses, used_names
from autovet.checks.vocabulary.stdlib_history import Version, stdlib_history
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("stdlib-newer-than-target", Category.FACTUAL_ACCURACY, Severity.ERROR, confidence=0.95)

BAD = (
    Example(
        """
import asyncio

async def both(first, second):
    async with asyncio.TaskGroup() as group:  # <--
        group.create_task(first())
        group.create_task(second())
""",
        context={"python": "3.10"},
    ),
    Example(
        """
import tomllib  # <--
from datetime import UTC, datetime  # <--

def stamp():
    return datetime.now(UTC)
""",
        context={"python": "3.9"},
    ),
    Example(
        """
from pathlib import Path

def pairs(root: Path, left, right):
    for folder, _, names in root.walk():  # <--
        print(folder, names)
    return list(zip(left, right, strict=True))  # <--
""",
        context={"pyproject": '[project]\nrequires-python = ">=3.9"\n'},
    ),
)
GOOD = (
    Example("import tomllib\nfrom datetime import UTC\n", context={"python": "3.11"}),
    Example(
        """
import sys

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

try:
    from enum import StrEnum
except ImportError:
    from enum import Enum

    class StrEnum(str, Enum):
        pass
""",
        context={"python": "3.9"},
    ),
    Example(
        """
import os

def pairs(left, right, walk):
    walk.timeout(3)
    return list(zip(left, right)), os.walk(".")
""",
        context={"python": "3.9"},
    ),
    "import tomllib\n",
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report each newer name where the code first needs it."""
    target = project.declarations.python
    if target is None:
        return
    newer = _newer_than(target)
    if not newer:
        return
    seen: set[tuple[int, str]] = set()
    for name, node in _uses(module, target):
        line = getattr(node, "lineno", 0)
        if name not in newer or (line, name) in seen or is_guarded(node, module):
            continue
        seen.add((line, name))
        if not (isinstance(node, ast.Attribute) and _never_evaluated(node, module)):
            yield _finding(name, node, newer[name], target, module)


@cache
def _newer_than(target: Version) -> dict[str, Version]:
    return {name: added for name, added in stdlib_history().added.items() if added > target}


@cache
def _methods(target: Version) -> frozenset[str]:
    return frozenset(
        n.rpartition(".")[2] for n in _newer_than(target) if n.count(".") > 1 and "(" not in n
    )


@cache
def _functions(target: Version) -> frozenset[str]:
    return frozenset(name.partition("(")[0] for name in _newer_than(target) if "(" in name)


def _uses(module: Module, target: Version) -> Iterator[tuple[str, ast.AST]]:
    yield from used_names(module)
    yield from method_uses(module, _methods(target))
    yield from parameter_uses(module, _functions(target))


def _never_evaluated(node: ast.AST, module: Module) -> bool:
    """Whether it stands in an annotation that ``from __future__ import annotations`` keeps text."""
    if "annotations" not in module.scopes.module.imports:
        return False
    child = node
    for ancestor in module.ancestors(node):
        if isinstance(ancestor, (ast.arg, ast.AnnAssign)) and child is ancestor.annotation:
            return True
        if (
            isinstance(ancestor, (ast.FunctionDef, ast.AsyncFunctionDef))
            and child is ancestor.returns
        ):
            return True
        child = ancestor
    return False


def _finding(name: str, node: ast.AST, added: Version, target: Version, module: Module) -> Finding:
    shown = name.removeprefix("builtins.")
    instead = stdlib_history().before.get(name, "")
    oldest = ".".join(map(str, target))
    since = ".".join(map(str, added))
    what = (
        f"the parameter {shown.partition('(')[2][:-1]} of {shown.partition('(')[0]}"
        if "(" in name
        else shown
    )
    return module.finding(
        RULE,
        node,
        f"{what} exists from Python {since} on, but the project supports {oldest}"
        + (f"; use {instead}" if instead else ""),
        evidence={"name": name, "added": since, "target": oldest, "instead": instead},
    )
