"""A check, as discovery reads it from its file."""

import ast
import inspect
import types
import typing
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from autovet.checks.example import Example
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.unverified import Unverified
from autovet.ports import Knowledge
from autovet.project.project import Project
from autovet.source.module import Module

Report = Finding | Unverified


class BrokenCheckError(Exception):
    """A file below ``checks/`` does not follow the form of a check."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its rule, what it wants to see, and its examples.

    Attributes:
        node_types: the syntax it subscribes to; empty when it looks at the module as a whole.
        wants: the names of its other parameters, in order, each ``module``, ``project`` or
            ``knowledge``.
    """

    rule: Rule
    run: Callable[..., Iterator[Report]]
    node_types: tuple[type[ast.AST], ...]
    wants: tuple[str, ...]
    bad: tuple[Example, ...]
    good: tuple[Example, ...]


_PARTS = {Module: "module", Project: "project", Knowledge: "knowledge"}


def read_check(file: types.ModuleType) -> Check:
    """Read a check from its module.

    Raises:
        BrokenCheckError: the file lacks a part, or its parts contradict each other.
    """
    _, _, category, name = file.__name__.split(".")
    rule: Rule | None = getattr(file, "RULE", None)
    function = getattr(file, "check", None)
    if rule is None or function is None or not file.__doc__:
        raise BrokenCheckError(f"{file.__name__} needs a docstring, RULE and check()")
    if rule.id != name.replace("_", "-") or rule.category != category:
        raise BrokenCheckError(
            f"{file.__name__} declares the rule {rule.id!r} of {rule.category!r}; "
            "a check stands in the folder of its category, in a file of its rule's name"
        )
    node_types, wants = _subscription(function, file.__name__)
    return Check(
        rule=replace(rule, doc=inspect.cleandoc(file.__doc__)),
        run=function,
        node_types=node_types,
        wants=wants,
        bad=_examples(file, "BAD"),
        good=_examples(file, "GOOD"),
    )


def _examples(file: types.ModuleType, name: str) -> tuple[Example, ...]:
    given = getattr(file, name, ())
    if not given or isinstance(given, (str, Example)):
        raise BrokenCheckError(f"{file.__name__} needs a tuple {name} of examples")
    return tuple(e if isinstance(e, Example) else Example(e) for e in given)


def _subscription(
    function: Callable[..., object], where: str
) -> tuple[tuple[type[ast.AST], ...], tuple[str, ...]]:
    hints = typing.get_type_hints(function)
    hints.pop("return", None)
    node_types: tuple[type[ast.AST], ...] = ()
    wants: list[str] = []
    for position, (name, hint) in enumerate(hints.items()):
        kinds = typing.get_args(hint) or (hint,)
        if position == 0 and all(isinstance(k, type) and issubclass(k, ast.AST) for k in kinds):
            node_types = kinds
        elif hint in _PARTS:
            wants.append(_PARTS[hint])
        else:
            raise BrokenCheckError(f"{where}: parameter {name!r} asks for something unknown")
    return node_types, tuple(wants)
