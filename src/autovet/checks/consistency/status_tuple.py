"""Errors are reported in another way than the siblings do it: by status tuples or by bare Exception.

Finds functions that return ``False, "message"`` and ``True, value``, and functions that raise plain
``Exception``, where the project, or the file, raises exceptions of its own.

Callers must know for each function which way it fails, and the failures that nobody unpacks or
catches are lost.

Raise the project's exception. Functions of a protocol that prescribes the pair are left alone where
others return it too.
"""

import ast
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.checks.vocabulary.expressions import last_name
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.project.project import Project
from autovet.source.module import Module
from autovet.source.remembered import by_module
from autovet.source.scopes import FunctionNode

RULE = Rule("status-tuple", Category.CONSISTENCY, confidence=0.85)

_LEAST = 3
_OWN = "class ParcelError(Exception):\n    pass\n\ndef {n}(x):\n    if not x:\n        raise ParcelError(x)\n    return x\n"
_FILES = {f"shop/{n}.py": _OWN.format(n=n) for n in ("send", "pack", "weigh")}

BAD = (
    Example(
        """
def store(parcel):
    if parcel is None:
        return False, "no parcel"  # <--
    return True, parcel
""",
        files=_FILES,
    ),
    Example(
        """
def store(parcel):
    if parcel is None:
        raise Exception("no parcel")  # <--
    return parcel
""",
        files=_FILES,
    ),
)

GOOD = (
    Example(
        """
from shop.send import ParcelError

def store(parcel):
    if parcel is None:
        raise ParcelError("no parcel")
    return parcel, True

def both(parcel):
    return parcel.sent, "text"
""",
        files=_FILES,
    ),
    """
def store(parcel):
    if parcel is None:
        return False, "no parcel"
    return True, parcel
""",
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report the ``return`` of the failure, or the ``raise``."""
    if module.is_test:
        return
    odd = [*_failures(module), *_plain_raises(module)]
    if not odd:
        return
    places = [module, *(m for m in project.others() if not m.is_test)]
    raised = sum(len(_own_raises(m)) for m in places)
    alike = sum(len(_failures(m)) for m in places[1:]) + max(len(_failures(module)) - 1, 0)
    if raised < _LEAST or alike:
        return
    for node in odd:
        what = "a status and a message" if isinstance(node, ast.Return) else "a plain Exception"
        yield module.finding(
            RULE,
            node,
            f"failure is told by {what} here, by exceptions of the project's own in {raised} other places",
            evidence={"own_exceptions_raised": raised},
        )


@by_module
def _failures(module: Module) -> tuple[ast.Return, ...]:
    """The first failing ``return`` of every function that answers with a status and a value."""
    found: list[ast.Return] = []
    by_function: dict[FunctionNode, list[ast.Return]] = {}
    for node in module.nodes(ast.Return):
        function = module.function_of(node)
        if function is not None and isinstance(node.value, ast.Tuple) and len(node.value.elts) == 2:
            by_function.setdefault(function, []).append(node)
    for returns in by_function.values():
        failing = [r for r in returns if _state(r) is False and _tells_why(r)]
        if failing and any(_state(r) for r in returns):
            found.append(failing[0])
    return tuple(found)


def _tells_why(node: ast.Return) -> bool:
    """Whether a message stands beside the status."""
    match node.value:
        case ast.Tuple(elts=[_, ast.Constant(value=str()) | ast.JoinedStr()]):
            return True
        case ast.Tuple(elts=[_, ast.Call(func=ast.Name(id="str"))]):
            return True
    return False


def _state(node: ast.Return) -> bool | None:
    match node.value:
        case ast.Tuple(elts=[ast.Constant(value=bool() as state), _]):
            return state
    return None


def _plain_raises(module: Module) -> list[ast.Raise]:
    return [
        n
        for n in module.nodes(ast.Raise)
        if isinstance(n.exc, ast.Call)
        and isinstance(n.exc.func, ast.Name)
        and n.exc.func.id == "Exception"
        and module.function_of(n) is not None
    ]


@by_module
def _own_raises(module: Module) -> tuple[ast.Raise, ...]:
    """Raises of exceptions that the project itself defines, by their names."""
    own = {
        n.name
        for n in module.nodes(ast.ClassDef)
        if any(last_name(b).endswith(("Error", "Exception")) for b in n.bases)
    }
    known = {
        name
        for name, home in module.scopes.module.imports.items()
        if name.endswith(("Error", "Exception")) and "." in home
    }
    return tuple(
        n
        for n in module.nodes(ast.Raise)
        if isinstance(n.exc, ast.Call) and last_name(n.exc.func) in own | known
    )
