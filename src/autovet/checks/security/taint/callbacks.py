"""Functions that are handed to others: what these make of them."""

import ast
from abc import abstractmethod
from collections.abc import Mapping, Sequence

from autovet.checks.security.taint.binding import Arguments
from autovet.checks.security.taint.builtin_methods import BuiltinMethods
from autovet.checks.security.taint.models import Callback
from autovet.checks.security.taint.values import (
    ANY,
    CLEAN,
    UNTRUSTED,
    Value,
    join_all,
)


class Callbacks(BuiltinMethods):
    """Runs functions that calls are given."""

    @abstractmethod
    def of_library(
        self,
        node: ast.Call,
        name: str | None,
        method: str,
        receiver: Value,
        arguments: Arguments,
        *,
        is_own: bool,
    ) -> Value:
        """The value of calling what a library provides."""

    def call_back(
        self, callback: Callback, node: ast.Call, args: Sequence[Value], named: Mapping[str, Value]
    ) -> Value | None:
        """The value of a call that runs a function which it is given; None when that is unknown."""
        function = _given(callback.function, args, named)
        if function is None or not function.callees:
            return None
        if callback.each is not None:
            subject = _given(callback.each, args, named)
            element = self.element(subject) if subject is not None else CLEAN
            result = self._run_value(function, Arguments((element,)), node)
            if callback.gives == "elements":
                return Value(items={ANY: result})
            chosen = self.env.settle(element, {})
            if callback.gives == "chosen":
                facts = self.told_of_value(function, element)
                return Value(items={ANY: chosen._replace(taints=tuple(t._replace(safe=t.safe | facts) for t in chosen.taints))})  # fmt: skip
            return subject
        given = tuple(args[callback.rest :]) if callback.rest is not None else ()
        inside = _given(callback.args, args, named) if callback.args else None
        positional, loose = list(given), None
        if inside is not None:
            positional += [v for k, v in (inside.items or {}).items() if k is not ANY]
            loose = (inside.items or {}).get(ANY)
        skip = {callback.function, callback.args, callback.kwargs}
        keywords = {k: v for k, v in named.items() if k not in skip and k != "**"} if callback.rest is not None else {}  # fmt: skip
        mapping = _given(callback.kwargs, args, named) if callback.kwargs else None
        keywords |= {k: v for k, v in (mapping.items or {}).items() if isinstance(k, str)} if mapping else {}  # fmt: skip
        if callback.gives == "partial":
            return Value(callees=tuple(c._replace(given=(*c.given, *positional), named=(*c.named, *keywords.items())) for c in function.callees))  # fmt: skip
        return self._run_value(function, Arguments(tuple(positional), keywords, loose), node)

    def _run_value(self, function: Value, arguments: Arguments, node: ast.Call) -> Value:
        results = []
        for callee in function.callees:
            if callee.name:
                given = arguments._replace(positional=(*callee.given, *arguments.positional), named={**dict(callee.named), **arguments.named})  # fmt: skip
                results.append(self.of_library(node, callee.name, "", CLEAN, given, is_own=False))
            elif isinstance(callee.node, ast.ClassDef):
                results.append(self.instance(callee, arguments, node))
            else:
                outcome = self.invoke(callee, arguments, node)
                results.append(CLEAN if outcome is None else outcome.result)
        return join_all(results)

    def maybe_called(self, function: Value, others: Sequence[Value], node: ast.Call) -> None:
        """A library was given a function: it may call it with what else it was given."""
        loose = join_all(Value(v.taints, text=UNTRUSTED, record=v.record) for v in others if v.taints)  # fmt: skip
        if loose.taints:
            for callee in function.callees:
                if callee.node is not None and not isinstance(callee.node, ast.ClassDef):
                    self.invoke(callee, Arguments((), {}, loose), node)

    def told_of_value(self, function: Value, element: Value) -> frozenset[str]:
        """What a predicate shows about the element that it holds for."""
        for callee in function.callees:
            predicate = self.analysis.models.predicates.get(f".{callee.name.rpartition('.')[2]}")
            if callee.name and predicate is not None:
                return predicate
            if isinstance(callee.node, ast.Lambda) and element.taints:
                outcome = self.invoke(callee, Arguments((element,)), None)
                kinds = [outcome.when_true.get(("source", t.ident), frozenset()) | outcome.when_true.get(("name", (_first(callee.node),)), frozenset()) for t in element.taints] if outcome else []  # fmt: skip
                return frozenset.intersection(*kinds) if kinds else frozenset()
            if isinstance(callee.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                outcome = self.invoke(callee, Arguments((element,)), None)
                found = outcome.when_true if outcome else {}
                return frozenset().union(*(k for (kind, _), k in found.items() if kind == "name"))
        return frozenset()


def _given(
    place: int | str | None, args: Sequence[Value], named: Mapping[str, Value]
) -> Value | None:
    if isinstance(place, int):
        return args[place] if place < len(args) else None
    return named.get(place) if place is not None else None


def _first(function: ast.Lambda) -> str:
    return function.args.args[0].arg if function.args.args else ""
