"""Runs a function, or the module's own code, statement by statement."""

import ast
from collections.abc import Sequence

from autovet.checks.security.taint.calls import Calls
from autovet.checks.security.taint.environment import Environment, join_environments
from autovet.checks.security.taint.folding import fold_compare, truth
from autovet.checks.security.taint.frame import Analysis, Summary
from autovet.checks.security.taint.values import (
    ALL,
    CLEAN,
    UNKNOWN,
    Step,
    Value,
    extended_index,
    join_all,
    merge_taints,
)
from autovet.checks.vocabulary.expressions import mentions
from autovet.source.scopes import FunctionNode

_NEVER_RETURN = frozenset({"flask.abort", "quart.abort", "werkzeug.exceptions.abort", "bottle.abort", "sys.exit", "os._exit", "builtins.exit", "builtins.quit", "os.abort", "pytest.fail", "pytest.skip"})  # fmt: skip
Cleared = dict[tuple[str, ...], frozenset[str]]


class Interpreter(Calls):
    """Executes statements; ``dead`` says that the current point is not reached."""

    def __init__(self, analysis: Analysis, node: ast.AST, env: Environment) -> None:
        super().__init__(analysis, node, env)
        self.dead = False
        self.returned: list[Value] = []
        self.exits: list[Environment] = []
        self.true_exits: list[Cleared] = []
        self.breaks: list[list[Environment]] = []
        self.continues: list[list[Environment]] = []
        self.returns_html = False

    def is_clean_type(self, annotation: ast.expr) -> bool:
        """Whether an annotation leaves no room for harmful text."""
        from autovet.checks.security.taint.parameters import is_clean_type  # noqa: PLC0415

        return is_clean_type(annotation, self.analysis)

    def run(self, function: FunctionNode) -> Summary:
        """Execute a function's body and sum up what a call of it does."""
        self.block(function.body)
        if not self.dead:
            self.exits.append(self.env)
            self.returned.append(CLEAN)
        when_done = _common([e.cleared for e in self.exits])
        return Summary(
            result=join_all(v for v in self.returned if v.const is not None or v.taints),
            hits=tuple(self.hits.values()),
            when_true=_common(self.true_exits) if self.true_exits else {},
            when_done=when_done,
            fields=join_all(e.variables.get("self", CLEAN) for e in self.exits),
        )

    def block(self, body: Sequence[ast.stmt]) -> None:
        """Execute statements until one leaves."""
        for statement in body:
            if self.dead:
                return
            self.analysis.spend()
            self._execute(statement)

    def _execute(self, statement: ast.stmt) -> None:  # noqa: PLR0915 (one case a statement)
        match statement:
            case ast.Expr():
                self.evaluate(statement.value)
                if isinstance(statement.value, ast.Call):
                    self.dead = self.analysis.name_of(statement.value.func) in _NEVER_RETURN
            case ast.Assign():
                value = self.evaluate(statement.value)
                for target in statement.targets:
                    self.assign(target, value, statement)
                self._keep_test(statement.targets, statement.value)
            case ast.AnnAssign():
                if statement.value is not None:
                    self.assign(statement.target, self.evaluate(statement.value), statement)
            case ast.AugAssign():
                made = ast.BinOp(statement.target, statement.op, statement.value)
                ast.copy_location(made, statement)
                self.assign(statement.target, self.evaluate(made), statement)
            case ast.Return():
                self._return(statement)
            case ast.If():
                self._if(statement)
            case ast.For() | ast.AsyncFor() | ast.While():
                self._loop(statement)
            case ast.Try() | ast.TryStar():
                self._try(statement)
            case ast.With() | ast.AsyncWith():
                for item in statement.items:
                    value = self.evaluate(item.context_expr)
                    if item.optional_vars is not None:
                        self.assign(item.optional_vars, value, statement)
                self.block(statement.body)
            case ast.Match():
                self._match(statement)
            case ast.Raise():
                if statement.exc is not None:
                    self.evaluate(statement.exc)
                self.dead = True
            case ast.Assert():
                self.evaluate(statement.test)
                self.env.learn(self.facts(statement.test, True))
            case ast.Break() | ast.Continue():
                stack = self.breaks if isinstance(statement, ast.Break) else self.continues
                if stack:
                    stack[-1].append(self.env)
                self.dead = True
            case ast.Delete():
                for target in statement.targets:
                    if isinstance(target, ast.Name):
                        self.env.assign(target.id, CLEAN)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                if self.node is not self.analysis.module.tree:
                    self.analysis.closures[statement] = self.env
            case _:
                pass

    def _keep_test(self, targets: Sequence[ast.expr], value: ast.expr) -> None:
        if isinstance(value, (ast.Compare, ast.BoolOp, ast.UnaryOp, ast.Call)):
            for target in targets:
                if isinstance(target, ast.Name) and not mentions(value, target.id):
                    self.env.tests[target.id] = value

    def _return(self, statement: ast.Return) -> None:
        value = CLEAN
        if statement.value is not None:
            value = self.evaluate(statement.value)
            if self.returns_html:
                shown = value.items.get(0, CLEAN) if isinstance(statement.value, ast.Tuple) and value.items else value  # fmt: skip
                if shown.text is not None and not shown.items:
                    self.reach("html", "the response", statement, shown)
            known = truth(value)
            if known is not False:
                facts = self.facts(statement.value, True)
                cleared = dict(self.env.cleared)
                for (kind, key), kinds in facts.items():
                    if kind == "source":
                        cleared[key] = cleared.get(key, frozenset()) | kinds
                self.true_exits.append(cleared)
            value = self.env.settle(value, {})
        self.returned.append(value)
        self.exits.append(self.env)
        self.dead = True

    def _branch(self, env: Environment, body: Sequence[ast.stmt]) -> Environment | None:
        self.env, self.dead = env, False
        self.block(body)
        return None if self.dead else self.env

    def _continue_with(self, branches: Sequence[Environment | None]) -> None:
        joined = join_environments(branches)
        self.dead = joined is None
        if joined is not None:
            self.env = joined

    def _if(self, statement: ast.If) -> None:
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

    def _loop(self, statement: ast.For | ast.AsyncFor | ast.While) -> None:
        self.breaks.append([])
        self.continues.append([])
        element = CLEAN
        if isinstance(statement, ast.While):
            test = statement.test
        else:
            test = None
            element = self.element(self.evaluate(statement.iter))
        for name in _assigned(statement.body):
            value = self.env.variables.get(name)
            if value is not None and value.const is not UNKNOWN:
                self.env.variables[name] = value._replace(const=UNKNOWN)
        for _ in range(2):
            before = self.env
            self.env = before.copy()
            if isinstance(statement, ast.While):
                self.evaluate(statement.test)
                self.env.learn(self.facts(statement.test, True))
            else:
                self.assign(statement.target, element, statement)
            after = self._branch(self.env, statement.body)
            repeated = join_environments([after, *self.continues[-1]])
            self.continues[-1].clear()
            self._continue_with([before, repeated])
        if test is not None:
            self.evaluate(test)
            self.env.learn(self.facts(test, False))
        endless = isinstance(test, ast.Constant) and bool(test.value)
        left = self.breaks.pop()
        self.continues.pop()
        if statement.orelse:
            self.block(statement.orelse)
        self._continue_with([None if self.dead or endless else self.env, *left])

    def _try(self, statement: ast.Try | ast.TryStar) -> None:
        before = self.env.copy()
        done = self._branch(self.env, statement.body)
        reached = self.env
        if done is not None:
            done = self._branch(done, statement.orelse)
        ends = [done]
        for handler in statement.handlers:
            at_risk = join_environments([before.copy(), reached]) or before
            at_risk = at_risk.copy()
            if handler.name:
                at_risk.assign(handler.name, CLEAN)
            ends.append(self._branch(at_risk, handler.body))
        alive = [e for e in ends if e is not None]
        self._continue_with(alive)
        if statement.finalbody:
            was_dead = self.dead
            self.dead = False
            self.block(statement.finalbody)
            self.dead = self.dead or was_dead

    def _match(self, statement: ast.Match) -> None:
        subject = self.evaluate(statement.subject)
        before = self.env
        ends: list[Environment | None] = []
        exhausted = False
        for case in statement.cases:
            fits = _fits(case.pattern, subject) if case.guard is None else None
            if fits is False:
                continue
            env = before.copy()
            if _is_literal(case.pattern):
                env.learn(self.shown(statement.subject, ALL))
            for node in ast.walk(case.pattern):
                if isinstance(node, (ast.MatchAs, ast.MatchStar)) and node.name:
                    env.assign(
                        node.name, subject if node is case.pattern else self.element(subject)
                    )
            self.env, self.dead = env, False
            if case.guard is not None:
                self.evaluate(case.guard)
                env.learn(self.facts(case.guard, True))
            ends.append(self._branch(env, case.body))
            if fits is True:
                exhausted = True
                break
        self._continue_with(ends if exhausted else [*ends, before])

    def assign(self, target: ast.expr, value: Value, where: ast.AST) -> None:
        """Bind a target to a value; parts of records become sources of their own."""
        match target:
            case ast.Name():
                if value.taints and isinstance(where, ast.stmt):
                    value = value._replace(taints=tuple(t if t.step and t.step.node is where else t._replace(step=Step(where, t.step)) for t in value.taints))  # fmt: skip
                self.env.assign(target.id, value)
            case ast.Tuple() | ast.List():
                for position, part in enumerate(target.elts):
                    inner = part.value if isinstance(part, ast.Starred) else part
                    if value.items is not None and position in value.items:
                        self.assign(inner, value.items[position], where)
                    else:
                        self.assign(inner, extended_index(value, position), where)
            case ast.Attribute():
                self._store(target.value, f".{target.attr}", value, where)
            case ast.Subscript():
                index = self.evaluate(target.slice)
                key = index.const
                if isinstance(key, (str, int)):
                    self._store(target.value, key, value, where)
                elif value.taints or value.items:
                    base = self.evaluate(target.value)
                    self._rebind(target.value, base._replace(taints=merge_taints([base.taints, value.taints])), where)  # fmt: skip
            case _:
                pass

    def _store(self, base_node: ast.expr, key: object, value: Value, where: ast.AST) -> None:
        base = self.evaluate(base_node)
        self._rebind(base_node, base._replace(items={**(base.items or {}), key: value}), where)

    def _rebind(self, node: ast.expr, value: Value, where: ast.AST) -> None:
        if isinstance(node, ast.Name):
            self.env.assign(node.id, value)
        elif isinstance(node, (ast.Attribute, ast.Subscript)):
            self.assign(node, value, where)


def _common(found: Sequence[Cleared]) -> Cleared:
    if not found:
        return {}
    first, *others = found
    result = {}
    for key, kinds in first.items():
        shared = kinds
        for other in others:
            theirs = other.get(key, frozenset())
            shared = theirs if "*" in shared else shared if "*" in theirs else shared & theirs
        if shared:
            result[key] = shared
    return result


def _assigned(body: Sequence[ast.stmt]) -> set[str]:
    return {
        n.id
        for s in body
        for n in ast.walk(s)
        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }


def _is_literal(pattern: ast.pattern) -> bool:
    if isinstance(pattern, ast.MatchOr):
        return all(map(_is_literal, pattern.patterns))
    return isinstance(pattern, ast.MatchValue) and isinstance(pattern.value, ast.Constant)


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
