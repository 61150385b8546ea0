"""What a ``__getattr__`` can supply, read from its body."""

import ast
from collections.abc import Iterator

from autovet.adapters.api_index.records import Reach

LITERALS, ITEMS, ANYTHING = "literals", "items", "anything"
_COLLECTIONS = (ast.Set, ast.List, ast.Tuple, ast.Dict)
_COMPREHENSIONS = (ast.SetComp, ast.ListComp, ast.DictComp)
_FALLBACKS = frozenset({"__getattr__", "__getattribute__"})
_CONSTRUCTORS = frozenset({"frozenset", "set", "tuple", "list", "dict"})


def reach_of(function: ast.FunctionDef | ast.AsyncFunctionDef, module: ast.Module) -> Reach:
    """Classify a ``__getattr__``.

    Every way out that returns something has to be a look-up by the asked name in what the module
    spells out, in the object's items, or in the normal attributes; else it may supply anything.
    """
    if not function.args.args:
        return Reach(ANYTHING)
    name = function.args.args[-1].arg
    if not _ends(function.body):
        return Reach(ANYTHING)  # it returns None for whatever is asked
    literal = _literal_names(module)
    kinds = [
        _kind(statement.value, name, literal, guarded)
        for statement, guarded in _returns(function.body, name, literal, guarded=False)
        if statement.value is not None
    ]
    if ANYTHING in kinds:
        return Reach(ANYTHING)
    return Reach(ITEMS if ITEMS in kinds else LITERALS)


def _ends(body: list[ast.stmt]) -> bool:
    """Whether every way through a body returns or raises."""
    last = body[-1]
    if isinstance(last, ast.If):
        return bool(last.orelse) and _ends(last.body) and _ends(last.orelse)
    if isinstance(last, ast.Try):
        whole = _ends(last.orelse or last.body)
        return whole and all(_ends(handler.body) for handler in last.handlers)
    if isinstance(last, ast.With):
        return _ends(last.body)
    return isinstance(last, (ast.Raise, ast.Return))


def _returns(
    body: list[ast.stmt], name: str, literal: frozenset[str], *, guarded: bool
) -> Iterator[tuple[ast.Return, bool]]:
    """The return statements, and whether a test of the name against literals stands before."""
    for statement in body:
        if isinstance(statement, ast.Return):
            yield statement, guarded
        elif isinstance(statement, ast.If):
            chosen = guarded or _tests_literals(statement.test, name, literal)
            yield from _returns(statement.body, name, literal, guarded=chosen)
            yield from _returns(statement.orelse, name, literal, guarded=guarded)
        else:
            chosen = guarded or (
                isinstance(statement, ast.Try) and _looks_up(statement.body, name, literal)
            )
            for block in ("body", "orelse", "finalbody"):
                yield from _returns(getattr(statement, block, []), name, literal, guarded=chosen)
            for handler in getattr(statement, "handlers", []):
                yield from _returns(handler.body, name, literal, guarded=guarded)


def _looks_up(body: list[ast.stmt], name: str, literal: frozenset[str]) -> bool:
    """Whether a body begins with a look-up of the name in what is spelled out."""
    return any(
        isinstance(node, ast.Subscript)
        and _is_name(node.slice, name)
        and isinstance(node.value, ast.Name)
        and node.value.id in literal
        for node in ast.walk(body[0])
    )


def _kind(value: ast.expr, name: str, literal: frozenset[str], guarded: bool) -> str:
    if guarded or _is_fallback(value):
        return LITERALS
    for node in ast.walk(value):
        if isinstance(node, ast.Subscript) and _is_name(node.slice, name):
            if isinstance(node.value, ast.Name) and node.value.id in literal:
                return LITERALS
            if isinstance(node.value, ast.Call) and _last(node.value.func) == "globals":
                return LITERALS
            return ITEMS if node is value else ANYTHING
    return ANYTHING


def _is_fallback(value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and _last(value.func) in _FALLBACKS


def _tests_literals(test: ast.expr, name: str, literal: frozenset[str]) -> bool:
    """Whether the test only holds for names that are spelled out."""
    if isinstance(test, ast.BoolOp):
        results = [_tests_literals(value, name, literal) for value in test.values]
        return any(results) if isinstance(test.op, ast.And) else all(results)
    if not isinstance(test, ast.Compare) or len(test.ops) != 1:
        return False
    left, operator, right = test.left, test.ops[0], test.comparators[0]
    if isinstance(operator, ast.Eq):
        sides = (left, right)
        return any(_is_name(s, name) for s in sides) and any(
            isinstance(s, ast.Constant) for s in sides
        )
    if not isinstance(operator, ast.In) or not _is_name(left, name):
        return False
    return isinstance(right, _COLLECTIONS) or (isinstance(right, ast.Name) and right.id in literal)


def _literal_names(module: ast.Module) -> frozenset[str]:
    """Names that the module binds to collections that it spells out."""
    found = {"__all__"}
    for statement in ast.walk(module):
        if isinstance(statement, ast.Assign):
            targets, value = statement.targets, statement.value
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            targets, value = [statement.target], statement.value
        else:
            continue
        if isinstance(value, ast.Call) and _last(value.func) in _CONSTRUCTORS and value.args:
            value = value.args[0]
        if isinstance(value, (*_COLLECTIONS, *_COMPREHENSIONS)):
            found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return frozenset(found)


def _is_name(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _last(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
