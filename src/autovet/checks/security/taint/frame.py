"""What one run over a function shares: its environment, its budget, the flows that it found."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from autovet.checks.security.taint.environment import Environment, Facts
from autovet.checks.security.taint.values import CLEAN, Callee, Step, Taint, Value

if TYPE_CHECKING:
    from autovet.checks.security.taint.analysis import ModuleAnalysis

MAX_HITS = 60


class CutShortError(Exception):
    """The step budget is spent."""


class Hit(NamedTuple):
    """Untrusted data that reaches a sink.

    Attributes:
        what: the sink, as messages name it.
        home: the path of the file that the sink stands in.
        text: how the whole argument reads.
        soft: something with a trustworthy name looked at the data on its way.
        why: what looked like a guard and does not hold against this kind of sink.
    """

    kind: str
    what: str
    node: ast.AST
    home: str
    taint: Taint
    text: str | None
    soft: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a call of a function does.

    Attributes:
        result: the value returned.
        hits: the sinks that are reached.
        when_true: what is shown about sources and parameters when the result counts as true.
        when_false: the same, when the result does not count as true.
        when_done: the same, when it returns at all.
        after: the parameters whose objects it may have changed, as they are at its end.
        returns: whether it ever returns.
        raised: the exceptions that leave it.
    """

    result: Value = CLEAN
    hits: tuple[Hit, ...] = ()
    when_true: Facts = field(default_factory=dict)
    when_false: Facts = field(default_factory=dict)
    when_done: Facts = field(default_factory=dict)
    after: Mapping[str, Value] = field(default_factory=dict)
    returns: bool = True
    raised: Value = CLEAN


class Frame:
    """The state of one run."""

    def __init__(
        self,
        analysis: "ModuleAnalysis",
        node: ast.AST,
        env: Environment,
        closure: Environment | None = None,
    ) -> None:
        self.analysis = analysis
        self.node = node
        self.env = env
        self.closure = closure
        self.hits: dict[tuple[int, str, tuple[str, ...]], Hit] = {}
        self.values: dict[ast.AST, Value] = {}
        self.called: dict[ast.AST, tuple[Callee, Summary]] = {}
        self.has_static_route = False
        self.route_text = CLEAN
        self.restricted: frozenset[str] = frozenset()
        self.outer_names = analysis.outer_names(node)

    def step(self, node: ast.AST, before: Step | None) -> Step:
        """A further place that data passed."""
        return Step(node, before, self.analysis.module.path)

    def record(self, hit: Hit) -> None:
        """Keep a flow, once for each source and sink; a certain one rather than a soft one."""
        key = (id(hit.node), hit.kind, hit.taint.ident)
        known = self.hits.get(key)
        if (known is None and len(self.hits) < MAX_HITS) or (known and known.soft and not hit.soft):
            self.hits[key] = hit

    def variable(self, name: str) -> Value | None:
        """The value of a variable as seen from here; None when nothing is known of it."""
        value = self.env.variables.get(name)
        env = self.closure
        while value is None and env is not None:
            value = env.variables.get(name)
            env = env.outer
        if value is None:
            value = self.analysis.globals.variables.get(name)
        return value

    def bind(self, name: str, value: Value) -> None:
        """Give a variable a value, in the scope that it belongs to."""
        if self.env is self.analysis.globals:
            self.env.assign(name, value)
            return
        if name not in self.outer_names:
            self.env.assign(name, value)
            return
        self.env.assign(name, value)
        env = self.closure
        while env is not None:
            if name in env.variables:
                env.variables[name] = value
                return
            env = env.outer
        self.analysis.write_global(name, value)

    def replace_object(self, name: str, old: Value, new: Value) -> None:
        """A variable's object was changed in place; so was that of all who share it."""
        if name in self.env.variables or self.env is self.analysis.globals:
            self.env.assign(name, new)
            self.env.changed(old, new)
            return
        self.env.variables[name] = new
        self.env.changed(old, new)
        env = self.closure
        while env is not None:
            if name in env.variables:
                env.variables[name] = new
                return
            env = env.outer
        if self.analysis.is_global(name, self.node):
            self.analysis.write_global(name, new)
