"""Calls of the project's own functions and classes: run again for arguments that matter.

A function is first run once with values that stand for its parameters; that summary serves every
call whose arguments are no more than that. A call with data from outside, or with a function among
its arguments, runs the function again with these values; what came out is remembered by the shape
of the arguments.
"""

import ast
from collections.abc import Iterator, Sequence

from autovet.checks.security.taint.binding import Arguments, bind
from autovet.checks.security.taint.classes import type_name
from autovet.checks.security.taint.environment import Environment
from autovet.checks.security.taint.frame import Summary
from autovet.checks.security.taint.told import Told
from autovet.checks.security.taint.values import (
    ALL,
    CLEAN,
    Callee,
    Step,
    Value,
    all_taints,
    constant,
    join_all,
    merge_taints,
    shape_of,
)
from autovet.source.scopes import FunctionNode

_ENUMERATIONS = frozenset({"Enum", "StrEnum", "IntEnum"})
MAX_DEPTH = 9
MAX_CONTEXTS = 8
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class OwnCalls(Told):
    """Runs what calls run."""

    def run_method(self, receiver: Value, method: Callee, node: ast.expr) -> Value:
        """The value of calling a method without arguments."""
        where = node if hasattr(node, "lineno") else None
        found = self.invoke(method._replace(bound=receiver), Arguments(), where)
        return CLEAN if found is None else found.result

    def invoke_all(
        self, callees: Sequence[Callee], arguments: Arguments, node: ast.Call
    ) -> Value | None:
        """The value of a call that runs one of these; None when nothing is known of any."""
        results = []
        for callee in callees:
            if isinstance(callee.node, ast.ClassDef):
                results.append(self.instance(callee, arguments, node))
                continue
            outcome = self.invoke(callee, arguments, node)
            if outcome is None:
                continue
            results.append(outcome.result)
            if len(callees) == 1:
                self.called[node] = (callee, outcome)
                self._learn(callee, outcome, arguments, node)
        return join_all(results) if results else None

    def invoke(self, callee: Callee, arguments: Arguments, node: ast.expr | None) -> Summary | None:
        """What a call of a function does; its flows are recorded here. None when unknown."""
        function = callee.node
        if callee.given or callee.named:
            arguments = arguments._replace(
                positional=(*callee.given, *arguments.positional),
                named={**dict(callee.named), **arguments.named},
            )
        if isinstance(function, ast.Lambda):
            return self._run_lambda(function, callee, arguments)
        if not isinstance(function, FUNCTIONS):
            return None
        values = bind(function.args, arguments, callee.bound, callee.home.defaults(function))
        if function is not self.node:
            self.analysis.program.called.add(function)
        general = callee.home.summary(function) if callee.closure is None else None
        everything = list(values.values())
        if general is not None and not _of_its_own(callee) and not _matters(general, everything):
            return self.general(general, function, callee, values, node)
        outcome = self._particular(function, callee, values, node)
        if outcome is not None:
            for hit in outcome.hits:
                self.record(hit)
            if outcome.raised.taints:
                self.raised.append(outcome.raised)
            return outcome
        return self.general(general, function, callee, values, node) if general else None

    def _particular(
        self,
        function: FunctionNode,
        callee: Callee,
        values: dict[str, Value],
        node: ast.expr | None,
    ) -> Summary | None:
        program = self.analysis.program
        shape = (id(callee.closure), *((n, shape_of(v)) for n, v in values.items()))
        if (function, shape) in program.outcomes:
            return program.outcomes[function, shape]
        if function in program.running or program.depth >= MAX_DEPTH or program.is_scarce:
            return None
        contexts = program.contexts.get(function, 0)
        if contexts >= MAX_CONTEXTS:
            return None
        program.contexts[function] = contexts + 1
        if node is not None:
            places = {a.arg: a for a in ast.walk(function.args) if isinstance(a, ast.arg)}
            home = callee.home.module.path
            values = {n: _arrived(self._passed_value(v, node), places.get(n), home) for n, v in values.items()}  # fmt: skip
        program.running.add(function)
        program.depth += 1
        try:
            outcome: Summary = callee.home.run(function, Environment(dict(values)), callee.closure)
        except RecursionError:
            return None
        finally:
            program.depth -= 1
            program.running.discard(function)
        program.outcomes[function, shape] = outcome
        program.keep_alive.append((callee.closure, values))
        return outcome

    def _passed_value(self, value: Value, node: ast.expr) -> Value:
        if not value.taints:
            return value
        taints = tuple(
            t if t.step and t.step.node is node else t._replace(step=self.step(node, t.step), safe=self.env.safe_for(t))
            for t in value.taints
        )  # fmt: skip
        return value._replace(taints=taints)

    def _run_lambda(
        self, function: ast.Lambda, callee: Callee, arguments: Arguments
    ) -> Summary | None:
        program = self.analysis.program
        if function in program.running or program.depth >= MAX_DEPTH:
            return None
        values = bind(function.args, arguments, None, {})
        program.running.add(function)
        program.depth += 1
        try:
            outcome: Summary = callee.home.run_lambda(function, Environment(values), callee.closure)
        except RecursionError:
            return None
        finally:
            program.depth -= 1
            program.running.discard(function)
        for hit in outcome.hits:
            self.record(hit)
        return outcome

    def _learn(
        self, callee: Callee, outcome: Summary, arguments: Arguments, node: ast.Call
    ) -> None:
        self.env.learn(self.told(callee, node, outcome.when_done))
        if not outcome.after or not isinstance(callee.node, FUNCTIONS):
            return
        names = [a.arg for a in (*callee.node.args.posonlyargs, *callee.node.args.args)]
        for name, value in outcome.after.items():
            position = names.index(name) if name in names else -1
            if callee.bound is not None and position == 0:
                target = node.func.value if isinstance(node.func, ast.Attribute) else None
                old = callee.bound
                if isinstance(target, ast.Call) and self.analysis.name_of(target.func) == "builtins.super":  # fmt: skip
                    function = self.analysis.module.function_of(node)
                    if function is not None and function.args.args:
                        self.replace_object(function.args.args[0].arg, old, value)
                    continue
            else:
                index = position - (callee.bound is not None) - len(callee.given)
                plain = 0 <= index < len(node.args) and not any(isinstance(a, ast.Starred) for a in node.args[: index + 1])  # fmt: skip
                target = node.args[index] if plain else next((k.value for k in node.keywords if k.arg == name), None)  # fmt: skip
                old = self.values.get(target, CLEAN) if target is not None else CLEAN
            if isinstance(target, (ast.Name, ast.Attribute, ast.Subscript)):
                self.change(target, old, value, node)
        del arguments

    def change(self, target: ast.expr, old: Value, new: Value, where: ast.AST) -> None:
        """An object that an expression stands for was changed in place."""
        raise NotImplementedError

    def instance(self, owner: Callee, arguments: Arguments, node: ast.expr) -> Value:
        """A new instance of a class of the project."""
        program = self.analysis.program
        kind = type_name(owner)
        if {b.rpartition(".")[2] for b in program.library_bases(owner)} & _ENUMERATIONS:
            if isinstance(node, ast.Call) and node.args:
                self.env.learn(self.shown(node.args[0], ALL))
            return Value(type=kind)  # anything but one of its members is an error
        new = Value(items={}, type=kind, ref=program.new_object())
        init = program.classes.method(owner, "__init__")
        if init is not None:
            outcome = self.invoke(init._replace(bound=new), arguments, node)
            name = next(iter(_names(init)), "self")
            made = outcome.after.get(name) if outcome else None
            if made is None:
                taints = merge_taints(map(all_taints, arguments.everything())) if outcome is None else ()  # fmt: skip
                return new._replace(taints=taints)
            return made._replace(type=kind, ref=new.ref)
        fields = program.classes.fields_in_order(owner)
        if fields:
            names = [n for n, _, _ in fields]
            given = {**dict(zip(names, arguments.positional, strict=False)), **arguments.named}
            for name, value, place in fields:
                if name not in given and value is not None:
                    given[name] = place.home.class_value(place.node, value)
                elif name not in given and (arguments.rest or arguments.spread):
                    given[name] = arguments.rest or self.member(arguments.spread or CLEAN, constant(name), node)  # fmt: skip
            made = new._replace(items={f".{n}": v for n, v in given.items() if n in names})
            after_init = program.classes.method(owner, "__post_init__")
            if after_init is not None:
                outcome = self.invoke(after_init._replace(bound=made), Arguments(), node)
                made = outcome.after.get("self", made) if outcome else made
            return made
        taints = merge_taints(map(all_taints, arguments.everything()))
        members = {k: v for a in arguments.positional for k, v in (a.items or {}).items()}
        return new._replace(taints=taints, items=members)

    def super_of(self, node: ast.Call) -> tuple[Value, Callee] | None:
        """The instance and the class that ``super()`` stands for."""
        owner = self.analysis.module.class_of(node)
        function = self.analysis.module.function_of(node)
        if owner is None or function is None or not function.args.args:
            return None
        value = self.variable(function.args.args[0].arg)
        return (value or CLEAN), Callee(owner, self.analysis)


def _arrived(value: Value, place: ast.AST | None, home: str) -> Value:
    if not value.taints or place is None:
        return value
    taints = tuple(t._replace(step=Step(place, t.step, home)) for t in value.taints)
    return value._replace(taints=taints)


def _of_its_own(callee: Callee) -> bool:
    """Whether the instance is more than any instance of the class that the method stands in."""
    if callee.bound is None:
        return False
    owner = callee.home.module.parent(callee.node)
    usual = type_name(Callee(owner, callee.home))
    return bool(all_taints(callee.bound)) or callee.bound.type != usual


def _matters(general: Summary, values: Sequence[Value]) -> bool:
    """Whether a call with these values does more than the summary says of any values."""
    if any(_holds_callee(v) for v in values):
        return True
    if not any(t.origin.kind != "parameter" for v in values for t in all_taints(v)):
        is_plain = not all_taints(general.result) and not general.after
        return not is_plain and any(v.items for v in values)
    return True


def _holds_callee(value: Value, depth: int = 2) -> bool:
    if value.callees:
        return True
    return bool(depth and value.items) and any(_holds_callee(v, depth - 1) for v in (value.items or {}).values())  # fmt: skip


def _names(callee: Callee) -> Iterator[str]:
    if isinstance(callee.node, FUNCTIONS):
        yield from (a.arg for a in (*callee.node.args.posonlyargs, *callee.node.args.args))
