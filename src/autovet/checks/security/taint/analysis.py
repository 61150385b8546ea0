"""What the analysis of one module knows: names, classes, globals and summaries of functions."""

import ast
from collections.abc import Mapping
from typing import TYPE_CHECKING

from autovet.checks.security.taint.classes import class_value
from autovet.checks.security.taint.entrances import Entrances
from autovet.checks.security.taint.environment import Environment
from autovet.checks.security.taint.frame import Hit, Summary
from autovet.checks.security.taint.interpreter import Interpreter
from autovet.checks.security.taint.models import Models
from autovet.checks.security.taint.parameters import is_clean_type, parameters_of, restricted_parts
from autovet.checks.security.taint.relevance import is_fragment
from autovet.checks.security.taint.values import (
    CLEAN,
    UNKNOWN,
    Callee,
    Value,
    all_taints,
    constant,
    join,
    shape_of,
)
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

if TYPE_CHECKING:
    from autovet.checks.security.taint.program import Program

_MAX_NESTED = 8


class ModuleAnalysis:
    """One module's part of a program's analysis.

    Attributes:
        globals: the module's own variables, after its own code has run.
        closures: for inner functions, the environment around them.
        classes: all classes of the module by name.
        entrances: where data of others enters its functions.
        options: what the command line may hold, and whether only harmless values.
    """

    def __init__(self, module: Module, program: "Program") -> None:
        self.module = module
        self.program = program
        self.globals = Environment()
        self.closures: dict[ast.AST, Environment] = {}
        self.options: dict[str, bool] = {}
        self.top_hits: tuple[Hit, ...] = ()
        self.classes: dict[str, ast.ClassDef] = {}
        for node in module.nodes(ast.ClassDef):
            self.classes.setdefault(node.name, node)
        self._assigned: dict[ast.stmt, frozenset[str]] = {}
        self._names: dict[ast.expr, str | None] = {}
        self._summaries: dict[FunctionNode, Summary | None] = {}
        self._parameters: dict[FunctionNode, Mapping[str, Value]] = {}
        self._is_fragment = is_fragment(module)
        self.entrances = Entrances(module, program.models, self.name_of, program.called)

    @property
    def models(self) -> Models:
        """The tables of what libraries do."""
        return self.program.models

    def run_module(self) -> None:
        """Run the module's own code."""
        top = Interpreter(self, self.module.tree, self.globals)
        top.block(self.module.tree.body)
        self.globals.cleared.clear()
        self.top_hits = tuple(top.hits.values())
        for statement in self.module.nodes(ast.Global):
            for name in statement.names:
                value = self.globals.variables.get(name)
                if value is not None and value.const is not UNKNOWN:
                    self.globals.variables[name] = value._replace(const=UNKNOWN)

    def forget_summaries(self) -> None:
        """Let every function be run again."""
        self._summaries.clear()

    def name_of(self, node: ast.expr) -> str | None:
        """The dotted name of an expression, remembered."""
        if node not in self._names:
            self._names[node] = self._named(node)
        return self._names[node]

    def _named(self, node: ast.expr) -> str | None:
        name = self.module.qualified(node)
        root, dot, rest = (name or "").partition(".")
        usual = self.models.bare.get(root)
        if usual is None or not self.is_unbound(node):
            return name
        return f"{usual}{dot}{rest}"

    def is_unbound(self, node: ast.expr) -> bool:
        """Whether nothing in the module binds the name that an expression starts from."""
        while isinstance(node, (ast.Attribute, ast.Call)):
            node = node.value if isinstance(node, ast.Attribute) else node.func
        return isinstance(node, ast.Name) and self.module.scopes.of(node).lookup(node.id) is None

    def imported(self, name: str) -> Value | None:
        """What a dotted name stands for in other modules of the project."""
        return self.program.value_of(name)

    def outer_names(self, node: ast.AST) -> set[str]:
        """The names that a function declares to be those of a scope around it."""
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return self.module.scopes.of(node).outer
        return set()

    def stored_names(self, function: FunctionNode) -> frozenset[str]:
        """The names that a function binds, apart from its parameters."""
        bindings = self.module.scopes.of(function).bindings
        return frozenset(n for n, nodes in bindings.items() if any(not isinstance(b, ast.arg) for b in nodes))  # fmt: skip

    def assigned_in(self, statement: ast.stmt) -> frozenset[str]:
        """The names that a statement, or one within it, binds."""
        if statement not in self._assigned:
            self._assigned[statement] = frozenset(
                n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
            )  # fmt: skip
        return self._assigned[statement]

    def is_global(self, name: str, function: ast.AST) -> bool:
        """Whether a name means the module's own variable within a function."""
        scope = self.module.scopes.of(function).lookup(name)
        return scope is self.module.scopes.module

    def write_global(self, name: str, value: Value) -> None:
        """A function gave a variable of the module a value: it may have had it all along."""
        kept = _without_parameters(value)
        old = self.globals.variables.get(name)
        new = kept if old is None else join(old, kept)
        if old is None or shape_of(new, 2) != shape_of(old, 2):
            self.globals.variables[name] = new
            if all_taints(kept) or kept.callees:
                self.program.changed = True

    def write_field(self, owner: ast.AST, attribute: str, value: Value) -> None:
        """A method gave an attribute of ``self`` a value."""
        kept = _without_parameters(value)
        if not all_taints(kept) and not kept.callees and not kept.type:
            return
        key = (owner, attribute)
        old = self.program.fields.get(key)
        new = kept if old is None else join(old, kept)
        if old is None or shape_of(new, 2) != shape_of(old, 2):
            self.program.fields[key] = new
            self.program.changed = True

    def class_named(self, name: str) -> ast.ClassDef | None:
        """A class of the module."""
        return self.classes.get(name)

    def class_value(self, owner: ast.AST, value: ast.expr) -> Value:
        """The value of an expression in the body of a class."""
        return Interpreter(self, owner, Environment()).evaluate(value)

    def is_clean_type(self, annotation: ast.expr) -> bool:
        """Whether an annotation leaves no room for harmful text."""
        return is_clean_type(annotation, self)

    def parameters(self, function: FunctionNode) -> Mapping[str, Value]:
        """The values that the parameters of a function stand for."""
        if function not in self._parameters:
            self._parameters[function] = parameters_of(function, self)
        return self._parameters[function]

    def defaults(self, function: FunctionNode) -> dict[str, Value]:
        """The values of parameters that are not given."""
        arguments = function.args
        plain = [*arguments.posonlyargs, *arguments.args]
        with_default = plain[len(plain) - len(arguments.defaults) :]
        pairs = [*zip(with_default, arguments.defaults, strict=True)]
        pairs += [(a, d) for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if d]  # fmt: skip
        return {a.arg: self._default(d) for a, d in pairs}

    def _default(self, default: ast.expr) -> Value:
        if isinstance(default, ast.Constant):
            return Value(const=default.value, text=default.value if isinstance(default.value, str) else None)  # fmt: skip
        if isinstance(default, ast.Name):
            return self.globals.variables.get(default.id) or CLEAN
        return CLEAN

    def summary(self, function: FunctionNode) -> Summary | None:
        """What a function does for any arguments; None while it is being worked out."""
        if function in self._summaries:
            return self._summaries[function]
        if self.program.nested >= _MAX_NESTED or function in self.program.running:
            return None
        self._summaries[function] = None
        self.program.nested += 1
        try:
            run = Interpreter(self, function, Environment(dict(self.parameters(function))), self.closures.get(function))  # fmt: skip
            self._prepare(run, function)
            self._summaries[function] = run.run(function)
        except RecursionError:
            if not self.program.nested > 1:
                raise
        finally:
            self.program.nested -= 1
        return self._summaries[function]

    def _prepare(self, run: Interpreter, function: FunctionNode) -> None:
        routes = self.entrances.routes(function)
        run.returns_html = (
            self.entrances.returns_html and bool(function.decorator_list) and bool(routes)
        )
        run.returns_markup = self._is_fragment and not run.returns_html and self.module.function_of(function) is None  # fmt: skip
        run.has_static_route = bool(routes) and not any("<" in r.path or "{" in r.path or not r.path for r in routes)  # fmt: skip
        run.restricted = restricted_parts(routes)
        paths = {r.path for r in routes}
        if run.has_static_route and len(paths) == 1:
            run.route_text = constant(paths.pop())

    def run(self, function: FunctionNode, env: Environment, closure: Environment | None) -> Summary:
        """What a function does with these arguments."""
        around = closure if closure is not None else self.closures.get(function)
        run = Interpreter(self, function, env, around)
        self._prepare(run, function)
        return run.run(function)

    def run_lambda(
        self, function: ast.Lambda, env: Environment, closure: Environment | None
    ) -> Summary:
        """What a lambda does with these arguments."""
        run = Interpreter(self, function, env, closure)
        value = run.evaluate(function.body)
        yes, no = run.facts(function.body, True), run.facts(function.body, False)
        return Summary(run.env.settle(value, {}), tuple(run.hits.values()), yes, no)

    def definition_value(self, statement: FunctionNode | ast.ClassDef, env: Environment) -> Value:
        """What a ``def`` or ``class`` binds to its name, before decorators."""
        top = env is self.globals
        if isinstance(statement, ast.ClassDef):
            return class_value(Callee(statement, self))
        return Value(callees=(Callee(statement, self, None if top else env),))


def _without_parameters(value: Value, depth: int = 3) -> Value:
    taints = tuple(t for t in value.taints if t.origin.kind != "parameter")
    items = value.items
    if items and depth:
        items = {k: _without_parameters(v, depth - 1) for k, v in items.items()}
    return value._replace(taints=taints, items=items)
