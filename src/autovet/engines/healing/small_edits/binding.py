"""How tightly an expression holds together, which decides where it needs brackets."""

import ast
import re

from autovet.source.parser import parse_expression

_OPERATORS: dict[type[ast.operator], int] = {
    ast.BitOr: 5, ast.BitXor: 6, ast.BitAnd: 7, ast.LShift: 8, ast.RShift: 8, ast.Add: 9,
    ast.Sub: 9, ast.Mult: 10, ast.Div: 10, ast.FloorDiv: 10, ast.Mod: 10, ast.MatMult: 10,
    ast.Pow: 12,
}  # fmt: skip
_ATOM = 14
_IDENTIFIER = re.compile(r"[A-Za-z_]\w*\Z")
ATOMS = (
    ast.Name,
    ast.Call,
    ast.Subscript,
    ast.Attribute,
    ast.List,
    ast.Dict,
    ast.Set,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
)


def binding(node: ast.AST) -> int:
    """The rank of an expression's operator, from 0 for the loosest; 14 where it has none."""
    match node:
        case ast.BinOp():
            return _OPERATORS[type(node.op)]
        case ast.BoolOp(op=ast.Or()):
            return 1
        case ast.BoolOp():
            return 2
        case ast.UnaryOp(op=ast.Not()):
            return 3
        case ast.Compare():
            return 4
        case ast.UnaryOp():
            return 11
        case ast.Await():
            return 13
        case ast.IfExp() | ast.Lambda() | ast.NamedExpr() | ast.Yield() | ast.YieldFrom():
            return 0
        case ast.Tuple() | ast.Starred():
            return 0
    return _ATOM


def binding_of(text: str) -> int:
    """The rank of an expression given as text; 0 where it does not parse."""
    try:
        return binding(parse_expression(text))
    except SyntaxError:
        return 0


def is_atom(text: str) -> bool:
    """Whether an expression may stand anywhere without brackets."""
    if _IDENTIFIER.match(text) or text.replace(".", "", 1).isdigit():
        return True
    try:
        node = parse_expression(text)
    except SyntaxError:
        return False
    return isinstance(node, (*ATOMS, ast.Constant)) or (
        isinstance(node, ast.Tuple) and text.startswith("(")
    )
