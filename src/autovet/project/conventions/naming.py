"""How functions, classes and constants are named."""

import ast
import re
from pathlib import PurePosixPath

from autovet.project.conventions.convention import Observation
from autovet.source.module import Module
from autovet.source.remembered import by_module

SNAKE, CAMEL = "snake_case", "camelCase"
CAP_WORDS, UPPER = "CapWords", "UPPER_CASE"
LOWER, OTHER = "lower_case", "another"

_SNAKE = re.compile(r"_*[a-z0-9]+(_[a-z0-9]+)+_*")
_CAMEL = re.compile(r"_*[a-z]+[a-z0-9]*([A-Z][a-z0-9]*)+")
_MIXED = re.compile(r"[A-Z]{2}")  # PyBUF_SIMPLE: somebody else's spelling
# module variables whose names tools and frameworks prescribe
_METADATA = frozenset(
    {"app_name", "revision", "down_revision", "branch_labels", "depends_on", "default_app_config",
     "project", "copyright", "author", "version", "release", "html_theme", "source_suffix",
     "master_doc", "pytest_plugins", "bind", "workers", "worker_class", "timeout", "title",
     "description", "name"}
)  # fmt: skip
_UNCHANGING = frozenset(
    {"pathlib.Path", "decimal.Decimal", "fractions.Fraction", "datetime.timedelta", "datetime.date",
     "builtins.frozenset"}
)  # fmt: skip
# names that a framework prescribes
_PRESCRIBED = re.compile(
    r"(visit|do|test|on|handle|generic|depart|leave)_|__|test[A-Z]|setUp|tearDown|assert|max\w+Diff"
)


@by_module
def function_names(module: Module) -> tuple[Observation, ...]:
    """Functions of more than one word, but for names that a base class may prescribe."""
    return tuple(
        Observation(style, function)
        for function in module.functions
        if (style := style_of(function.name)) is not None and not _prescribed(function, module)
    )


def style_of(name: str) -> str | None:
    """The style of a name; None for a single word or a mixture."""
    if _SNAKE.fullmatch(name):
        return SNAKE
    return CAMEL if _CAMEL.fullmatch(name) else None


def _prescribed(function: ast.FunctionDef | ast.AsyncFunctionDef, module: Module) -> bool:
    owner = module.parent(function)
    if isinstance(owner, ast.ClassDef) and (owner.bases or owner.keywords):
        return True
    decorators = {getattr(d, "attr", getattr(d, "id", "")) for d in function.decorator_list}
    return bool(_PRESCRIBED.match(function.name)) or bool(decorators & {"override", "overload"})


@by_module
def class_names(module: Module) -> tuple[Observation, ...]:
    """The public classes of a module, in CapWords or not."""
    return tuple(
        Observation(CAP_WORDS if node.name[0].isupper() and "_" not in node.name else SNAKE, node)
        for node in module.nodes(ast.ClassDef)
        if not node.name.startswith("_")
    )


@by_module
def constant_names(module: Module) -> tuple[Observation, ...]:
    """Module variables that hold an immutable literal and are bound once, in capitals or not."""
    found: list[Observation] = []
    for statement in module.tree.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                pass
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                pass
            case _:
                continue
        if name.startswith("_") or name in _METADATA or not is_immutable(value, module):
            continue
        if len(module.scopes.module.bindings.get(name, ())) == 1:
            found.append(Observation(UPPER if name.isupper() else SNAKE, statement))
    return tuple(found)


@by_module
def module_name(module: Module) -> tuple[Observation, ...]:
    """How the file itself is named, when it can be imported from a package or folder."""
    path = PurePosixPath(module.path)
    if path.suffix != ".py" or path.stem.startswith("__") or len(path.parts) < 2:
        return ()
    plain = path.stem == path.stem.lower() and "-" not in path.stem
    return (Observation(LOWER if plain else OTHER, module.tree),)


def is_immutable(value: ast.expr, module: Module) -> bool:
    """Whether a value is a number, a text, a tuple of such, or of a class of unchanging values."""
    parts = value.elts if isinstance(value, ast.Tuple) else [value]
    for part in parts:
        inner = part.operand if isinstance(part, ast.UnaryOp) else part
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str | int | float):
            continue
        if isinstance(inner, ast.Call) and module.qualified(inner.func) in _UNCHANGING:
            continue
        return False
    return bool(parts)
