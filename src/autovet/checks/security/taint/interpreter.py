"""Runs a function, or the module's own code, statement by statement."""

import ast
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from autovet.checks.security.taint.binding import Arguments
from autovet.checks.security.taint.branching import Branching
from autovet.checks.security.taint.environment import Environment, Facts, Target
from autovet.checks.security.taint.folding import truth
from autovet.checks.security.taint.frame import Summary
from autovet.checks.security.taint.shapes import has_tag
from autovet.checks.security.taint.values import (
    ANY,
    CLEAN,
    Callee,
    Value,
    all_taints,
    join_all,
    shape_of,
)
from autovet.source.scopes import FunctionNode

if TYPE_CHECKING:
    from autovet.checks.security.taint.analysis import ModuleAnalysis

_NEVER_RETURN = frozenset({"flask.abort", "quart.abort", "werkzeug.exceptions.abort", "bottle.abort", "sys.exit", "os._exit", "builtins.exit", "builtins.quit", "os.abort", "pytest.fail", "pytest.skip"})  # fmt: skip


class _Exit(NamedTuple):
    env: Environment
    known: bool | None
    true: Facts
    false: Facts


class Interpreter(Branching):
    """Executes statements; ``dead`` says that the current point is not reached."""

    def __init__(
        self,
        analysis: "ModuleAnalysis",
        node: ast.AST,
        env: Environment,
        closure: Environment | None = None,
    ) -> None:
        super().__init__(analysis, node, env, closure)
        env.outer = closure
        self.returned: list[Value] = []
        self.yielded = []
        self.exits: list[_Exit] = []
        self.returns_html = False
        self.returns_markup = False

    def run(self, function: FunctionNode) -> Summary:
        """Execute a function's body and sum up what a call of it does."""
        given = dict(self.env.variables.items())
        self.block(function.body)
        if not self.dead:
            self.exits.append(_Exit(self.env, False, {}, {}))
            self.returned.append(CLEAN)
        result = join_all(v for v in self.returned if v.const is not None or v.taints)
        if self.yielded:
            result = Value(items={ANY: join_all(self.yielded)})
        stored = self.analysis.stored_names(function)
        kept = {n: v for n, v in given.items() if n not in stored}
        true_exits = [e for e in self.exits if e.known is not False]
        false_exits = [e for e in self.exits if e.known is not True]
        return Summary(
            result=result,
            hits=tuple(self.hits.values()),
            when_true=_common([_shown(e, e.true, kept) for e in true_exits]),
            when_false=_common([_shown(e, e.false, kept) for e in false_exits]),
            when_done=_common([_shown(e, {}, kept) for e in self.exits]),
            after=self._after(kept),
            returns=bool(self.exits) or bool(self.yielded),
            raised=join_all(self.raised),
        )

    def _after(self, given: dict[str, Value]) -> dict[str, Value]:
        found = {}
        for name, before in given.items():
            ends = [e.env.settle(v, {}) for e in self.exits if (v := e.env.variables.get(name))]
            value = join_all(ends) if ends else before
            if value is not before and _changed(value, before):
                found[name] = value
        return found

    def block(self, body: Sequence[ast.stmt]) -> None:
        """Execute statements until one leaves."""
        for statement in body:
            if self.dead:
                return
            self.analysis.program.spend()
            self._execute(statement)

    def _execute(self, statement: ast.stmt) -> None:
        match statement:
            case ast.Expr():
                self.evaluate(statement.value)
                called = statement.value.value if isinstance(statement.value, ast.Await) else statement.value  # fmt: skip
                if isinstance(called, ast.Call):
                    self.dead = self.analysis.name_of(called.func) in _NEVER_RETURN
                    self.dead = self.dead or self._never_returns(called)
            case ast.Assign():
                value = self.evaluate(statement.value)
                for target in statement.targets:
                    self.assign(target, value, statement)
                self._keep_test(statement.targets, statement.value)
            case ast.AnnAssign():
                if statement.value is not None:
                    self.assign(statement.target, self.evaluate(statement.value), statement)
                    self._keep_test([statement.target], statement.value)
            case ast.AugAssign():
                self._augment(statement)
            case ast.Return():
                self._return(statement)
            case ast.If():
                self.run_if(statement)
            case ast.For() | ast.AsyncFor() | ast.While():
                self.run_loop(statement)
            case ast.Try() | ast.TryStar():
                self.run_try(statement)
            case ast.With() | ast.AsyncWith():
                self.run_with(statement)
            case ast.Match():
                self.run_match(statement)
            case ast.Raise():
                if statement.exc is not None:
                    self.raised.append(self.env.settle(self.evaluate(statement.exc), {}))
                self.dead = True
            case ast.Assert():
                self.evaluate(statement.test)
                self.env.learn(self.facts(statement.test, True))
            case ast.Break() | ast.Continue():
                self.leave_loop(statement)
            case ast.Delete():
                self._delete(statement)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                self._define(statement)
            case _:
                pass

    def _augment(self, statement: ast.AugAssign) -> None:
        made = ast.BinOp(statement.target, statement.op, statement.value)
        ast.copy_location(made, statement)
        value = self.evaluate(made)
        old = self.values.get(statement.target, CLEAN)
        if old.ref and old.items is not None:
            self.change(statement.target, old, value._replace(ref=old.ref, type=old.type), statement)  # fmt: skip
            return
        self.assign(statement.target, value, statement)

    def _never_returns(self, call: ast.Call) -> bool:
        ran = self.called.get(call)
        if ran is None or not isinstance(ran[0].node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return False
        return not ran[1].returns

    def _delete(self, statement: ast.Delete) -> None:
        for target in statement.targets:
            if isinstance(target, ast.Name):
                self.env.assign(target.id, CLEAN)
            elif isinstance(target, ast.Subscript):
                base = self.evaluate(target.value)
                key = self.evaluate(target.slice).const
                if base.items and key in base.items:
                    items: dict[object, Value] = {k: v for k, v in base.items.items() if k != key}
                    if base.type != "builtins.dict" and ANY not in items:
                        items = dict(enumerate(items.values()))
                    self.change(target.value, base, base._replace(items=items), statement)

    def _define(self, statement: FunctionNode | ast.ClassDef) -> None:
        if self.node is not self.analysis.module.tree:
            self.analysis.closures.setdefault(statement, self.env)
            self.analysis.closures[statement] = self.env
        value = self.analysis.definition_value(statement, self.env)
        for decorator in reversed(statement.decorator_list):
            wrapper = self.evaluate(decorator)
            own = [c for c in wrapper.callees if c.node is not None]
            if not own or isinstance(statement, ast.ClassDef):
                continue
            made = self.decorated(own, value, decorator)
            if any(c.node is not None for c in made.callees):
                value = made
        self.env.assign(statement.name, value)

    def decorated(self, wrappers: list[Callee], function: Value, decorator: ast.expr) -> Value:
        """What decorators of the project make of a function."""
        results = []
        for wrapper in wrappers:
            if isinstance(wrapper.node, ast.ClassDef):
                return self.instance(wrapper, Arguments((function,)), decorator)
            outcome = self.invoke(wrapper, Arguments((function,)), None)
            results.append(outcome.result if outcome else CLEAN)
        return join_all(results)

    def _keep_test(self, targets: Sequence[ast.expr], value: ast.expr) -> None:
        if isinstance(value, (ast.Compare, ast.BoolOp, ast.UnaryOp, ast.Call)):
            for target in targets:
                if isinstance(target, ast.Name):
                    self.env.keep_test(target.id, value)

    def _return(self, statement: ast.Return) -> None:
        value = CLEAN
        true: Facts = {}
        false: Facts = {}
        known: bool | None = False
        if statement.value is not None:
            value = self.evaluate(statement.value)
            if self.returns_html:
                self._answer(statement, value)
            elif self.returns_markup and not value.items and has_tag(value.text):
                self.reach("html/returned", "the HTML that is returned", statement, value)
            known = truth(value)
            true, false = self.facts(statement.value, True), self.facts(statement.value, False)
            value = self.env.settle(value, {})
        self.returned.append(value)
        self.exits.append(_Exit(self.env, known, true, false))
        self.dead = True

    def _answer(self, statement: ast.Return, value: Value) -> None:
        is_pair = isinstance(statement.value, ast.Tuple) and value.items
        shown = (value.items or {}).get(0, CLEAN) if is_pair else value
        if shown.text is not None and not shown.items and not shown.type:
            self.reach("html", "the response", statement, shown)


def _changed(after: Value, before: Value) -> bool:
    """Whether an object was changed in place: not just looked at by a guard."""
    if shape_of(after) == shape_of(before):
        return False
    idents = [{t.ident for t in all_taints(v)} for v in (after, before)]
    return after.items != before.items or idents[0] != idents[1]


def _shown(end: _Exit, facts: Facts, given: dict[str, Value]) -> dict[Target, frozenset[str]]:
    found: dict[Target, frozenset[str]] = {("source", k): v for k, v in end.env.cleared.items()}
    for name in given:
        value = end.env.variables.get(name)
        if value is not None and value.taints:
            kinds = frozenset.intersection(*(t.safe for t in value.taints))
            if kinds:
                found["name", (name,)] = kinds
    for target, kinds in facts.items():
        if target[0] == "source" or target[1][0] in given:
            found[target] = found.get(target, frozenset()) | kinds
    return found


def _common(found: Sequence[Facts]) -> Facts:
    if not found:
        return {}
    first, *others = found
    result = {}
    for key, kinds in first.items():
        shared: Iterable[str] = kinds
        for other in others:
            theirs = other.get(key, frozenset())
            shared = theirs if "*" in shared else shared if "*" in theirs else frozenset(shared) & theirs  # fmt: skip
        if shared:
            result[key] = frozenset(shared)
    return result
