"""Which pieces of documentation are calls of this module, and which are values."""

import ast
import builtins
from collections.abc import Iterator

from autovet.source import parser
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

MAX_LENGTH = 4000
_BUILTINS = frozenset(dir(builtins))
_VALUES = frozenset({"set", "frozenset", "dict", "tuple", "list", "float", "complex", "bytearray"})
_SPOKEN = {"true": "True", "false": "False", "null": "None", "none": "None"}
_PARTS = (
    ast.Constant,
    ast.List,
    ast.Tuple,
    ast.Set,
    ast.Dict,
    ast.UnaryOp,
    ast.BinOp,
    ast.operator,
    ast.unaryop,
    ast.expr_context,
    ast.Name,
    ast.Attribute,
    ast.Call,
    ast.keyword,
)


def parse_expression(text: str) -> ast.expr | None:
    """Parse an expression; None when it is none, or too long to be an example."""
    if len(text) > MAX_LENGTH:
        return None
    try:
        return parser.parse_expression(text.strip())
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def is_python(text: str) -> bool:
    """Whether a line is a statement of Python, so that an interpreter was meant to run it."""
    try:
        parser.parse(text.strip())
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


class Names:
    """The module's own names, as its documentation may use them."""

    def __init__(self, module: Module) -> None:
        self.module_name = module.name
        self.bound = frozenset(module.scopes.module.bindings)
        self.functions = {
            name: nodes[-1]
            for name, nodes in module.scopes.module.bindings.items()
            if isinstance(nodes[-1], (ast.FunctionDef, ast.AsyncFunctionDef))
        }

    def known(self, node: ast.AST, also: frozenset[str] = frozenset()) -> bool:
        """Whether every name in an expression is bound by the module, a builtin or in ``also``."""
        return all(n in self.bound or n in _BUILTINS or n in also for n in free_names(node))

    def mentions_own(self, node: ast.AST) -> bool:
        """Whether an expression uses any name of the module."""
        return any(n in self.bound for n in free_names(node))

    def is_call(self, node: ast.expr | None) -> bool:
        """Whether it calls a plain function of this module with arguments that can be built."""
        return (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in self.functions
            and self.known(node)
            and not has_ellipsis(node)
        )

    def value(self, text: str) -> str | None:
        """The expression for a stated result, or None when the text is no plain value.

        ``1 + 9 = 10`` counts as 10, ``true`` as True; a type or a parameter's name is no value.
        """
        text = text.strip().rstrip(";").strip().removesuffix(".")  # the end of a sentence
        spoken = _SPOKEN.get(text)
        if spoken is not None:
            return spoken
        node = parse_expression(text)
        if isinstance(node, ast.Compare) and all(isinstance(o, ast.Eq) for o in node.ops):
            node = node.comparators[-1]
        if node is None and " = " in text:
            steps = [parse_expression(piece) for piece in text.split(" = ")]
            node = steps[-1] if all(s is not None and self._is_value(s) for s in steps) else None
        return ast.unparse(node) if node is not None and self._is_value(node) else None

    def _is_value(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Name):
            return False
        if not all(isinstance(part, _PARTS) for part in ast.walk(node)) or has_ellipsis(node):
            return False
        return all(self._builds(n) for n in free_names(node))

    def _builds(self, name: str) -> bool:
        """Whether a stated result may use the name: a class or a constant, but no function."""
        return name in _VALUES or (name in self.bound and name not in self.functions)


def has_ellipsis(node: ast.AST) -> bool:
    """Whether ``...`` stands somewhere in it, so that it is a sketch rather than a value."""
    return any(isinstance(n, ast.Constant) and n.value is ... for n in ast.walk(node))


def free_names(node: ast.AST) -> Iterator[str]:
    """The names that an expression reads and does not bind itself."""
    own = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    own |= {n.arg for n in ast.walk(node) if isinstance(n, ast.arg)}
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and part.id not in own:
            yield part.id


def fits(function: FunctionNode, call: ast.Call) -> bool:
    """Whether a call's arguments fit a function's parameters, by number and name."""
    arguments = function.args
    names = [a.arg for a in [*arguments.posonlyargs, *arguments.args]]
    given = {k.arg for k in call.keywords}
    if None in given or any(isinstance(a, ast.Starred) for a in call.args):
        return False
    if len(call.args) > len(names) and arguments.vararg is None:
        return False
    required = set(names[len(call.args) : len(names) - len(arguments.defaults)])
    required |= {
        a.arg for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if d is None
    }
    known = set(names[len(call.args) :]) | {a.arg for a in arguments.kwonlyargs}
    return required <= given and (given <= known or arguments.kwarg is not None)
