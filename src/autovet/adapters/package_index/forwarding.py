"""Which keyword arguments an installed function takes in the end, when it passes them on.

``def get(url, **kwargs): return request("get", url, **kwargs)`` accepts any keyword by its own
signature, so a type checker lets an invented one pass; the function that it hands them to does
not. This follows such chains through the sources of the installed packages, without importing or
executing anything.
"""

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autovet.adapters.package_index.definitions import Definition, InstalledDefinitions
from autovet.domain.signature import AcceptedKeywords
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

_DEEPEST = 5
_TAKING = frozenset({"pop", "get", "setdefault"})


@dataclass(frozen=True, slots=True)
class _Use:
    """How a function uses its ``**kwargs``: the call they go to, and the names it knows itself."""

    call: ast.Call
    known: frozenset[str]


class ForwardedKeywords:
    """Answers for one environment; every answer is worked out once."""

    def __init__(self, sites: Sequence[Path]) -> None:
        self._definitions = InstalledDefinitions(sites)
        self._answers: dict[str, AcceptedKeywords | None] = {}

    def accepted(self, function: str) -> AcceptedKeywords | None:
        """What a function that passes keywords on accepts; None when that cannot be told.

        A function that names all its arguments itself is left to the type checker.
        """
        if function not in self._answers:
            found = self._definitions.find(function)
            self._answers[function] = None if found is None else self._follow(found, 0)
        return self._answers[function]

    def _follow(self, found: Definition, depth: int) -> AcceptedKeywords | None:
        if isinstance(found.node, ast.ClassDef):
            method = self._definitions.method(found, "__init__")
            return None if method is None else self._follow(method, depth)
        node, module = found.node, found.module
        if depth > _DEEPEST or node.decorator_list:
            return None
        own = frozenset(a.arg for a in (*node.args.args, *node.args.kwonlyargs))
        if node.args.kwarg is None:
            holder = module.class_of(node)
            name = f"{holder.name}.{node.name}" if holder is not None else node.name
            return AcceptedKeywords(own, f"{module.name}.{name}") if depth else None
        use = _use_of(node, node.args.kwarg.arg, module)
        if use is None:
            return None
        target, chosen = self._target(use.call, node, module)
        further = self._follow(target, depth + 1) if target is not None else None
        if further is None:
            return None
        taken = {keyword.arg for keyword in use.call.keywords if keyword.arg}
        return AcceptedKeywords(
            (further.keywords - taken) | own | use.known, further.by, further.unless | chosen
        )

    def _target(
        self, call: ast.Call, around: FunctionNode, module: Module
    ) -> tuple[Definition | None, frozenset[str]]:
        """The callee, and the parameters that would replace it when they are given."""
        function = call.func
        nothing: frozenset[str] = frozenset()
        if isinstance(function, ast.Attribute):
            return self._attribute(function, module), nothing
        if isinstance(function, ast.Name) and _is_parameter(function.id, around):
            default = _default_value(function.id, around)
            if default is None:
                return None, nothing
            return self._definitions.named(default, module), frozenset({function.id})
        return self._definitions.named(function, module), nothing

    def _attribute(self, function: ast.Attribute, module: Module) -> Definition | None:
        owner = function.value
        if isinstance(owner, ast.Call):
            holder = module.class_of(owner)
            if module.qualified(owner.func) == "builtins.super" and holder is not None:
                return self._definitions.inherited(Definition(holder, module), function.attr)
            return None
        if isinstance(owner, ast.Name):
            instance = self._class_of_instance(owner, module)
            if instance is not None:
                return self._definitions.method(instance, function.attr)
        return self._definitions.named(function, module)

    def _class_of_instance(self, name: ast.Name, module: Module) -> Definition | None:
        """The class of ``self``, or of a name that was bound to a new instance."""
        around, holder = module.function_of(name), module.class_of(name)
        first = around.args.args[:1] if around is not None else []
        if holder is not None and first and first[0].arg == name.id:
            return Definition(holder, module)
        value = module.assigned(name)
        return self._definitions.named(value.func, module) if isinstance(value, ast.Call) else None


def _use_of(function: FunctionNode, kwargs: str, module: Module) -> _Use | None:
    """The one call that ``**kwargs`` goes to, if nothing but constant names is taken out of it."""
    receivers: list[ast.Call] = []
    known: set[str] = set()
    for node in ast.walk(function):
        if not isinstance(node, ast.Name) or node.id != kwargs:
            continue
        parent = module.parent(node)
        around = module.parent(parent) if parent is not None else None
        if isinstance(parent, ast.keyword) and parent.arg is None and isinstance(around, ast.Call):
            receivers.append(around)
        elif (name := _looked_up(parent, around)) is not None:
            known.add(name)
        elif isinstance(parent, (ast.UnaryOp, ast.BoolOp, ast.If)):
            continue  # only whether there are any
        else:
            return None
    return _Use(receivers[0], frozenset(known)) if len(receivers) == 1 else None


def _looked_up(parent: ast.AST | None, around: ast.AST | None) -> str | None:
    """The constant key of ``kwargs.pop("x")``, ``kwargs["x"]`` or ``"x" in kwargs``."""
    key: ast.expr | None = None
    if isinstance(parent, ast.Attribute) and isinstance(around, ast.Call):
        key = around.args[0] if parent.attr in _TAKING and around.args else None
    elif isinstance(parent, ast.Subscript):
        key = parent.slice
    elif isinstance(parent, ast.Compare) and isinstance(parent.ops[0], (ast.In, ast.NotIn)):
        key = parent.left
    return key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else None


def _is_parameter(name: str, function: FunctionNode) -> bool:
    return any(a.arg == name for a in (*function.args.args, *function.args.kwonlyargs))


def _default_value(name: str, function: FunctionNode) -> ast.expr | None:
    """``X`` where the function begins with ``if name is None: name = X``."""
    for statement in function.body:
        if not isinstance(statement, ast.If) or not _is_none_test(statement.test, name):
            continue
        only = statement.body[0]
        if isinstance(only, ast.Assign) and ast.unparse(only.targets[0]) == name:
            return only.value
    return None


def _is_none_test(test: ast.expr, name: str) -> bool:
    return ast.unparse(test) == f"{name} is None"
