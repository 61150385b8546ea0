"""Statements with branches: ``if``, loops, ``try``, ``with`` and ``match``."""

import ast
from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING

from autovet.checks.security.taint.environment import Environment, join_environments
from autovet.checks.security.taint.folding import fold_compare, truth
from autovet.checks.security.taint.stores import Stores
from autovet.checks.security.taint.values import (
    ALL,
    ANY,
    CLEAN,
    UNKNOWN,
    Value,
    all_taints,
    constant,
    join_all,
)
from autovet.checks.security.taint.variables import Variables

if TYPE_CHECKING:
    from autovet.checks.security.taint.analysis import ModuleAnalysis

_TURNS = (5, 5, 3, 2, 2)
"""How often a loop's body is run at most, by how many loops are around each other."""
_SUPPRESS = "contextlib.suppress"


class Branching(Stores):
    """Executes statements with branches; ``dead`` says that the current point is not reached."""

    def __init__(
        self,
        analysis: "ModuleAnalysis",
        node: ast.AST,
        env: Environment,
        closure: Environment | None = None,
    ) -> None:
        super().__init__(analysis, node, env, closure)
        self.dead = False
        self.raised: list[Value] = []
        self._breaks: list[list[Environment]] = []
        self._continues: list[list[Environment]] = []

    @abstractmethod
    def block(self, body: Sequence[ast.stmt]) -> None:
        """Execute statements until one leaves."""

    def _branch(self, env: Environment, body: Sequence[ast.stmt]) -> Environment | None:
        self.env, self.dead = env, False
        self.block(body)
        return None if self.dead else self.env

    def _continue_with(self, branches: Sequence[Environment | None]) -> None:
        joined = join_environments(branches)
        self.dead = joined is None
        if joined is not None:
            self.env = joined

    def run_if(self, statement: ast.If) -> None:
        """Execute the branches that can be taken."""
        known = truth(self.evaluate(statement.test))
        if known is not None:
            self.block(statement.body if known else statement.orelse)
            return
        before = self.env
        yes, no = before.copy(), before.copy()
        yes_facts, no_facts = self.facts(statement.test, True), self.facts(statement.test, False)
        yes.learn(yes_facts)
        no.learn(no_facts)
        first = self._branch(yes, statement.body)
        self._continue_with([first, self._branch(no, statement.orelse)])

    def leave_loop(self, statement: ast.Break | ast.Continue) -> None:
        """Go on behind the loop, or with its next round."""
        stack = self._breaks if isinstance(statement, ast.Break) else self._continues
        if stack:
            stack[-1].append(self.env)
        self.dead = True

    def run_loop(self, statement: ast.For | ast.AsyncFor | ast.While) -> None:
        """Execute the body twice or more, until nothing new arrives from one round to the next."""
        self._breaks.append([])
        self._continues.append([])
        element = CLEAN
        test = statement.test if isinstance(statement, ast.While) else None
        if not isinstance(statement, ast.While):
            element = self.element(self.evaluate(statement.iter))
        for name in self.analysis.assigned_in(statement):
            value = self.env.variables.get(name)
            if value is not None and value.const is not UNKNOWN:
                self.env.variables[name] = value._replace(const=UNKNOWN)
        never = False
        earlier = self.env
        depth = len(self._breaks)
        for turn in range(_TURNS[depth] if depth < len(_TURNS) else 1):
            before = self.env
            if turn > 1 and not _more_arrived(earlier, before):
                break
            earlier = before
            self.env = before.copy()
            if isinstance(statement, ast.While):
                never = truth(self.evaluate(statement.test)) is False
                self.env.learn(self.facts(statement.test, True))
            else:
                self.assign(statement.target, element, statement)
            if never:
                break
            after = self._branch(self.env, statement.body)
            repeated = join_environments([after, *self._continues[-1]])
            self._continues[-1].clear()
            self._continue_with([before, repeated])
        if test is not None:
            self.evaluate(test)
            self.env.learn(self.facts(test, False))
        endless = isinstance(test, ast.Constant) and bool(test.value)
        left = self._breaks.pop()
        self._continues.pop()
        if statement.orelse:
            self.block(statement.orelse)
        self._continue_with([None if self.dead or endless else self.env, *left])

    def run_try(self, statement: ast.Try | ast.TryStar) -> None:
        """Execute the body, and each handler from any point of the body."""
        before = self.env.copy()
        raised_before = len(self.raised)
        done = self._branch(self.env, statement.body)
        reached = self.env
        if done is not None:
            done = self._branch(done, statement.orelse)
        ends = [done]
        caught = join_all(self.raised[raised_before:]) if len(self.raised) > raised_before else CLEAN  # fmt: skip
        for handler in statement.handlers:
            at_risk = (join_environments([before.copy(), reached]) or before).copy()
            if handler.name:
                at_risk.assign(handler.name, caught._replace(const=UNKNOWN))
            ends.append(self._branch(at_risk, handler.body))
        alive = [e for e in ends if e is not None]
        self._continue_with(alive)
        if not alive:
            self.env = reached
        if statement.finalbody:
            was_dead = self.dead
            self.dead = False
            self.block(statement.finalbody)
            self.dead = self.dead or was_dead

    def run_with(self, statement: ast.With | ast.AsyncWith) -> None:
        """Execute the body with what the context managers give."""
        before = self.env.copy()
        suppresses = False
        for item in statement.items:
            value = self.evaluate(item.context_expr)
            call = item.context_expr
            suppresses = suppresses or (isinstance(call, ast.Call) and self.analysis.name_of(call.func) == _SUPPRESS)  # fmt: skip
            if item.optional_vars is not None:
                self.assign(item.optional_vars, self._entered(value), statement)
        self.block(statement.body)
        if suppresses:
            after = None if self.dead else self.env
            partly = join_environments([before.copy(), self.env]) or before
            self._continue_with([after, partly])

    def _entered(self, value: Value) -> Value:
        program = self.analysis.program
        for name in ("__enter__", "__aenter__"):
            method = program.method_of_instance(value, name)
            if method is not None:
                return self.run_method(value, method, ast.Constant(None))
        if value.items is not None and set(value.items) == {ANY} and not value.ref:
            return value.items[ANY]  # a generator that a decorator made a context manager of
        return value

    def run_match(self, statement: ast.Match) -> None:
        """Execute the cases that can be taken."""
        subject = self.evaluate(statement.subject)
        before = self.env
        ends: list[Environment | None] = []
        exhausted = False
        for case in statement.cases:
            fits = _fits(case.pattern, subject)
            if fits is False:
                continue
            env = before.copy()
            if _is_literal(case.pattern):
                env.learn(self.shown(statement.subject, ALL))
            self.env, self.dead = env, False
            self._capture(case.pattern, subject, statement.subject)
            if case.guard is not None:
                known = truth(self.evaluate(case.guard))
                if known is False:
                    continue
                self.env.learn(self.facts(case.guard, True))
                fits = fits and known
            ends.append(self._branch(self.env, case.body))
            if fits is True:
                exhausted = True
                break
        self._continue_with(ends if exhausted else [*ends, before])

    def _capture(self, pattern: ast.pattern, value: Value, where: ast.AST) -> None:
        match pattern:
            case ast.MatchAs(name=name, pattern=inner):
                if name is not None:
                    plain = inner is not None and _is_literal(inner)
                    is_clean = plain or _is_clean_class(inner)
                    self.env.assign(name, CLEAN if is_clean else value)
                if inner is not None:
                    self._capture(inner, value, where)
            case ast.MatchSequence(patterns=patterns):
                for index, part in enumerate(patterns):
                    member = self.member(value, constant(index), ast.Constant(None)) if value.items else self.element(value)  # fmt: skip
                    self._capture(part, member, where)
            case ast.MatchStar(name=name):
                if name is not None:
                    self.env.assign(name, Value(items={ANY: value}))
            case ast.MatchMapping(keys=keys, patterns=patterns, rest=rest):
                for key, part in zip(keys, patterns, strict=True):
                    found = self.member(value, self.evaluate(key), key)
                    self._capture(part, found, where)
                if rest is not None:
                    self.env.assign(rest, value)
            case ast.MatchClass(patterns=patterns, kwd_attrs=names, kwd_patterns=named):
                clean = _is_clean_class(pattern)
                for part in patterns:
                    self._capture(part, CLEAN if clean else value, where)
                for name, part in zip(names, named, strict=True):
                    self._capture(part, self.field(value, name, ast.Constant(None)), where)
            case ast.MatchOr(patterns=patterns):
                for part in patterns:
                    self._capture(part, value, where)
            case _:
                pass


def _more_arrived(earlier: Environment, now: Environment) -> bool:
    """Whether more data from outside reaches this point than a round before."""
    _, names = Variables.split([earlier.variables, now.variables])
    return any(
        len(all_taints(now.variables.get(n) or CLEAN)) != len(all_taints(earlier.variables.get(n) or CLEAN))
        for n in names
    )  # fmt: skip


def _is_clean_class(pattern: ast.pattern | None) -> bool:
    return isinstance(pattern, ast.MatchClass) and isinstance(pattern.cls, ast.Name) and pattern.cls.id in {"int", "float", "bool"}  # fmt: skip


def _is_literal(pattern: ast.pattern) -> bool:
    if isinstance(pattern, ast.MatchOr):
        return all(map(_is_literal, pattern.patterns))
    return isinstance(pattern, ast.MatchValue) and isinstance(pattern.value, (ast.Constant, ast.Attribute))  # fmt: skip


def _fits(pattern: ast.pattern, subject: Value) -> bool | None:
    match pattern:
        case ast.MatchAs(pattern=None):
            return True
        case ast.MatchOr():
            known = [_fits(p, subject) for p in pattern.patterns]
            return True if True in known else None if None in known else False
        case ast.MatchValue(value=ast.Constant(value=value)):
            same = fold_compare(ast.Eq(), subject, Value(const=value))
            return same if isinstance(same, bool) else None
    return None
