"""Conditions that decorators of icontract and deal state, read without the libraries."""

import ast
from dataclasses import dataclass

from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

_BEFORE = frozenset({"icontract.require", "deal.pre"})
_AFTER = frozenset({"icontract.ensure", "deal.post", "deal.ensure"})
_RAISING = frozenset({"deal.raises"})


@dataclass(frozen=True, slots=True)
class Contract:
    """A condition.

    Attributes:
        text: the lambda.
        names: its parameters.
        before: it is asked of the arguments; otherwise of the result too.
        line: where it stands.
    """

    text: str
    names: tuple[str, ...]
    before: bool
    line: int

    def applied(self, arguments: dict[str, str], result: str = "") -> str | None:
        """The condition as an expression; None where it names what is not there."""
        given = dict(arguments)
        if not self.before:
            given["result"] = result
            if len(self.names) == 1 and self.names[0] not in given:
                return f"({self.text})({result})"  # ``deal.post`` takes the result by position
        if self.before and self.names == ("_",):
            return None
        if not set(self.names) <= set(given):
            return None
        return f"({self.text})({', '.join(f'{name}={given[name]}' for name in self.names)})"


def contracts_of(function: FunctionNode, module: Module) -> tuple[Contract, ...]:
    """The conditions in a function's decorators."""
    found = []
    for decorator in function.decorator_list:
        if not isinstance(decorator, ast.Call) or not decorator.args:
            continue
        name = module.qualified(decorator.func) or ""
        condition = decorator.args[0]
        if name in _BEFORE | _AFTER and isinstance(condition, ast.Lambda):
            names = tuple(a.arg for a in [*condition.args.args, *condition.args.kwonlyargs])
            text = ast.unparse(condition)
            found.append(Contract(text, names, name in _BEFORE, decorator.lineno))
    return tuple(found)


def states_exceptions(function: FunctionNode, module: Module) -> bool:
    """Whether a decorator says what it may raise."""
    return any(
        isinstance(d, ast.Call) and module.qualified(d.func) in _RAISING
        for d in function.decorator_list
    )
