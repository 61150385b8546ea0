"""The flows of one module, worked out once and shared by all checks that ask."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from autovet.checks.security.taint.environment import Environment
from autovet.checks.security.taint.frame import CutShortError, Hit, Summary
from autovet.checks.security.taint.interpreter import Interpreter
from autovet.checks.security.taint.models import all_models
from autovet.checks.security.taint.parameters import parameters_of
from autovet.checks.security.taint.values import Value
from autovet.checks.vocabulary.web_handlers import routes_of
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

STEP_BUDGET = 150_000
_MAX_NESTED = 8
_HTML_FRAMEWORKS = frozenset({"flask", "quart", "bottle"})


@dataclass(frozen=True, slots=True)
class Flows:
    """All flows of a module from untrusted sources to sinks.

    Attributes:
        cut_short: why the analysis did not finish; empty when it did.
    """

    hits: tuple[Hit, ...]
    cut_short: str = ""


_remembered: WeakKeyDictionary[Module, Flows] = WeakKeyDictionary()


def flows_of(module: Module) -> Flows:
    """The flows of a module; worked out when first asked for."""
    known = _remembered.get(module)
    if known is None:
        known = _remembered[module] = ModuleAnalysis(module).flows()
    return known


class ModuleAnalysis:
    """One analysis: names, classes, summaries and the step budget of a module."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.models = all_models()
        self.globals = Environment()
        self.closures: dict[ast.AST, Environment] = {}
        self._left = STEP_BUDGET
        self._nested = 0
        self._names: dict[ast.expr, str | None] = {}
        self._summaries: dict[FunctionNode, Summary | None] = {}
        self._parameters: dict[FunctionNode, Mapping[str, Value]] = {}
        self._classes = {s.name: s for s in module.tree.body if isinstance(s, ast.ClassDef)}
        imported = {i for scope in [module.scopes.module] for i in scope.imports.values()}
        self._returns_html = any(i.partition(".")[0] in _HTML_FRAMEWORKS for i in imported)

    def flows(self) -> Flows:
        """Run everything, callees before callers."""
        if not self._may_flow():
            return Flows(())
        found: dict[tuple[int, str, str], Hit] = {}
        cut_short = ""
        try:
            top = Interpreter(self, self.module.tree, self.globals)
            top.block(self.module.tree.body)
            self.globals.cleared.clear()
            hits = list(top.hits.values())
            for function in self._callees_first():
                summary = self.summary(function)
                hits += summary.hits if summary else ()
        except CutShortError:
            cut_short = f"more than {STEP_BUDGET} steps"
        except RecursionError:
            cut_short = "expressions nested too deeply"
        if cut_short:
            hits = [h for s in self._summaries.values() if s is not None for h in s.hits]
        for hit in hits:
            key = (id(hit.node), hit.kind, hit.taint.origin.kind)
            known = found.get(key)
            if known is None or (known.soft and not hit.soft):
                found[key] = hit
        return Flows(tuple(found.values()), cut_short)

    def _may_flow(self) -> bool:
        names = self.models.last_names
        for call in self.module.nodes(ast.Call):
            func = call.func
            last = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
            if last in names or any(k.arg is None for k in call.keywords):
                return True
        imports = self.module.scopes.module.imports
        return self._returns_html or any(imports.get(n, n).rpartition(".")[2] in names for n in imports)  # fmt: skip

    def _callees_first(self) -> list[FunctionNode]:
        callees: dict[FunctionNode, list[FunctionNode]] = {f: [] for f in self.module.functions}
        methods = {f.name: f for f in self.module.functions if isinstance(self.module.parent(f), ast.ClassDef)}  # fmt: skip
        for call in self.module.nodes(ast.Call):
            target = self.module.definition(call.func) if isinstance(call.func, ast.Name) else None
            if isinstance(call.func, ast.Attribute):
                target = methods.get(call.func.attr)
            if isinstance(target, (ast.FunctionDef, ast.AsyncFunctionDef)):
                caller = self.module.function_of(call)
                if caller is not None:
                    callees[caller].append(target)
        for function in self.module.functions:
            outer = self.module.function_of(function)
            if outer is not None and outer is not function:
                callees[function].append(outer)
        order: list[FunctionNode] = []
        seen: set[FunctionNode] = set()
        for start in self.module.functions:
            stack: list[tuple[FunctionNode, bool]] = [(start, False)]
            while stack:
                function, finished = stack.pop()
                if finished:
                    order.append(function)
                elif function not in seen:
                    seen.add(function)
                    stack.append((function, True))
                    stack += [(c, False) for c in reversed(callees[function]) if c not in seen]
        return order

    def spend(self) -> None:
        """Take one step from the budget.

        Raises:
            CutShortError: nothing is left.
        """
        self._left -= 1
        if self._left < 0:
            raise CutShortError

    def name_of(self, node: ast.expr) -> str | None:
        """The dotted name of an expression, remembered."""
        if node not in self._names:
            self._names[node] = self.module.qualified(node)
        return self._names[node]

    def class_named(self, name: str) -> ast.ClassDef | None:
        """A top-level class of the module."""
        return self._classes.get(name)

    def parameters(self, function: FunctionNode) -> Mapping[str, Value]:
        """The values that the parameters of a function stand for."""
        if function not in self._parameters:
            self._parameters[function] = parameters_of(function, self)
        return self._parameters[function]

    def summary(self, function: FunctionNode) -> Summary | None:
        """What a function of the module does; None while it is being worked out."""
        if function in self._summaries:
            return self._summaries[function]
        if self._nested >= _MAX_NESTED:
            return None
        self._summaries[function] = None
        self._nested += 1
        try:
            run = Interpreter(self, function, Environment(dict(self.parameters(function))))
            routes = routes_of(function, self.module) if function.decorator_list else []
            run.returns_html = self._returns_html and bool(routes)
            run.has_static_route = bool(routes) and not any("<" in r.path or "{" in r.path or not r.path for r in routes)  # fmt: skip
            self._summaries[function] = run.run(function)
        finally:
            self._nested -= 1
        return self._summaries[function]
