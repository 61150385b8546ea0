"""How paths are handled: with pathlib or with os.path."""

import ast

from autovet.project.conventions.convention import Observation
from autovet.source.module import Module
from autovet.source.remembered import by_module

PATHLIB, OS_PATH = "pathlib", "os.path"

_FUNCTIONS = {
    f"os.path.{name}"
    for name in ("join", "exists", "isfile", "isdir", "dirname", "basename", "abspath", "splitext")
} | {"os.makedirs", "os.listdir"}
_CLASSES = {"pathlib.Path", "pathlib.PurePath", "pathlib.PurePosixPath"}


@by_module
def path_uses(module: Module) -> tuple[Observation, ...]:
    """Calls to ``os.path``, and uses of the classes of ``pathlib``."""
    if not _imports_any(module):
        return ()
    found = [
        Observation(OS_PATH, call)
        for call in module.nodes(ast.Call)
        if module.qualified(call.func) in _FUNCTIONS
    ]
    found += [
        Observation(PATHLIB, name)
        for name in module.nodes(ast.Name, ast.Attribute)
        if isinstance(name, (ast.Name, ast.Attribute)) and module.qualified(name) in _CLASSES
    ]
    return tuple(found)


def _imports_any(module: Module) -> bool:
    for node in module.nodes(ast.Import, ast.ImportFrom):
        if isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        else:
            names = [alias.name for alias in getattr(node, "names", [])]
        if any(name in {"os", "os.path", "pathlib"} for name in names):
            return True
    return False
