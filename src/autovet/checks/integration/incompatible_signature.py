"""A public function can no longer be called as it could before the change.

Compares the parameters of public functions and methods with those in ``context.previous``: removed,
renamed or reordered parameters, new ones without a default, defaults taken away or changed, and
functions that became coroutines or return another type. Existing calls raise TypeError, or, worse,
pass their values to the wrong parameters.

Add new parameters at the end with a default, best keyword-only, and keep the old ones.

Leave it when all callers were changed together with it.
"""

import ast
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.checks.vocabulary.previous_version import previous_version
from autovet.checks.vocabulary.project_classes import methods_of
from autovet.checks.vocabulary.web_handlers import is_handler
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.project.project import Project
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("incompatible-signature", Category.INTEGRATION, confidence=0.9)

_BEFORE = """
class Zoo:
    def feed(self, animal, grams=100):
        return animal, grams

def count(cages, empty=False):
    return len(cages)
"""

BAD = (
    Example(
        """
from collections.abc import Iterator

def names(zoo) -> Iterator[str]:  # <--
    yield from zoo

def keeper(zoo) -> str | None:  # <--
    return zoo.keeper

def count(zoo) -> str:  # <--
    return str(len(zoo))
""",
        context={
            "previous": "def names(zoo) -> list[str]:\n    return [*zoo]\n\ndef keeper(zoo) -> str:\n    return zoo.keeper\n\n"
            "def count(zoo) -> int:\n    return len(zoo)\n"
        },
    ),
    Example(
        """
class Zoo:
    def feed(self, grams, animal):  # <--
        return animal, grams

def count(cages, keeper, empty=False):  # <--
    return len(cages)
""",
        context={"previous": _BEFORE},
    ),
    Example(
        """
class Zoo:
    def feed(self, animal, grams=100):
        return animal, grams

async def count(cages, empty=False):  # <--
    return len(cages)
""",
        context={"previous": _BEFORE},
    ),
)

GOOD = (
    Example(
        """
def names(zoo) -> list[str]:
    return [*zoo]

def weight(zoo) -> int:
    return 1

def keeper(zoo) -> str:
    return zoo.keeper
""",
        context={
            "previous": "def names(zoo) -> Iterable[str]:\n    return [*zoo]\n\ndef weight(zoo) -> float:\n    return 1.0\n\n"
            "def keeper(zoo) -> str | None:\n    return zoo.keeper\n"
        },
    ),
    Example(
        """
class Zoo:
    def feed(self, animal, grams=100, *, raw=False):
        return animal, grams

    def _weigh(self):
        return 0

def count(cages, empty=False, keeper=None):
    return len(cages)
""",
        context={"previous": _BEFORE},
    ),
    Example(
        """
class Zoo:
    def feed(self, *args, **kwargs):
        return args

def count(cages, **options):
    return len(cages)
""",
        context={"previous": _BEFORE.replace(", empty=False", "")},
    ),
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report signatures that existing calls no longer fit."""
    before = previous_version(module, project)
    if before is None or module.is_test:
        return
    now = _public_functions(module)
    for name, old in _public_functions(before).items():
        new = now.get(name)
        if new is None or is_handler(old, before) or new.decorator_list != [] != old.decorator_list:
            continue
        problem, certain = _problem(old, new)
        if problem:
            yield module.finding(
                RULE,
                module.header_span(new),
                f"{name}() {problem}, so existing calls break; keep the old way of calling it",
                evidence={"before": ast.unparse(old.args), "now": ast.unparse(new.args)},
                severity=None if certain else Severity.INFO,
            )


def _public_functions(module: Module) -> dict[str, FunctionNode]:
    found: dict[str, FunctionNode] = {}
    for node in module.tree.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            for name, method in methods_of(node).items():
                if not name.startswith("_") or name in {"__init__", "__call__"}:
                    found[f"{node.name}.{name}"] = method
        elif (
            isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
            and not node.name.startswith("_")
            and node.name != "main"
        ):
            found[node.name] = node
    return found


def _problem(old: FunctionNode, new: FunctionNode) -> tuple[str, bool]:
    if isinstance(old, ast.FunctionDef) and isinstance(new, ast.AsyncFunctionDef):
        return "became a coroutine function", True
    before, now = _Parameters(old), _Parameters(new)
    gone = [p for p in before.all if p not in now.all and not now.takes_any_keyword]
    if gone:
        return f"lost or renamed the parameter {gone[0]!r}", True
    if len(before.positional) > len(now.positional) and not now.takes_any_positional:
        moved = next((p for p in before.positional if p not in now.positional), "")
        if moved:
            return f"no longer takes {moved!r} by position", True
    demanded = [p for p in now.required if p not in before.required and p in before.all]
    if demanded:
        return f"now demands {demanded[0]!r}, which had a default", True
    added = [p for p in now.required if p not in before.all]
    if added:
        return f"demands the new parameter {added[0]!r}", True
    kept = [p for p in before.positional if p in now.positional]
    if kept != now.positional[: len(kept)] and not now.takes_any_positional:
        return "takes its parameters in another order", True
    changed = [p for p, d in before.defaults.items() if p in now.defaults and now.defaults[p] != d]
    if changed:
        name = changed[0]
        return (
            f"changed the default of {name!r} from {before.defaults[name]} to {now.defaults[name]}",
            True,
        )
    for name, kinds in before.kinds.items():
        if name in now.kinds and now.kinds[name] < kinds:
            lost = ", ".join(sorted(kinds - now.kinds[name]))
            return f"takes no {lost} for {name!r} any more", True
    return _result_problem(old.returns, new.returns)


def _result_problem(old: ast.expr | None, new: ast.expr | None) -> tuple[str, bool]:
    """What a caller can no longer do with the result."""
    if old is None or new is None:
        return "", False
    before, now = _alternatives(old), _alternatives(new)
    if "None" in now and "None" not in before and now - {"None"} == before:
        return "may now return None", True
    outer = [kind.partition("[")[0] for kind in (*before, *now)]
    if len(before) != 1 or len(now) != 1 or outer[0] == outer[1]:
        return "", False
    was, is_now = outer
    if was not in _PLAIN or is_now not in _PLAIN | _LAZY or (was, is_now) in _FITTING:
        return "", False
    return f"returns {is_now} instead of {was}", True


_PLAIN = frozenset({"list", "dict", "tuple", "set", "frozenset", "str", "int", "float", "bool", "bytes", "Decimal"})  # fmt: skip
_LAZY = frozenset({"Iterator", "Generator", "Iterable", "AsyncIterator", "AsyncGenerator"})
_FITTING = frozenset({("float", "int"), ("int", "bool"), ("float", "bool")})


class _Parameters:
    """The parameters of a function, as its callers see them."""

    def __init__(self, function: FunctionNode) -> None:
        given = function.args
        positional = [*given.posonlyargs, *given.args]
        defaults = dict(
            zip(
                [a.arg for a in positional][::-1],
                [ast.unparse(d) for d in given.defaults][::-1],
                strict=False,
            )
        )
        keyword_only = [a.arg for a in given.kwonlyargs]
        for name, default in zip(keyword_only, given.kw_defaults, strict=True):
            if default is not None:
                defaults[name] = ast.unparse(default)
        self.positional = [a.arg for a in positional]
        self.all = [*self.positional, *keyword_only]
        self.defaults = defaults
        self.required = [p for p in self.all if p not in defaults]
        self.kinds = {
            a.arg: _alternatives(a.annotation)
            for a in [*positional, *given.kwonlyargs]
            if a.annotation is not None
        }
        self.takes_any_keyword = given.kwarg is not None
        self.takes_any_positional = given.vararg is not None


def _alternatives(annotation: ast.expr) -> frozenset[str]:
    """The members of a union, as text; ``Optional[X]`` is X and None."""
    match annotation:
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _alternatives(left) | _alternatives(right)
        case ast.Subscript(value=ast.Name(id="Optional"), slice=inner):
            return _alternatives(inner) | {"None"}
        case ast.Subscript(value=ast.Name(id="Union"), slice=ast.Tuple(elts=members)):
            return frozenset[str]().union(*map(_alternatives, members))
    return frozenset({ast.unparse(annotation)})
