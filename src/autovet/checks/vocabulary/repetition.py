"""What runs again and again: the loop or comprehension around an expression."""

import ast
from dataclasses import dataclass

from autovet.checks.vocabulary.expressions import names_in
from autovet.source.module import Module

_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


@dataclass(frozen=True, slots=True)
class Repetition:
    """A loop or comprehension.

    Attributes:
        node: the loop statement or comprehension.
        targets: the names that each round binds anew.
        iterable: what it goes over; None for ``while``.
    """

    node: ast.AST
    targets: frozenset[str]
    iterable: ast.expr | None

    @property
    def is_long(self) -> bool:
        """Whether nothing shows that the rounds are few: a literal, an enumeration, ``range(3)``."""
        return self.iterable is None or not is_short(self.iterable)


def repetitions_of(node: ast.AST, module: Module) -> list[Repetition]:
    """The loops and comprehensions of the same function that repeat a node, innermost first."""
    found: list[Repetition] = []
    child = node
    for ancestor in module.ancestors(node):
        if isinstance(ancestor, _FUNCTIONS):
            break
        if isinstance(ancestor, ast.While):
            if child not in ancestor.orelse:
                found.append(Repetition(ancestor, frozenset(), None))
        elif isinstance(ancestor, (ast.For, ast.AsyncFor)):
            if child in ancestor.body:
                found.append(Repetition(ancestor, names_in(ancestor.target), ancestor.iter))
        elif isinstance(ancestor, _COMPREHENSIONS):
            found += _rounds_of(ancestor, child, node)
        child = ancestor
    return found


def _rounds_of(
    comprehension: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp,
    child: ast.AST,
    node: ast.AST,
) -> list[Repetition]:
    generators = comprehension.generators
    if isinstance(child, ast.comprehension):
        position = generators.index(child)
        in_iterable = any(n is node for n in ast.walk(child.iter))
        generators = generators[: position if in_iterable else position + 1]
    return [Repetition(comprehension, names_in(g.target), g.iter) for g in reversed(generators)]


def is_short(iterable: ast.expr) -> bool:
    """Whether an iterable plainly has few items."""
    if isinstance(iterable, (ast.List, ast.Tuple, ast.Set, ast.Dict)):
        return not any(isinstance(e, ast.Starred) for e in getattr(iterable, "elts", ()))
    if isinstance(iterable, ast.Constant):
        return True
    if isinstance(iterable, ast.Name):
        return iterable.id.isupper()
    if isinstance(iterable, ast.Attribute):
        return iterable.attr.isupper()
    if isinstance(iterable, ast.Call):
        func = iterable.func
        if isinstance(func, ast.Name) and func.id == "range":
            return all(isinstance(a, ast.Constant) or is_short(a) for a in iterable.args)
        if isinstance(func, ast.Name) and func.id in {"enumerate", "zip", "reversed", "sorted"}:
            return any(is_short(a) for a in iterable.args)
        if isinstance(func, ast.Attribute) and func.attr in {"items", "keys", "values"}:
            return is_short(func.value)
    if isinstance(iterable, ast.BinOp):
        return is_short(iterable.left) and is_short(iterable.right)
    return False


def bound_in(name: str, repetition: Repetition, module: Module) -> bool:
    """Whether a round gives the name a new value (growing in place is no new value)."""
    key = ("bound_in", repetition.node)
    if key not in module.memo:
        module.memo[key] = {
            n.id
            for n in ast.walk(repetition.node)
            if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
        }
    return name in module.memo[key]
