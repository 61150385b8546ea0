"""Guesses what a parameter without an annotation takes from what the body does with it."""

import ast
import re

from autovet.source.derivation.kinds import Kind
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

_STR = frozenset({
    "capitalize", "casefold", "center", "encode", "endswith", "expandtabs", "find", "format",
    "isalnum", "isalpha", "isascii", "isdecimal", "isdigit", "islower", "isspace", "istitle",
    "isupper", "ljust", "lower", "lstrip", "partition", "replace", "rfind", "rjust",
    "rpartition", "rsplit", "rstrip", "split", "splitlines", "startswith", "strip", "swapcase",
    "title", "translate", "upper", "zfill",
})  # fmt: skip
_LIST = frozenset({"append", "extend", "insert", "sort", "reverse"})
_WHOLE = frozenset(
    {"len", "sum", "max", "min", "sorted", "enumerate", "reversed", "list", "tuple", "set", "zip"}
    | {"any", "all", "frozenset", "map", "filter", "Counter", "iter"}
)
_NUMBERS = frozenset({"sum", "fsum", "mean", "fmean"})
_OF_NUMBER = frozenset({"range", "abs", "round", "sqrt", "floor", "ceil", "divmod", "pow", "isqrt"})
_OF_ANYTHING = frozenset({"print", "repr", "isinstance", "type", "append", "add", "bool"})
_ARITHMETIC = (ast.Sub, ast.Div, ast.FloorDiv, ast.Pow, ast.Mult, ast.BitAnd, ast.RShift)
_TEXTS = re.compile(r"^(s|st|string|text|word|sentence|line|phrase|str\d?|s\d|chars?|message)$")
_ANY = Kind("int", stated=False)


def guess(parameter: str, function: FunctionNode, module: Module) -> Kind | None:
    """The kind that every use of a parameter agrees with; None where they are odd or none."""
    found = _Uses(function, module)
    found.look_at(parameter)
    return found.kind(parameter)


class _Uses:
    """What is done with a name, and with the elements of what it names."""

    def __init__(self, function: FunctionNode, module: Module) -> None:
        self._function = function
        self._module = module
        self._seen: set[str] = set()
        self._elements: list[str] = []

    def look_at(self, name: str) -> None:
        for node in ast.walk(self._function):
            if isinstance(node, ast.Name) and node.id == name:
                loaded = isinstance(node.ctx, ast.Load)
                self._seen.add(self._use(node) if loaded else self._rebound(node))

    def kind(self, name: str) -> Kind | None:
        """The verdict over all uses."""
        uses = self._seen - {"any"}
        if "odd" in uses:
            return None
        if uses == {"number"}:
            return Kind("int", stated=False)
        if "text" in uses and not uses & {"number", "numbers", "list"}:
            return Kind("str", stated=False)
        if not uses or "number" in uses or "text" in uses:
            return None
        if _TEXTS.match(name) and "numbers" not in uses and "list" not in uses:
            return Kind("str", stated=False)
        element = _ANY if "numbers" in uses else self._element()
        return Kind("list", (element,), stated=False) if element is not None else None

    def _element(self) -> Kind | None:
        kinds: list[Kind] = []
        for name in self._elements:
            inner = _Uses(self._function, self._module)
            inner.look_at(name)
            if inner._seen - {"any"}:
                kind = inner.kind(name)
                if kind is None:
                    return None
                kinds.append(kind)
        return kinds[0] if kinds and all(k == kinds[0] for k in kinds) else None if kinds else _ANY

    def _rebound(self, node: ast.Name) -> str:
        """What a new value of the same name tells of the first one."""
        match self._module.parent(node):
            case ast.AugAssign(op=op) if isinstance(op, (*_ARITHMETIC, ast.Mod, ast.BitXor)):
                return "number"
            case ast.AugAssign() | ast.Assign() | ast.Tuple() | ast.For() | ast.comprehension():
                return "any"
        return "odd"

    def _use(self, node: ast.Name) -> str:
        parent = self._module.parent(node)
        match parent:
            case ast.Attribute(attr=attr):
                return "text" if attr in _STR else "list" if attr in _LIST else "odd"
            case ast.Call(func=callee) if node is not callee:
                return self._argument(callee)
            case ast.keyword():
                return "odd"
            case (
                ast.For(iter=source, target=target) | ast.comprehension(iter=source, target=target)
            ) if source is node:
                self._elements += [target.id] if isinstance(target, ast.Name) else []
                return "iterated" if isinstance(target, ast.Name) else "odd"
            case ast.Subscript(value=value) if value is node:
                return self._subscript(parent)
            case ast.Subscript():
                return "number"
            case ast.BinOp() | ast.Compare() | ast.UnaryOp():
                return _operand(node, parent)
            case ast.Starred():
                return "iterated"
        return "any"

    def _argument(self, callee: ast.expr) -> str:
        name = callee.attr if isinstance(callee, ast.Attribute) else getattr(callee, "id", "")
        if name in _NUMBERS:
            return "numbers"
        if name in _OF_NUMBER:
            return "number"
        if name in _WHOLE:
            return "iterated"
        if name == getattr(self._function, "name", ""):
            return "any"  # what it does with it elsewhere tells
        return "any" if name in _OF_ANYTHING else "odd"

    def _subscript(self, node: ast.Subscript) -> str:
        """An element that is itself taken apart makes the whole odd."""
        if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
            return "odd"
        around = self._module.parent(node)
        if isinstance(around, (ast.Attribute, ast.Subscript)) and around.value is node:
            return "odd"
        return "indexed"


def _operand(node: ast.Name, parent: ast.BinOp | ast.Compare | ast.UnaryOp) -> str:
    """What an operation tells of its operand."""
    match parent:
        case ast.BinOp(op=op, left=left):
            if isinstance(op, ast.Mod) and left is not node:
                return "number"
            return "number" if isinstance(op, (*_ARITHMETIC, ast.Mod)) else "any"
        case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[inside]):
            return "iterated" if inside is node else "any"
        case ast.Compare(comparators=[ast.Constant(value=str())]):
            return "text"
        case ast.Compare(ops=ops) if any(
            isinstance(op, (ast.Lt, ast.LtE, ast.Gt, ast.GtE)) for op in ops
        ):
            others = [parent.left, *parent.comparators]
            plain = any(isinstance(o, ast.Constant) and _is_number(o.value) for o in others)
            return "number" if plain else "any"
        case ast.UnaryOp(op=ast.USub()):
            return "number"
    return "any"


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
