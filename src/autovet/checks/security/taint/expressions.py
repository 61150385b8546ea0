"""The value of every kind of expression but calls."""

import ast
import re
from abc import abstractmethod
from collections.abc import Callable, Sequence

from autovet.checks.security.taint.environment import Environment, Facts
from autovet.checks.security.taint.folding import (
    fold_binary,
    fold_compare,
    fold_subscript,
    truth,
)
from autovet.checks.security.taint.frame import Analysis, Frame
from autovet.checks.security.taint.values import (
    CLEAN,
    MAX_ITEMS,
    MAX_TEXT,
    UNKNOWN,
    UNKNOWN_TEXT,
    UNTRUSTED,
    Origin,
    Step,
    Taint,
    Value,
    all_taints,
    constant,
    join,
    join_all,
    merge_taints,
    reduced,
    text_of,
)

_PERCENT = re.compile(r"%(?:\((?P<key>[^)]*)\))?[-#0-9 +.*]*(?P<kind>[a-zA-Z%])")
_HOST = frozenset({"hostname", "netloc", "host"})
_MAX_DEPTH = 6


def extended(value: Value, key: str) -> Value:
    """A field of a record of untrusted fields: a source of its own."""
    taints = tuple(
        t._replace(ident=(*t.ident, key)) if len(t.ident) < _MAX_DEPTH else t for t in value.taints
    )
    return Value(taints, text=UNTRUSTED, record=True)


class Expressions(Frame):
    """Evaluates expressions in the current environment."""

    def __init__(self, analysis: Analysis, node: ast.AST, env: Environment) -> None:
        super().__init__(analysis, node, env)
        self._by_type: dict[type[ast.AST], Callable[..., Value]] = {
            ast.Constant: lambda n: constant(n.value),
            ast.Name: self._name,
            ast.Attribute: self._attribute,
            ast.Subscript: self._subscript,
            ast.Call: self.call,
            ast.BinOp: self._binary,
            ast.BoolOp: self._bool,
            ast.UnaryOp: self._unary,
            ast.Compare: self._compare,
            ast.IfExp: self._conditional,
            ast.JoinedStr: self._formatted,
            ast.List: self._sequence,
            ast.Tuple: self._sequence,
            ast.Set: self._sequence,
            ast.Dict: self._dict,
            ast.ListComp: self._comprehension,
            ast.SetComp: self._comprehension,
            ast.GeneratorExp: self._comprehension,
            ast.DictComp: self._comprehension,
            ast.NamedExpr: self._walrus,
            ast.Await: lambda n: self.evaluate(n.value),
            ast.Starred: lambda n: self.evaluate(n.value),
            ast.Lambda: self._lambda,
            ast.Yield: lambda n: self.evaluate(n.value) if n.value else CLEAN,
            ast.YieldFrom: lambda n: self.evaluate(n.value),
        }

    def evaluate(self, node: ast.expr) -> Value:
        """The value of an expression; also remembered for the guards that look at it next."""
        self.analysis.spend()
        handler = self._by_type.get(type(node))
        value = handler(node) if handler is not None else CLEAN
        self.values[node] = value
        return value

    @abstractmethod
    def call(self, node: ast.Call) -> Value:
        """The value of a call."""

    @abstractmethod
    def facts(self, test: ast.expr, holds: bool) -> Facts:
        """What a test shows when it holds, or when it does not."""

    @abstractmethod
    def assign(self, target: ast.expr, value: Value, where: ast.AST) -> None:
        """Bind a target."""

    def source(self, node: ast.expr, name: str) -> Value | None:
        """The value of a name that the models know as a source."""
        found = self.analysis.models.sources.get(name)
        if found is None:
            return None
        origin = Origin(found.kind, name.removeprefix("builtins."), node.lineno)
        taint = Taint((name,), origin, step=Step(node, None))
        return Value((taint,), text=UNTRUSTED, type=found.type, record=True)

    def _name(self, node: ast.Name) -> Value:
        value = self.variable(node.id)
        if value is not None:
            return value
        name = self.analysis.name_of(node)
        found = self.source(node, name) if name else None
        return found or CLEAN

    def _attribute(self, node: ast.Attribute) -> Value:
        if name := self.analysis.name_of(node):
            found = self.source(node, name)
            if found is not None:
                return found
        if node.attr == "request" and isinstance(node.value, ast.Name) and node.value.id == "self":
            taint = Taint(("request",), Origin("request", "self.request", node.lineno))
            return Value((taint,), type="request", record=True)
        return self.field(self.evaluate(node.value), node.attr, node)

    def field(self, base: Value, attribute: str, node: ast.expr) -> Value:
        """The value of an attribute."""
        key = f".{attribute}"
        if base.items is not None and key in base.items:
            return base.items[key]
        if base.type == "request":
            return self.request_field(base, attribute, node)
        if not base.taints:
            return CLEAN
        if base.record:
            if self._is_clean_field(base.type, attribute):
                return CLEAN
            return extended(base, key)
        if attribute in _HOST:
            return reduced(base, "host")
        if attribute in {"name", "stem"} and base.type == "pathlib.Path":
            taints = tuple(t._replace(safe=t.safe | {"path"}) for t in base.taints)
            return Value(taints, text=UNTRUSTED)
        if attribute == "parent" and base.type == "pathlib.Path":
            return base
        return reduced(base)

    def request_field(self, base: Value, attribute: str, node: ast.expr) -> Value:
        """A field of the request object."""
        if attribute not in self.analysis.models.fields["request"]:
            return CLEAN
        if attribute == "path" and self.has_static_route:
            return CLEAN  # the route itself says what it is
        found = extended(base, f".{attribute}")
        taints = tuple(
            t._replace(
                origin=Origin(t.origin.kind, f"request.{attribute}", node.lineno),
                step=Step(node, None),
            )
            for t in found.taints
        )
        return found._replace(taints=taints)

    def _is_clean_field(self, type_name: str, attribute: str) -> bool:
        owner = self.analysis.class_named(type_name[1:]) if type_name.startswith(".") else None
        if owner is None:
            return False
        for statement in owner.body:
            if not isinstance(statement, ast.AnnAssign):
                continue
            if isinstance(statement.target, ast.Name) and statement.target.id == attribute:
                return self.is_clean_type(statement.annotation)
        return False

    @abstractmethod
    def is_clean_type(self, annotation: ast.expr) -> bool:
        """Whether an annotation leaves no room for harmful text."""

    def _subscript(self, node: ast.Subscript) -> Value:
        base = self.evaluate(node.value)
        if isinstance(node.slice, ast.Slice):
            return reduced(base)
        index = self.evaluate(node.slice)
        return self.member(base, index, node)

    def member(self, base: Value, index: Value, node: ast.expr) -> Value:
        """A member of a container, by its key."""
        key = index.const
        if base.items is not None and not isinstance(key, type(UNKNOWN)):
            if _hashable(key) and key in base.items:
                return base.items[key]
            if isinstance(key, int) and key < 0 and len(base.items) + key in base.items:
                return base.items[len(base.items) + key]
        if base.type == "request":
            return self.request_field(base, "values", node)
        folded = fold_subscript(base, index)
        if folded is not UNKNOWN:
            return constant(folded)
        if not base.taints:
            if base.items and key is UNKNOWN:
                return join_all(base.items.values())
            return CLEAN
        if base.record and key is not UNKNOWN:
            return extended(base, f"[{key!r}]")
        found = reduced(base)
        return found._replace(record=base.record)

    def element(self, value: Value) -> Value:
        """What iterating over a value gives."""
        inside = join_all(value.items.values()) if value.items else CLEAN
        if not value.taints:
            return inside
        own = reduced(Value(value.taints, text=value.text))
        own = own._replace(record=value.record, text=UNTRUSTED if value.record else own.text)
        return join(inside, own) if value.items else own

    def _binary(self, node: ast.BinOp) -> Value:
        left, right = self.evaluate(node.left), self.evaluate(node.right)
        folded = fold_binary(node.op, left, right)
        if folded is not UNKNOWN:
            return constant(folded)
        if isinstance(node.op, ast.Mod) and left.text is not None:
            return self._percent(left, right)
        taints = merge_taints([all_taints(left), all_taints(right)])
        if isinstance(node.op, ast.Div):
            return self._quotient(left, right, taints)
        if isinstance(node.op, ast.Add):
            if left.items is not None and right.items is not None:
                both = [*left.items.values(), *right.items.values()][:MAX_ITEMS]
                return Value(merge_taints([left.taints, right.taints]), items=dict(enumerate(both)))
            if left.text is not None or right.text is not None:
                return Value(taints, text=(text_of(left) + text_of(right))[:MAX_TEXT])
            return Value(taints)
        if isinstance(node.op, ast.BitOr) and left.items is not None and right.items is not None:
            return Value(
                merge_taints([left.taints, right.taints]), items={**left.items, **right.items}
            )
        return Value(taints)

    def _quotient(self, left: Value, right: Value, taints: tuple[Taint, ...]) -> Value:
        paths = ("pathlib.Path", "anyio.Path")
        kind = next((v.type for v in (left, right) if v.type in paths), "")
        if not kind and not (taints and (left.text is not None or right.text is not None)):
            return (
                CLEAN if left.const is not UNKNOWN or right.const is not UNKNOWN else Value(taints)
            )
        unresolved = tuple(t._replace(safe=t.safe - {"path/resolved"}) for t in taints)
        return Value(unresolved, type=kind or "pathlib.Path")

    def _percent(self, left: Value, right: Value) -> Value:
        given = list(right.items.values()) if right.items is not None else [right]
        named = right.items or {}
        used: list[Value] = []

        def piece(match: re.Match[str]) -> str:
            if match["kind"] == "%":
                return "%"
            if match["key"] is not None:
                value = named.get(match["key"], Value(right.taints))
            else:
                value = given[len(used)] if len(used) < len(given) else CLEAN
            if match["kind"] in "dfieEgGxXo":
                value = CLEAN
            used.append(value)
            return text_of(value)

        text = _PERCENT.sub(piece, left.text or "")[:MAX_TEXT]
        return Value(merge_taints([left.taints, *map(all_taints, used)]), text=text)

    def _formatted(self, node: ast.JoinedStr) -> Value:
        texts: list[str] = []
        taints: list[tuple[Taint, ...]] = []
        for part in node.values:
            if isinstance(part, ast.Constant):
                texts.append(str(part.value))
                continue
            if not isinstance(part, ast.FormattedValue):
                continue
            value = self.evaluate(part.value)
            if isinstance(part.format_spec, ast.JoinedStr) and _is_number_format(part.format_spec):
                texts.append(UNKNOWN_TEXT)
                continue
            texts.append(text_of(value))
            taints.append(all_taints(value))
        return Value(merge_taints(taints), text="".join(texts)[:MAX_TEXT])

    def _bool(self, node: ast.BoolOp) -> Value:
        before = self.env
        results: list[Value] = []
        for position, operand in enumerate(node.values):
            value = self.evaluate(operand)
            known = truth(value)
            stops = isinstance(node.op, ast.Or)
            if known is None or known is stops or position == len(node.values) - 1:
                results.append(self.env.settle(value, before.cleared))
            if known is stops:
                break
            if position < len(node.values) - 1 and (facts := self.facts(operand, not stops)):
                if self.env is before:
                    self.env = before.copy()
                self.env.learn(facts)
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

    def _sequence(self, node: ast.List | ast.Tuple | ast.Set) -> Value:
        items: dict[object, Value] = {}
        spread: list[tuple[Taint, ...]] = []
        for element in node.elts:
            value = self.evaluate(element)
            if isinstance(element, ast.Starred) or len(items) >= MAX_ITEMS:
                spread.append(all_taints(value))
            else:
                items[len(items)] = value
        return Value(merge_taints(spread), items=items)

    def _dict(self, node: ast.Dict) -> Value:
        items: dict[object, Value] = {}
        spread: list[tuple[Taint, ...]] = []
        for key_node, value_node in zip(node.keys, node.values, strict=True):
            value = self.evaluate(value_node)
            if key_node is None:
                spread.append(value.taints)
                items.update(value.items or {})
                continue
            key = self.evaluate(key_node)
            if key.const is UNKNOWN or not _hashable(key.const) or len(items) >= MAX_ITEMS:
                spread += [all_taints(key), all_taints(value)]
            else:
                items[key.const] = value
        return Value(merge_taints(spread), items=items)

    def _comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
    ) -> Value:
        before = self.env
        self.env = before.copy()
        for generator in node.generators:
            element = self.element(self.evaluate(generator.iter))
            self.assign(generator.target, element, generator.target)
            for test in generator.ifs:
                self.evaluate(test)
                self.env.learn(self.facts(test, True))
        parts: Sequence[ast.expr] = (
            (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
        )
        values = [self.env.settle(self.evaluate(p), before.cleared) for p in parts]
        self.env = before
        taints = merge_taints(all_taints(v) for v in values)
        if isinstance(node, ast.DictComp):
            # what a model's attributes are called is decided by the keys alone
            named = tuple(t._replace(safe=t.safe | {"attribute"}) for t in all_taints(values[1]))
            taints = merge_taints([all_taints(values[0]), named])
        return Value(taints, text=None if not taints else values[-1].text)

    def _walrus(self, node: ast.NamedExpr) -> Value:
        value = self.evaluate(node.value)
        self.assign(node.target, value, node)
        return value

    def _lambda(self, node: ast.Lambda) -> Value:
        before = self.env
        self.env = before.copy()
        arguments = node.args
        for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            self.env.assign(argument.arg, CLEAN)
        self.evaluate(node.body)
        self.env = before
        return CLEAN


def _hashable(key: object) -> bool:
    return isinstance(key, (str, int, float, bytes, bool, type(None), tuple))


def _is_number_format(spec: ast.JoinedStr) -> bool:
    last = spec.values[-1] if spec.values else None
    return (
        isinstance(last, ast.Constant)
        and isinstance(last.value, str)
        and last.value[-1:] in set("dfxXeEgG%")
    )
