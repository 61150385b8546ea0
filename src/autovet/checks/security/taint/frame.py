"""What one run over a function shares: its environment, its budget, the flows that it found."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from autovet.checks.security.taint.environment import Environment
from autovet.checks.security.taint.models import Models
from autovet.checks.security.taint.values import CLEAN, Taint, Value
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

MAX_HITS = 60


class CutShortError(Exception):
    """The step budget is spent."""


class Hit(NamedTuple):
    """Untrusted data that reaches a sink.

    Attributes:
        what: the sink, as messages name it.
        text: how the whole argument reads.
        soft: something with a trustworthy name looked at the data on its way.
    """

    kind: str
    what: str
    node: ast.AST
    taint: Taint
    text: str | None
    soft: bool


@dataclass(frozen=True, slots=True)
class Summary:
    """What a call of a function does, in terms of its parameters.

    Attributes:
        result: the value returned; its taints may be those of parameters.
        hits: the sinks that are reached.
        when_true: sources shown to be safe when the result counts as true.
        when_done: sources shown to be safe when it returns at all.
        fields: for ``__init__``: the value of ``self`` at its end.
    """

    result: Value = CLEAN
    hits: tuple[Hit, ...] = ()
    when_true: Mapping[tuple[str, ...], frozenset[str]] = field(default_factory=dict)
    when_done: Mapping[tuple[str, ...], frozenset[str]] = field(default_factory=dict)
    fields: Value = CLEAN


class Analysis(Protocol):
    """What a run may ask about the rest of the module."""

    module: Module
    models: Models
    globals: Environment
    closures: dict[ast.AST, Environment]

    def spend(self) -> None:
        """Take one step from the budget.

        Raises:
            CutShortError: nothing is left.
        """
        ...

    def name_of(self, node: ast.expr) -> str | None:
        """The dotted name of an expression, remembered."""
        ...

    def summary(self, function: FunctionNode) -> Summary | None:
        """What a function of the module does; None while it is being worked out."""
        ...

    def class_named(self, name: str) -> ast.ClassDef | None:
        """A top-level class of the module."""
        ...

    def parameters(self, function: FunctionNode) -> Mapping[str, Value]:
        """The values that the parameters of a function stand for."""
        ...


class Frame:
    """The state of one run."""

    def __init__(self, analysis: Analysis, node: ast.AST, env: Environment) -> None:
        self.analysis = analysis
        self.node = node
        self.env = env
        self.closure = analysis.closures.get(node)
        self.hits: dict[tuple[int, str, tuple[str, ...]], Hit] = {}
        self.values: dict[ast.AST, Value] = {}
        self.has_static_route = False

    def record(self, hit: Hit) -> None:
        """Keep a flow, once for each source and sink; a certain one rather than a soft one."""
        key = (id(hit.node), hit.kind, hit.taint.ident)
        known = self.hits.get(key)
        if (known is None and len(self.hits) < MAX_HITS) or (known and known.soft and not hit.soft):
            self.hits[key] = hit

    def variable(self, name: str) -> Value | None:
        """The value of a variable as seen from here; None when nothing is known of it."""
        value = self.env.variables.get(name)
        if value is None and self.closure is not None:
            value = self.closure.variables.get(name)
        if value is None:
            value = self.analysis.globals.variables.get(name)
        return value
