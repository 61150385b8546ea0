"""Where data of others enters the functions of a module: routes, views, listeners."""

import ast
from collections.abc import Callable, Iterator

from autovet.checks.security.taint.models import Listener, Models
from autovet.checks.vocabulary.web_handlers import Route, routes_of
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

_FLASK_NAMES = frozenset({"request", "session", "make_response", "render_template", "jsonify"})
_HTML_FRAMEWORKS = frozenset({"flask", "quart", "bottle"})


class Entrances:
    """What the functions of a module are called with by others than the module itself.

    Attributes:
        returns_html: whether the text that a handler returns is sent as HTML.
    """

    def __init__(
        self,
        module: Module,
        models: Models,
        name_of: Callable[[ast.expr], str | None],
        called: set[ast.AST],
    ) -> None:
        self._module = module
        self._models = models
        self._name_of = name_of
        self._called = called
        self._with_request: set[ast.ClassDef | None] | None = None
        self._listened: dict[ast.AST, Listener] | None = None
        imported = set(module.scopes.module.imports.values())
        frameworks = {i.partition(".")[0] for i in imported}
        self._is_django = "django.http" in " ".join(imported) or "django.shortcuts" in " ".join(imported)  # fmt: skip
        self.returns_html = bool(frameworks & _HTML_FRAMEWORKS) or self._is_bare_flask(frameworks)
        self._dependencies = set(self._depended_on()) if "fastapi" in frameworks else set[ast.AST]()

    def routes(self, function: FunctionNode) -> list[Route]:
        """The routes of a handler; what a handler depends on is given request data as well."""
        if function in self._dependencies:
            return [Route((), "", "fastapi", ast.Constant(None))]
        return routes_of(function, self._module) if function.decorator_list else []

    def is_django_view(self, function: FunctionNode) -> bool:
        """Whether a function looks like a view: its further parameters come from the address."""
        arguments = function.args.args
        is_top = self._module.parent(function) is self._module.tree
        return self._is_django and is_top and len(arguments) > 1 and arguments[0].arg == "request" and function not in self._called  # fmt: skip

    def stores_request(self, node: ast.AST) -> bool:
        """Whether the class around a node gives ``self.request`` itself: then it says what it is."""
        if self._with_request is None:
            stored = (a for a in self._module.nodes(ast.Attribute) if a.attr == "request" and isinstance(a.ctx, ast.Store))  # fmt: skip
            self._with_request = {self._module.class_of(a) for a in stored}
        return self._module.class_of(node) in self._with_request

    def heard_by(self, function: FunctionNode) -> Listener | None:
        """What has a function run for every message that comes in, if anything does."""
        if self._listened is None:
            self._listened = dict(self._listening())
        return self._listened.get(function)

    def _listening(self) -> Iterator[tuple[ast.AST, Listener]]:
        for call in self._module.nodes(ast.Call):
            method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
            listener = self._models.listeners.get(f".{method}") or self._models.listeners.get(
                self._name_of(call.func) or ""
            )
            if listener is None:
                continue
            for place in listener.function:
                if isinstance(place, int):
                    given = call.args[place] if place < len(call.args) else None
                else:
                    given = next((k.value for k in call.keywords if k.arg == place), None)
                function = self._function_given(given, call) if given is not None else None
                if function is not None:
                    yield function, listener

    def _function_given(self, given: ast.expr, call: ast.Call) -> ast.AST | None:
        if isinstance(given, ast.Name):
            return self._module.definition(given)
        if isinstance(given, ast.Attribute) and isinstance(given.value, ast.Name) and given.value.id == "self":  # fmt: skip
            owner = self._module.class_of(call)
            body = owner.body if owner is not None else ()
            return next((s for s in body if isinstance(s, (ast.FunctionDef, ast.AsyncFunctionDef)) and s.name == given.attr), None)  # fmt: skip
        return None

    def _is_bare_flask(self, frameworks: set[str]) -> bool:
        """Whether handlers come without their imports, as those of Flask look."""
        if frameworks & self._models.outside:
            return False
        names = {n.id for n in self._module.nodes(ast.Name) if n.id in _FLASK_NAMES}
        return any(self._models.bare.get(n, "").startswith("flask.") for n in names)

    def _depended_on(self) -> Iterator[ast.AST]:
        for call in self._module.nodes(ast.Call):
            if call.args and getattr(call.func, "id", getattr(call.func, "attr", "")) == "Depends":
                function = self._module.definition(call.args[0])
                if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    yield function
