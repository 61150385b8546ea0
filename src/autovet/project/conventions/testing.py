"""How tests are written: as functions or in classes of unittest."""

import ast

from autovet.project.conventions.convention import Observation
from autovet.source.module import Module
from autovet.source.remembered import by_module

FUNCTIONS, CLASSES = "pytest functions", "unittest classes"


@by_module
def forms_of_tests(module: Module) -> tuple[Observation, ...]:
    """Test functions at module level, and classes that derive from a ``TestCase``."""
    found: list[Observation] = []
    for node in module.tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            if node.name.startswith("test"):
                found.append(Observation(FUNCTIONS, node))
        elif isinstance(node, ast.ClassDef):
            bases = [getattr(base, "attr", getattr(base, "id", "")) for base in node.bases]
            if any(base.endswith("TestCase") for base in bases):
                found.append(Observation(CLASSES, node))
    return tuple(found)
