"""Functions that answer web requests although no decorator of theirs says so."""

import ast

from autovet.checks.vocabulary.expressions import last_name
from autovet.checks.vocabulary.web_handlers import is_handler
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

_FRAMEWORKS = frozenset({"django", "rest_framework", "aiohttp", "starlette", "sanic"})
_METHODS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "dispatch"})
_CLASSES = ("Handler", "View", "Resource", "ViewSet", "Endpoint", "MethodView")


def answers_requests(function: FunctionNode, module: Module) -> bool:
    """Whether a function is a handler by its route, its first parameter or its class."""
    if is_handler(function, module) or takes_request(function, module):
        return True
    owner = module.parent(function)
    if not isinstance(owner, ast.ClassDef):
        return any(last_name(_called(d)) in {"errorhandler", "app_errorhandler", "exception_handler"} for d in function.decorator_list)  # fmt: skip
    bases = [last_name(base) for base in owner.bases]
    if function.name.startswith("do_"):
        return any("RequestHandler" in base for base in bases)
    return function.name in _METHODS and any(base.endswith(_CLASSES) for base in bases)


def takes_request(function: FunctionNode, module: Module) -> bool:
    """Whether it looks like a view: ``request`` comes first, in a module of such a framework."""
    first = next(iter([*function.args.posonlyargs, *function.args.args]), None)
    if first is None or first.arg != "request":
        return False
    roots = {target.partition(".")[0] for target in module.scopes.module.imports.values()}
    return bool(roots & _FRAMEWORKS) and isinstance(module.parent(function), ast.Module)


def _called(decorator: ast.expr) -> ast.expr:
    return decorator.func if isinstance(decorator, ast.Call) else decorator
