"""Errors are reported in another way than the siblings do it: by status values or built-in errors.

Finds functions that return ``False, "message"`` and ``True, value``, ``None, "message"``, or
``{"error": ...}`` for failure, and functions that raise plain ``Exception``, where the project, or the
file, raises exceptions of its own; where nothing else is raised at all, also ``RuntimeError``,
``ValueError`` and their like outside of constructors and validators.

Callers must know for each function which way it fails, and the failures that nobody unpacks or
catches are lost.

Raise the project's exception. Functions of a protocol that prescribes the pair are left alone where
others return it too, and so are decorated functions, whose results go elsewhere.
"""

import ast
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.project.conventions.convention import is_vendored
from autovet.project.conventions.exceptions import own_exceptions, raised_names
from autovet.project.project import Project
from autovet.source.module import Module
from autovet.source.remembered import by_module
from autovet.source.scopes import FunctionNode

RULE = Rule("status-tuple", Category.CONSISTENCY, confidence=0.85)

_LEAST = 2
_FIRM = 5
_BROAD = frozenset({"Exception", "BaseException"})
_NARROW = frozenset(
    {"RuntimeError", "ValueError", "KeyError", "LookupError", "IndexError", "OSError", "IOError"}
)
_OUTCOMES = frozenset({"ok", "success", "succeeded", "successful"})
# where a built-in error is what the caller, or the language, asks for
_PRESCRIBED = ("__", "validate", "_validate", "parse", "_parse", "check_", "_check")
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
    Example(
        """
def weigh_all(parcels):
    if not parcels:
        return {"error": "nothing to weigh"}  # <--
    return {"grams": sum(p.grams for p in parcels)}

def heaviest(parcels):
    if not parcels:
        return None, "nothing to weigh"  # <--
    return max(parcels), None

def label(parcel):
    if parcel.open:
        raise ValueError("not closed")  # <--
    return parcel.number
""",
        files={
            **_FILES,
            "shop/errors.py": "class ShopError(Exception): ...\nclass ParcelLost(ShopError): ...\n",
            "shop/find.py": "from shop.errors import ParcelLost\n\ndef find(n):\n    raise ParcelLost(n)\n",
            "shop/seek.py": "from shop.errors import ParcelLost\n\ndef seek(n):\n    raise ParcelLost(n)\n",
        },
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
    Example(
        """
class Parcel:
    def __init__(self, grams):
        if grams < 0:
            raise ValueError(grams)
        self.grams = grams

@routes.post("/parcels")
def create(body):
    if not body:
        return {"error": "empty"}
    return {"id": 1}

def state(parcel):
    if parcel is None:
        return {"state": "unknown", "error": None}
    return {"state": "known", "error": None}
""",
        files=_FILES,
    ),
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report the ``return`` of the failure, or the ``raise``."""
    if module.is_test or is_vendored(module.path):
        return
    failures = _failures(module)
    raised_here = raised_names(module)
    if not failures and not any(name in _BROAD | _NARROW for name, _ in raised_here):
        return
    others = [m for m in project.others() if not m.is_test and not is_vendored(m.path)]
    own = own_exceptions([module, *others])
    raises = [name for m in others for name, _ in raised_names(m)]
    raised = sum(name in own for name in [*raises, *(n for n, _ in raised_here)])
    alike = sum(len(_failures(m)) for m in others) + max(len(failures) - _LEAST, 0)
    odd: list[tuple[ast.stmt, str]] = []
    if raised >= _LEAST and not alike:
        odd += [(node, "a status value") for node in failures]
    foreign = [n for n in raises if n in _BROAD | _NARROW]
    for name, node in raised_here:
        broad = name in _BROAD and raised >= _LEAST and name not in foreign
        strict = name in _NARROW and not foreign and len(others) > 1
        firm = strict and sum(n in own for n in raises) >= _FIRM and not _prescribed(node, module)
        if (broad or firm) and name not in own:
            odd.append((node, f"a plain {name}"))
    for place, what in odd:
        yield module.finding(
            RULE,
            place,
            f"failure is told by {what} here, by exceptions of the project's own in {raised} other places",
            evidence={"own_exceptions_raised": raised},
        )


def _prescribed(node: ast.AST, module: Module) -> bool:
    function = module.function_of(node)
    return function is None or bool(
        function.decorator_list or function.name.startswith(_PRESCRIBED)
    )


@by_module
def _failures(module: Module) -> tuple[ast.Return, ...]:
    """The first failing ``return`` of every function that answers with a status and a value."""
    found: list[ast.Return] = []
    by_function: dict[FunctionNode, list[ast.Return]] = {}
    for node in module.nodes(ast.Return):
        if not isinstance(node.value, (ast.Tuple, ast.Dict)):
            continue
        function = module.function_of(node)
        if function is not None and not function.decorator_list:
            by_function.setdefault(function, []).append(node)
    for returns in by_function.values():
        failing = [r for r in returns if _fails(r)]
        if failing and len(failing) < len(returns) and any(_succeeds(r) for r in returns):
            found.append(failing[0])
    return tuple(found)


def _fails(node: ast.Return) -> bool:
    match node.value:
        case ast.Tuple(elts=[ast.Constant(value=None | False), why]):
            return _is_message(why)
        case ast.Dict(keys=[ast.Constant(value="error" | "errors"), *_], values=[why, *_]):
            return not (isinstance(why, ast.Constant) and why.value is None)
        case ast.Dict(
            keys=[ast.Constant(value=str() as key), *_], values=[ast.Constant(value=False), *_]
        ):
            return key in _OUTCOMES
    return False


def _succeeds(node: ast.Return) -> bool:
    match node.value:
        case ast.Tuple(elts=[ast.Constant(value=True), _] | [_, ast.Constant(value=None)]):
            return True
        case ast.Dict(keys=keys):
            named = {k.value for k in keys if isinstance(k, ast.Constant)}
            return not _fails(node) and None not in keys and named.isdisjoint({"error", "errors"})
    return False


def _is_message(node: ast.expr) -> bool:
    match node:
        case ast.Constant(value=str()) | ast.JoinedStr() | ast.Call(func=ast.Name(id="str")):
            return True
    return False
