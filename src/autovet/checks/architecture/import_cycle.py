"""Two modules import each other when they are loaded.

Finds imports that lead, through the project's modules, back to the module that they stand in. The
module that is loaded second sees the first half finished: ``from a import name`` then raises
ImportError, depending on which one the program happens to import first.

Move what both need into a third module, let one side import under ``TYPE_CHECKING`` when only
annotations need it, or turn the dependency round.

Leave it when the cycle goes through a package that imports its parts last, on purpose.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from autovet.checks.example import Example
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.project.import_graph import imported_modules
from autovet.project.project import Project
from autovet.source.module import Module
from autovet.source.scopes import absolute_module

RULE = Rule("import-cycle", Category.ARCHITECTURE, confidence=0.9)

BAD = (
    Example(
        """
from zoo.cages import Cage  # <--
from zoo.food import Hay

LIMIT = 3
""",
        path="zoo/__init__.py",
        files={
            "zoo/cages.py": "from zoo import LIMIT\n\nclass Cage:\n    limit = LIMIT\n",
            "zoo/food.py": "from zoo import Cage\n\nclass Hay:\n    cage: Cage\n",
        },
    ),
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
            "zoo/plans.py": "from zoo.keepers import on_duty\n\ndef plan():\n    return on_duty()\n",
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
LIMIT = 3
from zoo.plans import plan

def feed():
    return plan()

if __name__ == "__main__":
    from zoo.show import show

    show(plan())
""",
        path="zoo/feeding.py",
        files={
            "zoo/plans.py": "def plan():\n    return []\n",
            "zoo/show.py": "from zoo.feeding import LIMIT\n\ndef show(plan):\n    return plan[:LIMIT]\n",
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


_LONGEST = 5
_VISITS = 80


@dataclass(frozen=True, slots=True)
class _Edge:
    """One module imports another when it is loaded."""

    source: Module
    statement: ast.Import | ast.ImportFrom
    target: str


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report the imports that close a cycle."""
    if not project.known:
        return
    if module.path.endswith("__init__.py"):
        yield from _package_cycle(module, project)
        return
    known = {module.name: module, **project.by_name}
    seen: set[ast.AST] = set()
    for edge in _edges(module, known):
        cycle = _cycle_through(edge, module, known)
        if not cycle or edge.statement in seen:
            continue
        seen.add(edge.statement)
        certain = all(_fails(cycle[i:] + cycle[:i], known) for i in range(len(cycle)))
        if not certain and len(cycle) > 2:
            continue
        names = [e.source.name for e in cycle] + [module.name]
        yield module.finding(
            RULE,
            edge.statement,
            f"importing {edge.target} closes a cycle ({' -> '.join(names)}), so one of the modules is "
            "loaded half finished; break it",
            evidence={"cycle": names, "fails_at_import": certain},
            severity=None if certain else Severity.INFO,
            confidence=0.95 if certain else 0.6,
        )


def _package_cycle(package: Module, project: Project) -> Iterator[Finding]:
    """A package that imports a module of its own before it has what that module asks it for."""
    known = {package.name: package, **project.by_name}
    bound = package.scopes.module.bindings
    for statement in _plain_imports(package):
        for target in imported_modules(statement, package, known):
            if not target.startswith(f"{package.name}.") or _stepwise(known[target]):
                continue
            for asked in _plain_imports(known[target]):
                if not isinstance(asked, ast.ImportFrom):
                    continue
                if absolute_module(asked, known[target].package) != package.name:
                    continue
                late = [
                    a.name
                    for a in asked.names
                    if f"{package.name}.{a.name}" not in known
                    and bound.get(a.name)
                    and min(getattr(n, "lineno", 0) for n in bound[a.name]) > statement.lineno
                ]
                if late:
                    yield _too_early(package, statement, target, late[0])


def _too_early(package: Module, statement: ast.stmt, target: str, name: str) -> Finding:
    """The finding at the import that runs too early."""
    return package.finding(
        RULE,
        statement,
        f"{target} imports {name} from {package.name}, which does not have it yet at this line: importing the "
        "package raises ImportError",
        evidence={"cycle": [package.name, target, package.name], "fails_at_import": True},
        confidence=0.95,
    )


def _stepwise(target: Module) -> bool:
    """Whether the target is a package, whose own imports decide what is loaded when."""
    return target.path.endswith("__init__.py")


def _edges(module: Module, known: Mapping[str, Module]) -> Iterator[_Edge]:
    for statement in _plain_imports(module):
        for target in imported_modules(statement, module, known):
            if target != module.name and not known[target].path.endswith("__init__.py"):
                yield _Edge(module, statement, target)


def _plain_imports(module: Module) -> list[ast.Import | ast.ImportFrom]:
    """The imports that nothing guards: where a condition or handler does, somebody thought of it."""
    if "plain_imports" not in module.memo:
        module.memo["plain_imports"] = [
            s for s in module.tree.body if isinstance(s, (ast.Import, ast.ImportFrom))
        ]
    found: list[ast.Import | ast.ImportFrom] = module.memo["plain_imports"]
    return found


def _cycle_through(first: _Edge, module: Module, known: Mapping[str, Module]) -> list[_Edge]:
    """The shortest way back to the module that begins with an edge; empty when there is none."""
    reached = {first.target: [first]}
    queue = [first.target]
    for name in queue:
        way = reached[name]
        if len(way) >= _LONGEST:
            continue
        for edge in _edges(known[name], known):
            if edge.target == module.name:
                return [*way, edge]
            if edge.target not in reached and len(queue) < _VISITS:
                reached[edge.target] = [*way, edge]
                queue.append(edge.target)
    return []


def _fails(cycle: list[_Edge], known: Mapping[str, Module]) -> bool:
    """Whether importing the cycle's first module before the others raises.

    Its last edge then asks the first module for names while that module is still at its own import.
    """
    asked, loading = cycle[-1], cycle[0]
    if not isinstance(asked.statement, ast.ImportFrom):
        return False
    bound = loading.source.scopes.module.bindings
    for alias in asked.statement.names:
        home = absolute_module(asked.statement, asked.source.package)
        if alias.name == "*" or f"{home}.{alias.name}" in known:
            continue  # a module itself is found however far it is loaded
        lines = [getattr(node, "lineno", 0) for node in bound.get(alias.name, ())]
        if lines and min(lines) > loading.statement.lineno:
            return True
    return False
