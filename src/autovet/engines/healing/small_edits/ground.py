"""The function or table to be repaired, as the operators see it."""

import ast
import re
from collections.abc import Mapping, Sequence
from functools import cached_property

from autovet.engines.healing.small_edits.binding import ATOMS, binding, binding_of, is_atom
from autovet.engines.healing.small_edits.change import Change
from autovet.engines.healing.small_edits.kinds import kinds_of
from autovet.engines.healing.small_edits.walking import is_read, stored_names, walked
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

_TIGHT = (
    ast.BinOp,
    ast.UnaryOp,
    ast.BoolOp,
    ast.Compare,
    ast.Attribute,
    ast.Await,
    ast.IfExp,
    ast.Starred,
)
_PLAIN = frozenset(
    {"0", "0.0", "1", "-1", "''", "[]", "{}", "()", "set()", "None", "True", "False"}
)
_ADDING = frozenset({"add", "append", "extend", "insert", "update", "appendleft"})
Definition = ast.FunctionDef | ast.AsyncFunctionDef
Place = FunctionNode | ast.Assign | ast.AnnAssign


class Ground:
    """One place: its expressions and statements, their text, and the types that they had.

    Args:
        module: the module that holds the place.
        function: the function, or an assignment at the level of the module.
        types: the types of expressions and parameters that were recorded on examples, by
            ``start-end`` and ``start of function:parameter``.
        words: further texts and numbers that the examples mention.
        expected: the results that failing examples state, as texts.
        empty: whether an example with something empty in it fails.
    """

    def __init__(
        self,
        module: Module,
        function: Place,
        types: Mapping[str, Sequence[str]],
        words: Sequence[str] = (),
        expected: Sequence[str] = (),
        *,
        empty: bool = False,
    ) -> None:
        self.module = module
        self.text = module.text
        self.function = function
        self.words = tuple(words)
        self.expected = tuple(expected)
        self.empty = empty
        self._types = types

    def region(self, node: ast.AST) -> tuple[int, int]:
        """Where a node stands, in characters."""
        span = self.module.span(node)
        lines = self.module.lines
        return lines.offset(span.line, span.column), lines.offset(span.end_line, span.end_column)

    def segment(self, node: ast.AST) -> str:
        """The text of a node."""
        start, end = self.region(node)
        return self.text[start:end]

    @cached_property
    def documentation(self) -> str:
        """What the function says of itself."""
        if not isinstance(self.function, Definition):
            return ""
        return ast.get_docstring(self.function, clean=False) or ""

    @cached_property
    def body(self) -> list[ast.stmt]:
        """The statements of the function without its docstring; of an assignment, itself."""
        if not isinstance(self.function, Definition):
            return [self.function]
        body = self.function.body
        documented = isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)
        return body[1:] if documented else list(body)

    @cached_property
    def statements(self) -> list[ast.stmt]:
        """All statements in the body, also the inner ones, in source order."""
        return [n for s in self.body for n in walked(s) if isinstance(n, ast.stmt)]

    @cached_property
    def expressions(self) -> list[ast.expr]:
        """The expressions that are read, outermost first, without those in formatted strings."""
        found = []
        for statement in self.body:
            for node in walked(statement):
                if not isinstance(node, ast.expr) or isinstance(node, (ast.Slice, ast.Starred)):
                    continue
                if isinstance(getattr(node, "ctx", None), (ast.Store, ast.Del)):
                    continue
                found.append(node)
        return found

    @cached_property
    def executed(self) -> bool:
        """Whether any example reached it."""
        start, end = self.region(self.function)
        return any(start <= int(re.split("[-:]", key)[0]) <= end for key in self._types)

    def types(self, node: ast.AST) -> frozenset[str]:
        """The types that an expression had; what a literal shows where nothing was recorded."""
        start, end = self.region(node)
        found = self._types.get(f"{start}-{end}")
        if found is None and isinstance(node, ast.Constant):
            return frozenset({type(node.value).__name__})
        return frozenset(found or ())

    def kinds(self, node: ast.AST) -> frozenset[str]:
        """The types without what containers hold; all numbers are one kind."""
        return kinds_of(self.types(node))

    @cached_property
    def variables(self) -> Mapping[str, frozenset[str]]:
        """The function's names with the types that they had, parameters first."""
        found: dict[str, set[str]] = {}
        start = self.region(self.function)[0]
        for a in _parameters(self.function):
            found[a.arg] = set(self._types.get(f"{start}:{a.arg}", ()))
        for node in self.expressions:
            if isinstance(node, ast.Name):
                found.setdefault(node.id, set()).update(self.types(node))
        own = self.module.scopes.of(self.function).bindings
        inner = {n: None for s in self.body for node in walked(s) for n in stored_names(node)}
        for name in inner:  # also those that nothing reads
            found.setdefault(name, set()).update(self._types.get(f"{start}:{name}", ()))
        return {
            name: frozenset(types) for name, types in found.items() if name in own or name in inner
        }

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the parameters, in order."""
        return tuple(a.arg for a in _parameters(self.function))

    @cached_property
    def own_variables(self) -> frozenset[str]:
        """Those that the function binds itself; not its parameters."""
        return frozenset(n for s in self.body for node in walked(s) for n in stored_names(node))

    @cached_property
    def unread(self) -> frozenset[str]:
        """The parameters and variables that nothing reads: a trace of what is missing.

        What is only ever added to is not read either.
        """
        read = {
            n.id for s in self.body for n in ast.walk(s) if is_read(n) and not self._is_added_to(n)
        }
        return frozenset(n for n in self.variables if n not in read and not n.startswith("_"))

    def _is_added_to(self, name: ast.Name) -> bool:
        method = self.module.parent(name)
        if not isinstance(method, ast.Attribute) or method.attr not in _ADDING:
            return False
        call = self.module.parent(method)
        return isinstance(call, ast.Call) and isinstance(self.module.parent(call), ast.Expr)

    def in_scope(self, name: str, node: ast.AST) -> bool:
        """Whether a name may be read at a node; what a comprehension binds ends with it."""
        scope = self.module.scopes.of(node, own=not isinstance(node, ast.Lambda))
        return scope.lookup(name) is not None

    def alike(self, node: ast.AST, types: frozenset[str]) -> bool:
        """Whether a value of these types may stand in the place of an expression."""
        own = self.kinds(node)
        return bool(own & kinds_of(types)) if own and types else not own and not types

    @cached_property
    def constants(self) -> list[ast.Constant]:
        """The numbers and strings of the function."""
        return [
            node
            for node in self.expressions
            if isinstance(node, ast.Constant)
            and isinstance(node.value, (int, float, str))
            and not isinstance(node.value, bool)
        ]

    @cached_property
    def functions(self) -> Mapping[str, int]:
        """The plain functions within reach, with the number of their parameters."""
        return {
            s.name: len(s.args.posonlyargs) + len(s.args.args)
            for s in [*self.module.tree.body, *self.statements]
            if isinstance(s, Definition)
        }

    def is_callee(self, node: ast.expr) -> bool:
        """Whether an expression is what a call calls."""
        parent = self.module.parent(node)
        return isinstance(parent, ast.Call) and parent.func is node

    def put(self, node: ast.AST, text: str, cost: float, what: str) -> Change:
        """The change that puts an expression's text in the place of another."""
        start, end = self.region(node)
        if not is_atom(text) and self._needs_brackets(node, start, end):
            # what holds together no looser than what stood there needs none either
            text = text if 0 < binding(node) <= binding_of(text) else f"({text})"
        return Change(((start, end, text),), cost, what)

    def operand(self, node: ast.AST) -> str:
        """The text of an expression, fit to stand beside an operator or a dot."""
        text = self.segment(node)
        return text if isinstance(node, ATOMS) or is_atom(text) else f"({text})"

    def _needs_brackets(self, node: ast.AST, start: int, end: int) -> bool:
        before, after = self.text[:start].rstrip(), self.text[end:].lstrip()
        if before.endswith("(") and after.startswith(")"):
            return False
        parent = self.module.parent(node)
        if isinstance(parent, (ast.Call, ast.Subscript)):
            return node is (parent.func if isinstance(parent, ast.Call) else parent.value)
        return isinstance(parent, (*_TIGHT, ast.comprehension))


def plain_results(ground: Ground) -> list[str]:
    """The expected results that say "nothing": others would only repeat the examples."""
    return [text for text in ground.expected if text in _PLAIN]


def _parameters(place: Place) -> list[ast.arg]:
    if not isinstance(place, Definition):
        return []
    arguments = place.args
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
