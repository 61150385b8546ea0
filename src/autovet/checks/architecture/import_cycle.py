"""Two modules import each other when they are loaded.

Finds imports that lead, through the project's modules, back to the module that they stand in. The
module that is loaded second sees the first half finished: ``from a import name`` then raises
ImportError, depending on which one the program happens to import first.

Move what both need into a third module, let one side import under ``TYPE_CHECKING`` when only
annotations need it, or turn the dependency round.

Leave it when the cycle goes through a package that imports its parts last, on purpose.
"""

import ast
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.project.import_graph import imported_modules, runtime_imports
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("import-cycle", Category.ARCHITECTURE, confidence=0.9)

BAD = (
    Example(
        """
from zoo.cages import Cage  # <--

class Animal:
    cage: Cage
""",
        path="zoo/animals.py",
        files={
            "zoo/cages.py": "from zoo.animals import Animal\n\nclass Cage:\n    animals: list[Animal]\n"
        },
    ),
    Example(
        """
from .plans import plan  # <--

def feed():
    return plan()
""",
        path="zoo/feeding.py",
        files={
            "zoo/plans.py": "from zoo import keepers\n\ndef plan():\n    return keepers.on_duty()\n",
            "zoo/keepers.py": "from zoo.feeding import feed\n\ndef on_duty():\n    return feed\n",
        },
    ),
)

GOOD = (
    Example(
        """
from __future__ import annotations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoo.cages import Cage

class Animal:
    cage: Cage
""",
        path="zoo/animals.py",
        files={
            "zoo/cages.py": "from zoo.animals import Animal\n\nclass Cage:\n    animals: list[Animal]\n"
        },
    ),
    Example(
        """
def feed():
    from zoo.plans import plan
    return plan()
""",
        path="zoo/feeding.py",
        files={"zoo/plans.py": "from zoo.feeding import feed\n\ndef plan():\n    return feed\n"},
    ),
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report the imports that close a cycle."""
    if not project.known:
        return
    graph = project.import_graph(module)
    known = {module.name: module, **project.by_name}
    for statement in runtime_imports(module):
        for target in imported_modules(statement, module, known):
            if target == module.name:
                continue
            chain = graph.path(target, module.name)
            if not chain:
                continue
            cycle = [module.name, *chain]
            packages = any(known[name].path.endswith("__init__.py") for name in cycle)
            gentle = packages or isinstance(statement, ast.Import)
            yield module.finding(
                RULE,
                statement,
                f"importing {target} closes a cycle ({' -> '.join(cycle)}), so one of the modules is "
                "loaded half finished; break it",
                evidence={"cycle": cycle},
                severity=Severity.INFO if gentle else None,
            )
            break
