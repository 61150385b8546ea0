"""A standard-library name is gone from the Python versions that run the code.

Finds modules, functions, methods and parameters that were removed from the standard library: an
error when even the project's oldest Python lacks them (or, where none is declared, when every
version that is still maintained does), a warning when a newer release dropped them. Models learn
from old code and write ``asyncio.Queue(loop=...)``, ``collections.Mapping`` or ``imp`` long after.

Use the successor named in the message. Names that are deprecated but still there are a hint only.

Leave it when the use stands behind a test of ``sys.version_info`` or in a ``try`` with a fallback:
such uses are not reported.
"""

import ast
from collections.abc import Iterator
from functools import cache

from autovet.checks.example import Example
from autovet.checks.syntax.without_argument import without_loop
from autovet.checks.vocabulary.guards import is_guarded
from autovet.checks.vocabulary.name_uses import method_uses, parameter_uses, used_names
from autovet.checks.vocabulary.stdlib_history import Version, stdlib_history
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("removed-in-target", Category.FACTUAL_ACCURACY, Severity.ERROR, confidence=0.95)

# the oldest Python that is still maintained, assumed where the project declares none
_MAINTAINED: Version = (3, 10)
_RELEASED: Version = (3, 13)

BAD = (
    """
import asyncio

async def main(jobs):
    loop = asyncio.get_running_loop()
    queue = asyncio.Queue(maxsize=10, loop=loop)  # <--
    lock = asyncio.Lock(loop=loop)  # <--
    async with lock:
        for job in jobs:
            await queue.put(job)
""",
    """
import collections
from collections import Iterable  # <--

def flat(value):
    return isinstance(value, collections.Mapping) or isinstance(value, Iterable)  # <--
""",
    Example(
        """
import imp  # <--
import unittest

class LoaderTest(unittest.TestCase):
    def test_load(self):
        self.assertEquals(imp.find_module("json")[1], "json")  # <--
""",
        context={"python": "3.12"},
    ),
    Example(
        "import telnetlib  # <--\nfrom datetime import datetime\n\nnow = datetime.utcnow()  # <--\n"
    ),
)
GOOD = (
    """
import asyncio
from collections import abc, deque

async def main(jobs):
    queue = asyncio.Queue(maxsize=10)
    run(queue, loop=asyncio.get_running_loop())
    return isinstance(jobs, abc.Mapping), deque(jobs)

def run(queue, loop):
    return queue, loop
""",
    """
try:
    from collections.abc import Mapping
except ImportError:
    from collections import Mapping

import sys

if sys.version_info < (3, 12):
    import distutils
""",
    Example("import imp\n\nprint(imp.tag())\n", files={"imp.py": "def tag(): ...\n"}),
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report each use of a name that is gone, and hint at those that are going."""
    history = stdlib_history()
    floor = max(project.declarations.python or _MAINTAINED, (3, 3))
    seen: set[tuple[int, int]] = set()
    for name, node in sorted(_uses(module), key=lambda use: getattr(use[1], "lineno", 0)):
        removed = history.removed.get(name)
        deprecated = removed is None and name in history.deprecated
        if (removed is None and not deprecated) or name.partition(".")[0] in project.top_level:
            continue
        place = (getattr(node, "lineno", 0), getattr(node, "col_offset", 0))
        if place in seen or is_guarded(node, module):
            continue
        seen.add(place)
        if removed is not None:
            yield _gone(name, node, removed, floor, module)
        else:
            yield module.finding(
                RULE,
                node,
                f"{name} is deprecated; use {history.deprecated[name]}",
                evidence={"name": name, "instead": history.deprecated[name]},
                severity=Severity.INFO,
            )


@cache
def _methods() -> frozenset[str]:
    history = stdlib_history()
    names = [*history.removed, *history.deprecated]
    return frozenset(n.rpartition(".")[2] for n in names if n.count(".") > 1 and "(" not in n)


@cache
def _functions() -> frozenset[str]:
    return frozenset(name.partition("(")[0] for name in stdlib_history().removed if "(" in name)


def _uses(module: Module) -> Iterator[tuple[str, ast.AST]]:
    yield from used_names(module)
    yield from method_uses(module, _methods())
    yield from parameter_uses(module, _functions())
    yield from _own_test_methods(module)


def _own_test_methods(module: Module) -> Iterator[tuple[str, ast.AST]]:
    """``self.assertEquals`` in a class that derives from ``unittest.TestCase``."""
    for attribute in module.nodes(ast.Attribute):
        if isinstance(attribute.value, ast.Name) and attribute.value.id == "self":
            name = f"unittest.TestCase.{attribute.attr}"
            if name in stdlib_history().removed:
                owner = module.class_of(attribute)
                bases = [module.qualified(b) or "" for b in owner.bases] if owner else []
                if any(base.endswith("TestCase") for base in bases):
                    yield name, attribute


def _gone(
    name: str, node: ast.AST, removed: tuple[Version, str], floor: Version, module: Module
) -> Finding:
    version, instead = removed
    since = ".".join(map(str, version))
    function, _, parameter = name.removesuffix(")").partition("(")
    what = f"the parameter {parameter} of {function}" if parameter else name
    if version <= floor:
        severity = Severity.ERROR
    else:
        severity = Severity.WARNING if version <= _RELEASED else Severity.INFO
    return module.finding(
        RULE,
        node,
        f"{what} was removed in Python {since}" + (f"; use {instead}" if instead else ""),
        evidence={"name": name, "removed": since, "instead": instead},
        fix=without_loop(node, module) if isinstance(node, ast.keyword) else None,
        severity=severity,
    )
