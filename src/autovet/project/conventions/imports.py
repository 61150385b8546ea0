"""How modules of the project import each other: relatively or by their full names."""

import ast

from autovet.project.conventions.convention import Observation
from autovet.source.module import Module
from autovet.source.remembered import by_module

RELATIVE, ABSOLUTE = "relative imports", "absolute imports"


@by_module
def internal_imports(module: Module) -> tuple[Observation, ...]:
    """Imports from the module's own top-level package."""
    found: list[Observation] = []
    root = module.name.partition(".")[0]
    if "." not in module.name or module.path.endswith("__init__.py"):
        return ()
    for node in module.nodes(ast.ImportFrom):
        if node.level:
            found.append(Observation(RELATIVE, node))
        elif (node.module or "").partition(".")[0] == root:
            found.append(Observation(ABSOLUTE, node))
    return tuple(found)
