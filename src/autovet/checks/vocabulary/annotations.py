"""Which class an annotation names."""

import ast

from autovet.checks.vocabulary.expressions import last_name
from autovet.checks.vocabulary.known_types import SAME
from autovet.source.module import Module

_TRANSPARENT = frozenset({"Annotated", "Optional", "Final", "ClassVar", "Required", "NotRequired"})
_DEPTH = 6


def annotated_type(annotation: ast.expr | None, module: Module, depth: int = _DEPTH) -> str | None:
    """The dotted name of the class that an annotation names, without its parameters.

    ``Annotated``, ``Optional``, ``X | None``, quoted annotations and aliases of the module are
    seen through.
    """
    for _ in range(depth):
        match annotation:
            case ast.Constant(value=str(text)):
                return _quoted_type(text, annotation, module)
            case ast.Subscript(value=value, slice=inner):
                if last_name(value) in _TRANSPARENT:
                    annotation = inner.elts[0] if isinstance(inner, ast.Tuple) else inner
                else:
                    annotation = value
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                annotation = right if isinstance(left, ast.Constant) else left
            case ast.Name():
                if (name := module.qualified(annotation)) is not None:
                    return SAME.get(name, name)
                if isinstance(definition := module.definition(annotation), ast.ClassDef):
                    return f"{module.name}.{definition.name}"
                annotation = module.assigned(annotation)
            case ast.Attribute():
                name = module.qualified(annotation)
                return SAME.get(name, name) if name else None
            case _:
                return None
    return None


def _quoted_type(text: str, where: ast.expr, module: Module) -> str | None:
    try:
        parsed = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError):
        return None
    if isinstance(parsed, ast.BinOp):
        parsed = parsed.left
    names = ast.unparse(parsed).split(".") if isinstance(parsed, (ast.Name, ast.Attribute)) else []
    scope = module.scopes.of(where).lookup(names[0]) if names else None
    if scope is None:
        return None
    if (imported := scope.imports.get(names[0])) is not None:
        name = ".".join([imported, *names[1:]])
        return SAME.get(name, name)
    return f"{module.name}.{text}" if len(names) == 1 else None
