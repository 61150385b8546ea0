"""One function returns values of unrelated types: a list here, False or None there.

Finds functions that return a collection or a text in one place and ``False`` (or ``True``) in
another, a collection here and an error message there, an empty list for a dictionary, three
unrelated kinds, or tuples of different length. Every caller has to test for each kind, most forget one, and type checkers are silenced
with ``Any``.

Return one type: an empty collection for nothing found, an exception for failure, None only when
"nothing" is an answer of its own.

Leave it when the value's type is the point, as in parsers of literals. Functions that return both
``True`` and ``False``, that convert or parse, or that declare a union of exactly these types are
not judged.
"""

import ast
import re
from collections.abc import Iterator

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("inconsistent-return-types", Category.CONSISTENCY, confidence=0.85)

_CONVERTS = re.compile(
    r"(^|_)(parse|convert|coerce|cast|decode|load|loads|eval|evaluate|literal|normali[sz]e|to_python|deserialize|from|value|default|resolve|unwrap|adapt|clean|getattr|get_option|getoption|encode|encoder|jsonable|serialize|dump|dumps|to|as|json)(_|$)"
)
_CONSTRUCTORS = {
    "list": "list", "sorted": "list", "dict": "dict", "set": "set", "frozenset": "set",
    "tuple": "tuple", "str": "str",
}  # fmt: skip
_DISPLAYS: dict[type[ast.expr], str] = {
    ast.List: "list", ast.ListComp: "list", ast.Dict: "dict", ast.DictComp: "dict",
    ast.Set: "set", ast.SetComp: "set", ast.JoinedStr: "str", ast.Tuple: "tuple",
}  # fmt: skip
_LOOSE = {"typing.Any", "builtins.object"}

BAD = (
    """
def overdue(orders):  # <--
    if not orders:
        return False
    late = [order for order in orders if order.late]
    if not late:
        return None
    return late
""",
    """
from typing import Any

def headers(request) -> Any:  # <--
    if request is None:
        return False
    return {"Host": request.host}
""",
    """
def order_lines(order):  # <--
    if order is None:
        return "no such order"
    if order.cancelled:
        return None
    return [line.text for line in order.lines]
""",
    """
def bounds(values):  # <--
    if not values:
        return None, None, "empty"
    return min(values), max(values)
""",
    """
def by_shelf(items):  # <--
    if not items:
        return []
    return {item.shelf: item for item in items}
""",
)
GOOD = (
    """
def overdue(orders):
    if orders is None:
        return None
    return [order for order in orders if order.late]

def is_late(order):
    if order is None:
        return False
    return order.late

def parse_flag(text):
    if text == "no":
        return False
    if text == "none":
        return None
    return text.split(",") if "," in text else []
""",
    """
def first(rows):
    def known(row):
        return False
    return [row for row in rows if not known(row)]

def toggle(rows) -> list[int] | bool:
    if rows:
        return [1]
    return False
""",
    """
def limits(kind):
    if kind == "day":
        return 1, 2
    return 3, 4
""",
)


def check(module: Module) -> Iterator[Finding]:
    """Report functions whose returned kinds do not belong together."""
    by_function: dict[FunctionNode, list[ast.Return]] = {}
    for statement in module.nodes(ast.Return):
        function = module.function_of(statement)
        if function is not None:
            by_function.setdefault(function, []).append(statement)
    for function, returns in by_function.items():
        yield from _judge(function, returns, module)


def _judge(function: FunctionNode, returns: list[ast.Return], module: Module) -> Iterator[Finding]:
    if len(returns) < 2 or _CONVERTS.search(function.name) or _is_dunder(function):
        return
    kinds = [_kind(r.value, module) for r in returns]
    fault = _mixture(function, kinds, module) or _lengths(function, returns)
    if fault is not None:
        yield module.finding(
            RULE,
            module.header_span(function),
            f"{function.name} returns {fault}; let it return one type",
            evidence={
                "returns": [
                    {"line": r.lineno, "kind": k} for r, k in zip(returns, kinds, strict=True)
                ]
            },
        )


def _mixture(function: FunctionNode, kinds: list[str | None], module: Module) -> str | None:
    """What does not belong together: a flag, or a message, among results of another kind."""
    if not _is_loose(function.returns, module):
        return None
    known = {k for k in kinds if k is not None}
    flags = known & {"False", "True"}
    containers = known & {"list", "dict", "set", "tuple"}
    # an empty list for a dictionary, and the like
    exchanged = len(containers - {"tuple"}) > 1 and not flags and _one_is_empty(function, module)
    flagged = len(flags) == 1 and bool(containers or "str" in known)
    messaged = "str" in known and bool(containers - {"tuple"}) and _is_message(function, module)
    scattered = len(known - {"None"}) >= 3 and len(flags) < 2 and bool(containers)
    if not (flagged or messaged or scattered or exchanged):
        return None
    shown = [k if k in _PLAIN else f"{_ARTICLES.get(k, 'a')} {k}" for k in sorted(known)]
    return f"{', '.join(shown[:-1])} or {shown[-1]}, depending on the case"


def _one_is_empty(function: FunctionNode, module: Module) -> bool:
    """Whether an empty display is returned, as an answer for "nothing"."""
    values = [n.value for n in module.nodes(ast.Return) if module.function_of(n) is function]
    empty = {
        type(v)
        for v in values
        if (isinstance(v, ast.List) and not v.elts) or (isinstance(v, ast.Dict) and not v.keys)
    }
    # one empty of each kind is a choice of kinds, not an answer for nothing
    return len(empty) == 1


_PLAIN = frozenset({"None", "False", "True"})
_ARTICLES = {"int": "an"}


def _is_message(function: FunctionNode, module: Module) -> bool:
    """Whether a text that is returned reads like a message: it holds several words."""
    constants = (
        node.value.value
        for node in module.nodes(ast.Return)
        if isinstance(node.value, ast.Constant) and module.function_of(node) is function
    )
    return any(isinstance(text, str) and " " in text.strip() for text in constants)


def _lengths(function: FunctionNode, returns: list[ast.Return]) -> str | None:
    """Tuples of different lengths, where every return is a tuple display."""
    if function.returns is not None:
        return None
    lengths: set[int] = set()
    for r in returns:
        if not isinstance(r.value, ast.Tuple) or any(
            isinstance(e, ast.Starred) for e in r.value.elts
        ):
            return None
        lengths.add(len(r.value.elts))
    if len(lengths) < 2 or 0 in lengths:
        return None
    return f"tuples of {' and '.join(map(str, sorted(lengths)))} elements"


def _is_loose(annotation: ast.expr | None, module: Module) -> bool:
    """Whether the declared result does not say what it may be."""
    return annotation is None or module.qualified(annotation) in _LOOSE


def _kind(value: ast.expr | None, module: Module) -> str | None:
    if value is None:
        return "None"
    if isinstance(value, ast.Constant):
        if value.value is None or isinstance(value.value, bool):
            return str(value.value)
        return {str: "str", int: "int"}.get(type(value.value))
    if isinstance(value, ast.Name):
        assigned = _assigned(value, module)
        return (
            _kind(assigned, module)
            if assigned is not None and not isinstance(assigned, ast.Name)
            else None
        )
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
        return _CONSTRUCTORS.get(value.func.id)
    return _DISPLAYS.get(type(value))


def _assigned(name: ast.Name, module: Module) -> ast.expr | None:
    """The first value of a name, when its other bindings do not show another kind."""
    single = module.assigned(name)
    if single is not None:
        return single
    scope = module.scopes.of(name).lookup(name.id)
    values = []
    for binding in scope.bindings[name.id] if scope else []:
        parent = module.parent(binding)
        if not isinstance(parent, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            return None
        values.append(parent.value)
    kinds = {type(v) for v in values}
    return values[0] if len(kinds) == 1 else None


def _is_dunder(function: FunctionNode) -> bool:
    return function.name.startswith("__") and function.name.endswith("__")
