"""The value of every kind of expression but calls."""

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from autovet.checks.security.taint.containers import Containers
from autovet.checks.security.taint.environment import Environment
from autovet.checks.security.taint.folding import fold_binary, fold_compare, truth
from autovet.checks.security.taint.texts import percent
from autovet.checks.security.taint.values import (
    ANY,
    CLEAN,
    MAX_ITEMS,
    MAX_TEXT,
    UNKNOWN,
    Callee,
    Taint,
    Value,
    all_taints,
    constant,
    join_all,
    merge_taints,
    text_of,
)
from autovet.checks.security.taint.variables import Variables

if TYPE_CHECKING:
    from autovet.checks.security.taint.analysis import ModuleAnalysis

_PATHS = ("pathlib.Path", "anyio.Path")


class Expressions(Containers):
    """Evaluates expressions in the current environment."""

    yielded: list[Value]

    def __init__(
        self,
        analysis: "ModuleAnalysis",
        node: ast.AST,
        env: Environment,
        closure: Environment | None = None,
    ) -> None:
        super().__init__(analysis, node, env, closure)
        self._by_type: dict[type[ast.AST], Callable[..., Value]] = {
            ast.Constant: self._constant,
            ast.Name: self._name,
            ast.Attribute: self.attribute,
            ast.Subscript: self.subscript,
            ast.Call: self.call,
            ast.BinOp: self._binary,
            ast.BoolOp: self._bool,
            ast.UnaryOp: self._unary,
            ast.Compare: self._compare,
            ast.IfExp: self._conditional,
            ast.JoinedStr: self.formatted,
            ast.List: self.sequence,
            ast.Tuple: self.sequence,
            ast.Set: self.sequence,
            ast.Dict: self.dictionary,
            ast.ListComp: self.comprehension,
            ast.SetComp: self.comprehension,
            ast.GeneratorExp: self.comprehension,
            ast.DictComp: self.comprehension,
            ast.NamedExpr: self._walrus,
            ast.Await: self._inner,
            ast.Starred: self._inner,
            ast.Lambda: self._lambda,
            ast.Yield: self._yield,
            ast.YieldFrom: self._yield_from,
        }

    def evaluate(self, node: ast.expr) -> Value:
        """The value of an expression; also remembered for the guards that look at it next."""
        self.analysis.program.spend()
        handler = self._by_type.get(type(node))
        value = handler(node) if handler is not None else CLEAN
        self.values[node] = value
        return value

    def _constant(self, node: ast.Constant) -> Value:
        return constant(node.value)

    def _name(self, node: ast.Name) -> Value:
        value = self.variable(node.id)
        if value is not None:
            return value
        name = self.analysis.name_of(node)
        if name is None:
            return CLEAN
        found = self.source(node, name) or self.analysis.imported(name)
        if found is not None:
            return found
        if name in self.analysis.models.callable_names:
            return Value(callees=(Callee(name=name),))
        return CLEAN

    def _binary(self, node: ast.BinOp) -> Value:
        left, right = self.evaluate(node.left), self.evaluate(node.right)
        folded = fold_binary(node.op, left, right)
        if folded is not UNKNOWN:
            return constant(folded)
        if isinstance(node.op, ast.Mod) and left.text is not None:
            return percent(left, right)
        taints = merge_taints([all_taints(left), all_taints(right)])
        if isinstance(node.op, ast.Div):
            return self._quotient(left, right, taints)
        if isinstance(node.op, ast.Add):
            if left.items is not None and right.items is not None:
                return _concatenated(left, right)
            if left.text is not None or right.text is not None:
                return Value(taints, text=(text_of(left) + text_of(right))[:MAX_TEXT])
            return Value(taints)
        if isinstance(node.op, ast.BitOr) and left.items is not None and right.items is not None:
            return Value(
                merge_taints([left.taints, right.taints]),
                items={**left.items, **right.items},
                type=left.type,
            )
        if isinstance(node.op, ast.Mult) and left.text is not None and not taints:
            return Value(text=left.text)
        return Value(taints)

    def _quotient(self, left: Value, right: Value, taints: tuple[Taint, ...]) -> Value:
        kind = next((v.type for v in (left, right) if v.type in _PATHS), "")
        if not kind and not (taints and (left.text is not None or right.text is not None)):
            known = left.const is not UNKNOWN or right.const is not UNKNOWN
            return CLEAN if known else Value(taints)
        under = {t.ident for t in all_taints(right)}
        unresolved = tuple(
            t._replace(safe=(t.safe - {"path/resolved"}) | ({"path/joined"} if t.ident in under else set()))
            for t in taints
        )  # fmt: skip
        text = f"{text_of(left)}/{text_of(right)}"[:MAX_TEXT] if unresolved else None
        return Value(unresolved, text=text, type=kind or "pathlib.Path")

    def _bool(self, node: ast.BoolOp) -> Value:
        before = self.env
        results: list[Value] = []
        stops = isinstance(node.op, ast.Or)
        for position, operand in enumerate(node.values):
            value = self.evaluate(operand)
            known = truth(value)
            is_last = position == len(node.values) - 1
            if known is None or known is stops or is_last:
                results.append(self.env.settle(value, before.cleared))
            if known is stops:
                break
            if not is_last and (facts := self.facts(operand, not stops)):
                if self.env is before:
                    self.env = before.copy()
                self.env.learn(facts)
        if self.env is not before:
            _keep_new(self.env, before)
        self.env = before
        return join_all(results)

    def _unary(self, node: ast.UnaryOp) -> Value:
        value = self.evaluate(node.operand)
        known = truth(value)
        if isinstance(node.op, ast.Not):
            return CLEAN if known is None else constant(not known)
        if isinstance(node.op, ast.USub) and isinstance(value.const, (int, float)):
            return constant(-value.const)
        return CLEAN

    def _compare(self, node: ast.Compare) -> Value:
        left = self.evaluate(node.left)
        rights = [self.evaluate(c) for c in node.comparators]
        if len(rights) == 1:
            folded = fold_compare(node.ops[0], left, rights[0])
            if folded is not UNKNOWN:
                return constant(folded)
        return CLEAN

    def _conditional(self, node: ast.IfExp) -> Value:
        known = truth(self.evaluate(node.test))
        if known is not None:
            return self.evaluate(node.body if known else node.orelse)
        before = self.env
        results = []
        for branch, holds in ((node.body, True), (node.orelse, False)):
            self.env = before.copy()
            self.env.learn(self.facts(node.test, holds))
            results.append(self.env.settle(self.evaluate(branch), before.cleared))
        self.env = before
        return join_all(results)

    def _walrus(self, node: ast.NamedExpr) -> Value:
        value = self.evaluate(node.value)
        self.assign(node.target, value, node)
        if isinstance(node.value, (ast.Compare, ast.BoolOp, ast.UnaryOp, ast.Call)):
            self.env.keep_test(node.target.id, node.value)
        return value

    def _lambda(self, node: ast.Lambda) -> Value:
        return Value(callees=(Callee(node, self.analysis, self.env),))

    def _inner(self, node: ast.Await | ast.Starred) -> Value:
        return self.evaluate(node.value)

    def _yield(self, node: ast.Yield) -> Value:
        self.yielded.append(self.env.settle(self.evaluate(node.value), {}) if node.value else CLEAN)
        return CLEAN

    def _yield_from(self, node: ast.YieldFrom) -> Value:
        value = self.evaluate(node.value)
        self.yielded.append(self.env.settle(self.element(value), {}))
        return CLEAN


def _concatenated(left: Value, right: Value) -> Value:
    taints = merge_taints([left.taints, right.taints])
    mine, theirs = left.items or {}, right.items or {}
    if ANY in mine or ANY in theirs or len(mine) + len(theirs) > MAX_ITEMS:
        return Value(taints, items={ANY: join_all([*mine.values(), *theirs.values()])})
    return Value(taints, items=dict(enumerate([*mine.values(), *theirs.values()])))


def _keep_new(inner: Environment, outer: Environment) -> None:
    """What a walrus in a later operand bound stays bound."""
    _, names = Variables.split([inner.variables, outer.variables])
    for name in names:
        value = inner.variables.get(name)
        if value is not None and name not in outer.variables:
            outer.variables[name] = value
    for name, test in inner.tests.items():
        outer.tests.setdefault(name, test)
