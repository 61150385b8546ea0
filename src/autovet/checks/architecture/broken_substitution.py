"""A subclass cannot stand in for its base class.

Finds overriding methods that do nothing but refuse (``raise NotImplementedError``,
``UnsupportedOperation``...) where the base class promises the operation, and overrides that do
not accept the arguments which callers of the base may pass. Code written against the base class
fails at run time for this one subclass, and has to ask for the type first.

Split the base class, so that each class promises only what it can keep; or compose instead of
inheriting. Accept at least the base method's parameters.

Leave it in a base class whose own subclasses fill the gap.
"""

import ast
from collections.abc import Iterator
from typing import TypeGuard

from autovet.checks.vocabulary.expressions import last_name
from autovet.checks.vocabulary.project_classes import class_of_expression, is_interface, methods_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.project.project import Project
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("broken-substitution", Category.ARCHITECTURE, confidence=0.85)

BAD = (
    """
class Bird:
    def sing(self):
        return "tweet"

    def fly(self, height):
        return height

class Penguin(Bird):
    def fly(self, height):  # <--
        raise NotImplementedError("penguins cannot fly")
""",
    """
from abc import ABC, abstractmethod

class Exporter(ABC):
    @abstractmethod
    def export(self, rows, target): ...

class Printer(Exporter):
    def export(self, rows):  # <--
        print(rows)
""",
    """
class Herd:
    def leader(self) -> str:
        return self.animals[0]

class Flock(Herd):
    def leader(self) -> str | None:  # <--
        return self.animals[0] if self.animals else None

class Swarm(Herd):
    async def leader(self) -> str:  # <--
        return self.animals[0]
""",
)

GOOD = (
    """
from abc import ABC, abstractmethod

class Bird(ABC):
    def sing(self):
        raise NotImplementedError

    @abstractmethod
    def eat(self, food): ...

class Waterbird(Bird):
    def eat(self, food):
        raise NotImplementedError

class Duck(Waterbird):
    def eat(self, food, times=1):
        return food

    def sing(self):
        return "quack"
""",
    """
class Reader:
    def read(self, size):
        return b"" * size

class Counting(Reader):
    def read(self, *args, **kwargs):
        return super().read(*args, **kwargs)

class Maybe:
    def first(self) -> str | None:
        return None

class Sure(Maybe):
    def first(self) -> str:
        return "a"

class Small(Reader):
    def seek(self, place):
        return place

class Smaller(Small):
    def read(self, size=10):
        return b""

class Checked(Reader):
    def read(self, size):
        if size < 0:
            raise NotImplementedError
        return b""
""",
)

_REFUSALS = ("NotImplementedError", "UnsupportedOperation", "NotSupported", "Unsupported", "ReadOnly", "Immutable")  # fmt: skip
_REFUSING = (
    "cannot",
    "can't",
    "can not",
    "not supported",
    "unsupported",
    "not allowed",
    "read-only",
    "readonly",
    "not possible",
)
_PLAIN_TYPES = frozenset({"int", "str", "float", "bool", "bytes", "list", "dict", "set", "tuple"})
_FREE = frozenset({"__init__", "__new__", "__init_subclass__", "__post_init__", "__call__"})


def check(owner: ast.ClassDef, module: Module, project: Project) -> Iterator[Finding]:
    """Report methods that take back what a base class promises."""
    if not owner.bases or module.is_test or is_interface(owner, module):
        return
    own = methods_of(owner)
    for base in owner.bases:
        found = class_of_expression(base, module, project)
        if found is None:
            continue
        promised = methods_of(found[0])
        for name, method in own.items():
            if name not in promised or name in _FREE or method.decorator_list or _is_private(name):
                continue
            if _refuses(method) and (
                not _refuses(promised[name]) and not _filled_below(owner, name, module)
            ):
                yield module.finding(
                    RULE,
                    method,
                    f"{owner.name}.{name}() refuses what {found[0].name} promises, so a {owner.name} "
                    f"cannot stand in for a {found[0].name}; split the base class",
                    evidence={"base": found[0].name, "method": name},
                )
            elif _waits_differently(method, promised[name]):
                yield module.finding(
                    RULE,
                    module.header_span(method),
                    f"{owner.name}.{name}() {'has' if isinstance(method, ast.AsyncFunctionDef) else 'cannot'} to be awaited, "
                    f"unlike {found[0].name}.{name}(), so callers of a {found[0].name} fail",
                    evidence={"base": found[0].name, "method": name},
                )
            elif other := _other_answer(method, promised[name]):
                yield module.finding(
                    RULE,
                    module.header_span(method),
                    f"{owner.name}.{name}() answers with {other[1]} where {found[0].name} promises {other[0]}, so "
                    f"callers of a {found[0].name} fail",
                    evidence={
                        "base": found[0].name,
                        "method": name,
                        "promised": other[0],
                        "given": other[1],
                    },
                )
            elif not promised[name].decorator_list or _is_abstract(promised[name]):
                yield from _narrower(owner, found[0], method, promised[name], module)


def _narrower(
    owner: ast.ClassDef,
    base: ast.ClassDef,
    method: FunctionNode,
    promised: FunctionNode,
    module: Module,
) -> Iterator[Finding]:
    """An override that cannot be called as the base's method can."""
    mine, theirs = method.args, promised.args
    if mine.vararg and mine.kwarg:
        return
    accepted = [a.arg for a in [*mine.posonlyargs, *mine.args]]
    expected = [a.arg for a in [*theirs.posonlyargs, *theirs.args]]
    required = len(accepted) - len(mine.defaults)
    missing = [
        a.arg
        for a in theirs.kwonlyargs
        if a.arg not in {k.arg for k in [*mine.kwonlyargs, *mine.args]} and not mine.kwarg
    ]
    # an optional parameter that an override leaves out harms only callers that pass it
    missing = [m for m in missing if m in _required_keywords(theirs)]
    demanded = expected[: len(expected) - len(theirs.defaults)]
    if len(accepted) < len(demanded) and not mine.vararg:
        missing = demanded[len(accepted) :] + missing
        problem = f"does not accept {missing[0]!r}"
    elif missing:
        problem = f"does not accept {missing[0]!r}"
    elif required > len(expected) and not theirs.vararg and not theirs.kwarg:
        problem = f"demands {accepted[len(expected)]!r}"
    else:
        return
    yield module.finding(
        RULE,
        module.header_span(method),
        f"{owner.name}.{method.name}() {problem}, unlike {base.name}.{method.name}(), so calls "
        f"through {base.name} fail",
        evidence={"base": base.name, "method": method.name, "base_parameters": ast.unparse(theirs)},
    )


def _waits_differently(method: FunctionNode, promised: FunctionNode) -> bool:
    """Whether one of the two is a coroutine function and the other a function with a body of its own."""
    if isinstance(method, ast.AsyncFunctionDef) == isinstance(promised, ast.AsyncFunctionDef):
        return False
    if any(isinstance(n, (ast.Yield, ast.YieldFrom)) for n in ast.walk(promised)):
        return False
    # a function that returns an awaitable is as good as a coroutine function
    plain = promised if isinstance(method, ast.AsyncFunctionDef) else method
    returns = ast.unparse(plain.returns) if plain.returns is not None else ""
    return bool(returns) and not any(
        w in returns for w in ("Awaitable", "Coroutine", "Any", "Future", "Task")
    )


def _other_answer(method: FunctionNode, promised: FunctionNode) -> tuple[str, str] | None:
    """The two result types, where both are plain and no value can be of both."""
    pair = []
    given, base = method.returns, promised.returns
    if _may_be_none(given) and base is not None and ast.dump(given.left) == ast.dump(base):
        return ast.unparse(base), ast.unparse(given)
    for node in (promised, method):
        returns = node.returns
        base = returns.value if isinstance(returns, ast.Subscript) else returns
        if isinstance(returns, ast.Constant) and returns.value is None:
            pair.append("None")
        elif isinstance(base, ast.Name) and base.id in _PLAIN_TYPES:
            pair.append(base.id)
        else:
            return None
    was, now = pair
    fits = was == now or (was, now) in {
        ("float", "int"),
        ("int", "bool"),
        ("float", "bool"),
        ("complex", "float"),
    }
    return None if fits or was == "None" else (was, now)


def _may_be_none(returns: ast.expr | None) -> TypeGuard[ast.BinOp]:
    match returns:
        case ast.BinOp(op=ast.BitOr(), right=ast.Constant(value=None)):
            return True
    return False


def _required_keywords(arguments: ast.arguments) -> set[str]:
    pairs = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    return {argument.arg for argument, default in pairs if default is None}


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.endswith("__")


def _refuses(method: FunctionNode) -> bool:
    body = method.body
    if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    if len(body) != 1 or not isinstance(body[0], ast.Raise) or body[0].exc is None:
        return False
    raised = body[0].exc
    name = last_name(raised.func if isinstance(raised, ast.Call) else raised)
    said = " ".join(
        a.value.lower()
        for a in (raised.args if isinstance(raised, ast.Call) else ())
        if isinstance(a, ast.Constant) and isinstance(a.value, str)
    )
    return any(word in name for word in _REFUSALS) or any(word in said for word in _REFUSING)


def _is_abstract(method: FunctionNode) -> bool:
    return any(last_name(d) == "abstractmethod" for d in method.decorator_list)


def _filled_below(owner: ast.ClassDef, name: str, module: Module) -> bool:
    """Whether a subclass in the module implements the method after all."""
    return any(
        any(last_name(b) == owner.name for b in other.bases) and name in methods_of(other)
        for other in module.nodes(ast.ClassDef)
    )
