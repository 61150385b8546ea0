"""Who imports whom among the modules of a project, at run time."""

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from autovet.source.module import Module
from autovet.source.scopes import absolute_module


@dataclass(frozen=True, slots=True)
class ImportGraph:
    """Edges from a module to the modules of the project that it imports when it is loaded."""

    edges: Mapping[str, frozenset[str]]

    def path(self, start: str, goal: str) -> Sequence[str]:
        """The shortest chain of imports from ``start`` to ``goal``; empty when there is none."""
        came_from = {start: ""}
        queue = [start]
        for name in queue:
            for target in sorted(self.edges.get(name, ())):
                if target == goal:
                    chain = [goal, name]
                    while came_from[chain[-1]]:
                        chain.append(came_from[chain[-1]])
                    return chain[::-1]
                if target not in came_from:
                    came_from[target] = name
                    queue.append(target)
        return ()


def import_graph_of(modules: Iterable[Module]) -> ImportGraph:
    """Build the graph; imports inside functions and under TYPE_CHECKING are no run-time edges."""
    by_name = {module.name: module for module in modules}
    return ImportGraph(
        {
            name: frozenset(
                target
                for node in runtime_imports(module)
                for target in imported_modules(node, module, by_name)
                if target != name
            )
            for name, module in by_name.items()
        }
    )


def runtime_imports(module: Module) -> list[ast.Import | ast.ImportFrom]:
    """The imports that run when the module is loaded."""
    found: list[ast.Import | ast.ImportFrom] = []
    stack: list[ast.stmt] = list(reversed(module.tree.body))
    while stack:
        node = stack.pop()
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            found.append(node)
        elif isinstance(node, ast.If) and is_type_checking(node.test):
            stack += reversed(node.orelse)
        elif not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            blocks = (
                getattr(node, name, []) for name in ("body", "handlers", "orelse", "finalbody")
            )
            stack += [child for block in blocks for child in block][::-1]
    return found


def is_type_checking(test: ast.expr) -> bool:
    """Whether a condition is ``TYPE_CHECKING``, however it was imported."""
    name = test.attr if isinstance(test, ast.Attribute) else getattr(test, "id", "")
    return name == "TYPE_CHECKING"


def imported_modules(
    node: ast.Import | ast.ImportFrom, module: Module, known: Mapping[str, object]
) -> list[str]:
    """The known modules that an import statement loads."""
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    else:
        base = absolute_module(node, module.package)
        members = [f"{base}.{alias.name}" for alias in node.names]
        # naming a submodule also runs the package, but that edge says nothing about design
        names = [m if m in known else base for m in members]
    return [name for name in dict.fromkeys(names) if name in known]
