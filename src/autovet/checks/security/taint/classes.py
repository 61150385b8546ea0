"""The project's classes: methods through inheritance, fields, what their decorators say."""

import ast
from collections.abc import Callable, Iterator

from autovet.checks.security.taint.values import Callee, Value

_PROPERTIES = frozenset({"property", "cached_property", "hybrid_property"})
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_MAX_BASES = 12


class Classes:
    """Looks up what classes of the project define; every answer is remembered."""

    def __init__(self, resolve: Callable[[ast.expr, Callee], Callee | None]) -> None:
        self._resolve = resolve
        self._orders: dict[ast.AST, tuple[Callee, ...]] = {}
        self._methods: dict[tuple[ast.AST, str], Callee | None] = {}

    def order(self, owner: Callee) -> tuple[Callee, ...]:
        """The class and those that it inherits from, nearest first."""
        if owner.node is None:
            return ()
        known = self._orders.get(owner.node)
        if known is None:
            found: list[Callee] = []
            waiting = [owner]
            while waiting and len(found) < _MAX_BASES:
                current = waiting.pop(0)
                node = current.node
                if any(c.node is node for c in found) or not isinstance(node, ast.ClassDef):
                    continue
                found.append(current)
                waiting += [b for e in node.bases if (b := self._resolve(e, current))]
            known = self._orders[owner.node] = tuple(found)
        return known

    def method(self, owner: Callee, name: str, *, inherited: bool = False) -> Callee | None:
        """The function that a name stands for on a class; with ``inherited``, on its bases."""
        if owner.node is None:
            return None
        if inherited:
            return next((m for c in self.order(owner)[1:] if (m := _own_method(c, name))), None)
        key = (owner.node, name)
        if key not in self._methods:
            found = (m for c in self.order(owner) if (m := _own_method(c, name)))
            self._methods[key] = next(found, None)
        return self._methods[key]

    def fields(self, owner: Callee) -> Iterator[tuple[str, ast.expr | None, Callee, ast.stmt]]:
        """The names that class bodies bind, with their values, nearest class first."""
        for current in self.order(owner):
            for statement in current.node.body if isinstance(current.node, ast.ClassDef) else ():
                if isinstance(statement, ast.Assign):
                    for target in statement.targets:
                        if isinstance(target, ast.Name):
                            yield target.id, statement.value, current, statement
                elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):  # fmt: skip
                    yield statement.target.id, statement.value, current, statement

    def fields_in_order(self, owner: Callee) -> list[tuple[str, ast.expr | None, Callee]]:
        """The annotated fields as an ``__init__`` made from them takes them: bases first."""
        found: dict[str, tuple[str, ast.expr | None, Callee]] = {}
        for current in reversed(self.order(owner)):
            for statement in current.node.body if isinstance(current.node, ast.ClassDef) else ():
                if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                    found[statement.target.id] = (statement.target.id, statement.value, current)
        return list(found.values())


def is_static(method: Callee) -> bool:
    """Whether a method takes neither an instance nor the class."""
    return "staticmethod" in _decorators(method)


def is_class_method(method: Callee) -> bool:
    """Whether a method takes the class first."""
    return "classmethod" in _decorators(method)


def is_property(method: Callee) -> bool:
    """Whether reading the attribute runs the method."""
    return bool(_PROPERTIES & _decorators(method))


def _decorators(method: Callee) -> set[str]:
    if not isinstance(method.node, _FUNCTIONS) or not method.node.decorator_list:
        return set()
    plain = (d.func if isinstance(d, ast.Call) else d for d in method.node.decorator_list)
    return {d.attr if isinstance(d, ast.Attribute) else getattr(d, "id", "") for d in plain}


def _own_method(owner: Callee, name: str) -> Callee | None:
    if isinstance(owner.node, ast.ClassDef):
        for statement in owner.node.body:
            if isinstance(statement, _FUNCTIONS) and statement.name == name:
                return Callee(statement, owner.home)
    return None


def type_name(owner: Callee) -> str:
    """The name that values of a class of the project carry as their type."""
    return f".{owner.home.module.name}:{getattr(owner.node, 'name', '')}"


def class_value(owner: Callee) -> Value:
    """The class itself as a value."""
    return Value(callees=(owner,))
