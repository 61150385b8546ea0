"""Reads annotations."""

import ast
from collections.abc import Sequence

from autovet.source.derivation.kinds import Kind, optional
from autovet.source.module import Module
from autovet.source.parser import parse_expression

_PLAIN = {
    "int": Kind("int"),
    "float": Kind("float"),
    "bool": Kind("bool"),
    "str": Kind("str"),
    "bytes": Kind("bytes"),
    "None": Kind("none"),
    "PositiveInt": Kind("int", low=1),
    "NonNegativeInt": Kind("int", low=0),
    "NegativeInt": Kind("int", high=-1),
    "NonPositiveInt": Kind("int", high=0),
    "PositiveFloat": Kind("float", low=0.125),
    "NonNegativeFloat": Kind("float", low=0.0),
    "StrictInt": Kind("int"),
    "StrictStr": Kind("str"),
}
_LISTS = frozenset({"list", "List", "Sequence", "MutableSequence"})
_PASSED_AS_LISTS = frozenset({"Iterable", "Collection", "Sized", "Reversible", "Container"})
_SETS = frozenset({"set", "Set", "frozenset", "FrozenSet", "AbstractSet", "MutableSet"})
_DICTS = frozenset({"dict", "Dict", "Mapping", "MutableMapping", "DefaultDict", "OrderedDict"})
_BOUNDS = {"ge": "low", "gt": "above", "le": "high", "lt": "below"}
_DEPTH = 5


def kind_of(node: ast.expr | None, module: Module, depth: int = 0) -> Kind | None:
    """The kind that an annotation states; None where no inputs can be made up for it."""
    if node is None or depth > _DEPTH:
        return None
    match node:
        case ast.Constant(value=None):
            return Kind("none")
        case ast.Constant(value=str(text)):
            return kind_of(_parsed(text), module, depth + 1)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _union([left, right], module, depth)
        case ast.Name() | ast.Attribute():
            return _named(node, module, depth)
        case ast.Subscript(value=ast.Name() | ast.Attribute() as base, slice=inner):
            parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            return _generic(_last(base), parts, module, depth)
        case ast.Call(func=ast.Name(id="conint" | "confloat" as maker), keywords=keywords):
            return _bounded(Kind("int" if maker == "conint" else "float"), keywords)
    return None


def _parsed(text: str) -> ast.expr | None:
    try:
        return parse_expression(text.strip())
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _named(node: ast.expr, module: Module, depth: int) -> Kind | None:
    name = _last(node)
    aliased = module.assigned(node)
    if aliased is not None:
        return kind_of(aliased, module, depth + 1)
    definition = module.definition(node)
    if isinstance(definition, ast.ClassDef):
        return _enumeration(definition)
    if name in _PLAIN:
        return _PLAIN[name]
    # What a bare container holds is left open; numbers are as good as anything.
    held = Kind("int", stated=False)
    if name in _LISTS | _PASSED_AS_LISTS:
        return Kind("list", (held,))
    if name in {"tuple", "Tuple"}:
        return Kind("tuple", (held,))
    return Kind("set", (held,)) if name in _SETS else None


def _enumeration(owner: ast.ClassDef) -> Kind | None:
    if not any(_last(base).endswith(("Enum", "Flag")) for base in owner.bases):
        return None
    members = tuple(
        f"{owner.name}.{target.id}"
        for statement in owner.body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name) and not target.id.startswith("_")
    )
    return Kind("choice", choices=members) if members else None


def _generic(name: str, parts: Sequence[ast.expr], module: Module, depth: int) -> Kind | None:
    if name == "Literal":
        return Kind("choice", choices=tuple(ast.unparse(part) for part in parts))
    if name == "Annotated":
        kind = kind_of(parts[0], module, depth + 1)
        for extra in parts[1:]:
            kind = _annotated(kind, extra) if kind is not None else None
        return kind
    if name == "Optional":
        inner = kind_of(parts[0], module, depth + 1)
        return optional(inner) if inner is not None else None
    if name == "Union":
        return _union(parts, module, depth)
    if name in {"Final", "Required"}:
        return kind_of(parts[0], module, depth + 1)
    return _container(name, parts, module, depth)


def _container(name: str, parts: Sequence[ast.expr], module: Module, depth: int) -> Kind | None:
    open_end = len(parts) == 2 and isinstance(parts[1], ast.Constant) and parts[1].value is ...
    held = [kind_of(part, module, depth + 1) for part in (parts[:1] if open_end else parts)]
    known = tuple(kind for kind in held if kind is not None)
    if len(known) != len(held) or not known:
        return None
    if name in _LISTS | _PASSED_AS_LISTS:
        return Kind("list", known)
    if name in {"tuple", "Tuple"}:
        return Kind("tuple", known, fixed=not open_end)
    if name in _SETS:
        return Kind("set", known)
    if name in _DICTS and len(known) == 2:
        return Kind("dict", known)
    return None


def _union(parts: Sequence[ast.expr], module: Module, depth: int) -> Kind | None:
    kinds = [kind_of(part, module, depth + 1) for part in parts]
    members = [
        member
        for kind in kinds
        if kind is not None
        for member in (kind.parts if kind.name == "union" else [kind])
    ]
    # A union is as good as those of its members that inputs can be made up for.
    usual = [member for member in members if member.name != "none"]
    nothing = [member for member in members if member.name == "none"]
    return Kind("union", (*usual, *nothing)) if usual else None


def _annotated(kind: Kind, extra: ast.expr) -> Kind:
    """Apply metadata such as ``Ge(0)``, ``Interval(ge=0)``, ``MinLen(1)`` or ``Field(gt=0)``."""
    if not isinstance(extra, ast.Call):
        return kind
    name = _last(extra.func)
    if name.lower() in _BOUNDS and extra.args:
        return _bounded(kind, [ast.keyword(name.lower(), extra.args[0])])
    if name in {"MinLen", "MaxLen", "Len"} and extra.args:
        sizes = [_number(argument) for argument in extra.args]
        least = sizes[0] if name != "MaxLen" else None
        most = sizes[-1] if name == "MaxLen" or len(sizes) > 1 else None
        return kind.sized(*(None if n is None else int(n) for n in (least, most)))
    return _bounded(kind, extra.keywords)


def _bounded(kind: Kind, keywords: Sequence[ast.keyword]) -> Kind:
    step = 1 if kind.name == "int" else 0.125
    for keyword in keywords:
        number = _number(keyword.value)
        if number is None:
            continue
        match _BOUNDS.get(keyword.arg or "", keyword.arg):
            case "low":
                kind = kind.within(number, None)
            case "above":
                kind = kind.within(number + step, None)
            case "high":
                kind = kind.within(None, number)
            case "below":
                kind = kind.within(None, number - step)
            case "min_length":
                kind = kind.sized(int(number), None)
            case "max_length":
                kind = kind.sized(None, int(number))
    return kind


def _number(node: ast.expr) -> float | None:
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None
    return value if isinstance(value, (int, float)) else None
