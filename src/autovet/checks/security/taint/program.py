"""What the analyses of a program's modules share: the budget, the objects, the classes."""

import ast
import re

from autovet.checks.security.taint.analysis import ModuleAnalysis
from autovet.checks.security.taint.classes import Classes, is_class_method, is_property, is_static
from autovet.checks.security.taint.declared_fields import lets_only_harmless_through
from autovet.checks.security.taint.frame import CutShortError, Summary
from autovet.checks.security.taint.models import Models, all_models
from autovet.checks.security.taint.values import Callee, Value, join
from autovet.project.project import Project
from autovet.source.module import Module

STEP_BUDGET = 80_000
_MAX_MODULES = 24
_MAX_ALIASES = 4
_MAX_LOADING = 5
_MAX_USERS = 6


class Program:
    """One analysis of a module and of those parts of its project that it uses.

    Attributes:
        changed: a global or a field has taken on untrusted data that earlier runs did not see.
        depth: how many calls deep the current run is.
        nested: how many summaries wait for another one.
        running: the functions that are being run.
        outcomes: what calls did, by function and by the shape of the arguments.
        called: the functions that another function calls, or the module's own code.
        contexts: how many kinds of call were followed, for each function.
        fields: what methods stored in attributes of ``self``, by class and attribute.
        examined: dangerous calls, and whether they got constants only.
        entering: a handler is being entered through the decorators of the project.
        keep_alive: objects whose identity is part of a key of ``outcomes``.
    """

    def __init__(self, project: Project | None, models: Models | None = None) -> None:
        self.models = models or all_models()
        self.changed = False
        self.depth = 0
        self.nested = 0
        self.running: set[ast.AST] = set()
        self.outcomes: dict[tuple[ast.AST, object], Summary] = {}
        self.called: set[ast.AST] = set()
        self.contexts: dict[ast.AST, int] = {}
        self.fields: dict[tuple[ast.AST, str], Value] = {}
        self.examined: dict[ast.AST, bool] = {}
        self.keep_alive: list[object] = []
        self.classes = Classes(_base_class)
        self._project = project if project is not None and project.known else None
        self.entering = False
        self._left = STEP_BUDGET
        self._library_bases: dict[ast.AST | None, set[str]] = {}
        self._objects = 0
        self._loading = 0
        self._analyses: dict[str, ModuleAnalysis] = {}

    def analysis(self, module: Module) -> ModuleAnalysis:
        """The analysis of a module, its own code run."""
        known = self._analyses.get(module.name)
        if known is None or known.module is not module:
            known = self._analyses[module.name] = ModuleAnalysis(module, self)
            self._loading += 1
            try:
                known.run_module()
            finally:
                self._loading -= 1
        return known

    @property
    def is_scarce(self) -> bool:
        """Whether so little of the budget is left that calls are no longer followed one by one."""
        return self._left < STEP_BUDGET // 3

    def spend(self) -> None:
        """Take one step from the budget.

        Raises:
            CutShortError: nothing is left.
        """
        self._left -= 1
        if self._left < 0:
            raise CutShortError(f"more than {STEP_BUDGET} steps")

    def examine(self, node: ast.AST, is_fixed: bool) -> None:
        """Take note whether a dangerous call was given nothing but constants."""
        self.examined[node] = is_fixed and self.examined.get(node, True)

    def new_object(self) -> int:
        """A number for an object that can be changed in place."""
        self._objects += 1
        return self._objects

    def forget_runs(self) -> None:
        """Let everything be run again, with the globals and fields as they are now."""
        self.changed = False
        self.outcomes.clear()
        self.contexts.clear()
        for analysis in self._analyses.values():
            analysis.forget_summaries()

    def value_of(self, name: str, tries: int = _MAX_ALIASES) -> Value | None:
        """What a dotted name stands for in the modules of the project."""
        if self._project is None or name.partition(".")[0] not in self._project.top_level:
            return None
        parts = name.split(".")
        for length in range(len(parts) - 1, 0, -1):
            home = ".".join(parts[:length])
            analysis = self._analyses.get(home)
            if analysis is None:
                module = self._project.by_name.get(home)
                if module is None:
                    continue
                if len(self._analyses) >= _MAX_MODULES or self._loading >= _MAX_LOADING:
                    return None
                analysis = self.analysis(module)
            module = analysis.module
            value = analysis.globals.variables.get(parts[length])
            alias = module.scopes.module.imports.get(parts[length])
            if value is None and alias and alias != name and tries:
                return self.value_of(".".join([alias, *parts[length + 1 :]]), tries - 1)
            if value is None or len(parts) == length + 1:
                return value
            owner = next((c for c in value.callees if isinstance(c.node, ast.ClassDef)), None)
            if owner is None or len(parts) > length + 2:
                return None
            method = self.classes.method(owner, parts[-1])
            return Value(callees=(method,)) if method else self.class_field(owner, parts[-1])
        return None

    def uses_project(self, module: Module) -> bool:
        """Whether a module imports others of the project."""
        if self._project is None:
            return False
        roots = {i.partition(".")[0] for i in module.scopes.module.imports.values()}
        return not roots.isdisjoint(self._project.top_level)

    def is_typed_in_urls(self, name: str) -> bool:
        """Whether the project's table of addresses lets only numbers and slugs into a parameter."""
        if self._project is None:
            return False
        texts = [t for p, t in self._project.texts.items() if p.endswith("urls.py")]
        typed = re.compile(rf"<(?:int|uuid|slug):{re.escape(name)}>")
        loose = re.compile(rf"<(?:(?:str|path):)?{re.escape(name)}>")
        return any(map(typed.search, texts)) and not any(map(loose.search, texts))

    def users_of(self, module: Module) -> list[Module]:
        """Other modules of the project that import a module and speak of requests."""
        if self._project is None:
            return []
        name, found = module.name, []
        leaf = name.rpartition(".")[2]
        for path, text in sorted(self._project.texts.items()):
            if not path.endswith(".py") or leaf not in text or "request" not in text:
                continue
            other = self._project.module(path) if path != module.path else None
            imports = other.scopes.module.imports.values() if other is not None else ()
            if other is not None and any(i == name or i.startswith(f"{name}.") for i in imports):
                found.append(other)
                if len(found) >= _MAX_USERS:
                    break
        return found

    def class_named(self, type_name: str) -> Callee | None:
        """The class of the project that a type stands for."""
        if not type_name.startswith("."):
            return None
        module, _, name = type_name[1:].partition(":")
        analysis = self._analyses.get(module)
        node = analysis.classes.get(name) if analysis is not None else None
        return Callee(node, analysis) if node is not None else None

    def method_of_instance(self, value: Value, name: str) -> Callee | None:
        """The method of an instance's class; None for values that are no known instances."""
        owner = self.class_named(value.type)
        return self.classes.method(owner, name) if owner is not None else None

    def method(self, owner: Callee, name: str) -> Callee | None:
        """The function that a name stands for on a class."""
        return self.classes.method(owner, name)

    def class_of(self, callee: Callee) -> Callee | None:
        """The class itself, without what it was looked up with."""
        return Callee(callee.node, callee.home) if isinstance(callee.node, ast.ClassDef) else None

    def class_field(self, owner: Callee, attribute: str) -> Value | None:
        """What class bodies, or any method, give to an attribute."""
        found: Value | None = None
        for name, value, place, _ in self.classes.fields(owner):
            if name == attribute and value is not None:
                found = place.home.class_value(place.node, value)
                break
        for place in self.classes.order(owner):
            stored = self.fields.get((place.node or ast.Pass(), attribute))
            if stored is not None:
                found = stored if found is None else join(found, stored)
        return found

    def library_bases(self, owner: Callee) -> set[str]:
        """The dotted names of the classes of libraries that a class inherits from."""
        if owner.node not in self._library_bases:
            self._library_bases[owner.node] = {
                name
                for place in self.classes.order(owner)
                for base in (place.node.bases if isinstance(place.node, ast.ClassDef) else ())
                if (name := place.home.name_of(base)) and _base_class(base, place) is None
            }
        return self._library_bases[owner.node]

    def is_harmless_form_field(self, owner: Callee, name: str) -> bool:
        """Whether the field of a form makes something harmless of the text that comes in."""
        for field, value, _, _ in self.classes.fields(owner):
            if field == name and isinstance(value, ast.Call):
                kind = value.func.attr if isinstance(value.func, ast.Attribute) else getattr(value.func, "id", "")  # fmt: skip
                return kind in self.models.harmless_fields or lets_only_harmless_through(value)
        return False

    def is_clean_field(self, owner: Callee, attribute: str) -> bool:
        """Whether the annotation of a field leaves no room for harmful text."""
        for name, _, place, statement in self.classes.fields(owner):
            if name == attribute and isinstance(statement, ast.AnnAssign):
                if lets_only_harmless_through(statement.value) or lets_only_harmless_through(statement.annotation):  # fmt: skip
                    return True
                return bool(place.home.is_clean_type(statement.annotation))
        return False

    def validators_of(self, owner: Callee, attribute: str) -> list[Callee]:
        """The methods that a value goes through before a model takes it on."""
        found: list[Callee] = []
        for place in self.classes.order(owner):
            body = place.node.body if isinstance(place.node, ast.ClassDef) else ()
            methods = (m for m in body if isinstance(m, ast.FunctionDef))
            found += [
                Callee(m, place.home, bound=Value())
                for m in methods
                if any(_validates(d, attribute) for d in m.decorator_list)
            ]
        return found

    is_static = staticmethod(is_static)
    is_class_method = staticmethod(is_class_method)
    is_property = staticmethod(is_property)


def _validates(decorator: ast.expr, attribute: str) -> bool:
    if not isinstance(decorator, ast.Call):
        return False
    name = decorator.func.attr if isinstance(decorator.func, ast.Attribute) else getattr(decorator.func, "id", "")  # fmt: skip
    named = [a.value for a in decorator.args if isinstance(a, ast.Constant)]
    return name in {"field_validator", "validator"} and (attribute in named or "*" in named)


def _base_class(base: ast.expr, owner: Callee) -> Callee | None:
    if isinstance(base, ast.Subscript):
        base = base.value
    analysis: ModuleAnalysis = owner.home
    node = analysis.module.definition(base)
    if isinstance(node, ast.ClassDef):
        return Callee(node, analysis)
    name = analysis.name_of(base)
    found = analysis.imported(name) if name else None
    for callee in found.callees if found else ():
        if isinstance(callee.node, ast.ClassDef):
            return callee
    return None
