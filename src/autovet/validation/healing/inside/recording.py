"""Records the types that expressions have while the original text runs."""

import ast
from typing import Any

_MOST_TYPES = 4
_DEEP = 3


class Recorder:
    """The types that expressions had."""

    def __init__(self) -> None:
        self.seen: dict[str, set[str]] = {}

    def __call__(self, key: str, value: Any) -> Any:
        """Note the type of a value and hand it on."""
        seen = self.seen.setdefault(key, set())
        if len(seen) < _MOST_TYPES:
            seen.add(_type_of(value, _DEEP))
        return value


class Instrument(ast.NodeTransformer):
    """Makes every expression in some regions of a text tell its value."""

    def __init__(
        self, code: str, lines: "list[int]", regions: "list[list[int]]", recorder: Recorder
    ) -> None:
        self._lines = lines
        self._bytes = [line.encode() for line in code.splitlines(keepends=True)] or [b""]
        self._regions = regions
        self._recorder = recorder
        self._functions: list[int] = []

    def _offset(self, line: int, column: int) -> int:
        raw = self._bytes[line - 1][:column]
        return self._lines[line - 1] + len(raw.decode("utf-8", "ignore"))

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        """Positions inside of formatted strings cannot be relied on."""
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        """An annotation is no value."""
        if node.value is not None:
            node.value = self.visit(node.value)
        return node

    def _function(self, node: Any) -> ast.AST:
        start = self._offset(node.lineno, node.col_offset)
        end = self._offset(node.end_lineno, node.end_col_offset)
        self._functions.append(start)
        node.body = self._block(node.body)
        self._functions.pop()
        if any(a <= start and end <= b for a, b in self._regions):
            arguments = node.args
            names = [
                a.arg for a in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
            ]
            told = [
                ast.Expr(_told(f"{start}:{name}", ast.Name(name, ast.Load()))) for name in names
            ]
            at = 1 if ast.get_docstring(node, clean=False) is not None else 0
            node.body[at:at] = [ast.copy_location(s, node.body[0]) for s in told]
        changed: ast.AST = node
        return changed

    def _block(self, body: "list[ast.stmt]") -> "list[ast.stmt]":
        found: list[ast.stmt] = []
        for statement in body:
            changed = self.visit(statement)
            found += changed if isinstance(changed, list) else [changed]
        return found

    def _stored(self, target: ast.AST) -> "list[ast.expr]":
        """What tells the values of the names that a target binds, read or not."""
        if not self._functions:
            return []
        names = [n.id for n in ast.walk(target) if isinstance(n, ast.Name)]
        key = self._functions[-1]
        return [
            ast.copy_location(_told(f"{key}:{name}", ast.Name(name, ast.Load())), target)
            for name in names
        ]

    def visit_For(self, node: ast.For) -> ast.AST:
        """Tell the loop's variables in each round."""
        self.generic_visit(node)
        told = [ast.copy_location(ast.Expr(c), node) for c in self._stored(node.target)]
        node.body[:0] = told
        return node

    def visit_Assign(self, node: ast.Assign) -> Any:
        """Tell plain variables after they were assigned."""
        targets = [t for t in node.targets if isinstance(t, (ast.Name, ast.Tuple))]
        names = [t for t in targets if all(isinstance(e, ast.Name) for e in _elements(t))]
        self.generic_visit(node)
        told = [ast.copy_location(ast.Expr(c), node) for t in names for c in self._stored(t)]
        return [node, *told] if told else node

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        """Tell its variables before its conditions; a list that holds something is true."""
        self.generic_visit(node)
        told = self._stored(node.target)
        if told:
            node.ifs[:0] = [ast.copy_location(ast.List(told, ast.Load()), node.target)]
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Tell the parameters first."""
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        """Tell the parameters first."""
        return self._function(node)

    def visit(self, node: ast.AST) -> Any:
        """Wrap an expression that is read."""
        if not isinstance(node, ast.expr):
            return super().visit(node)
        start = self._offset(node.lineno, node.col_offset)
        end = self._offset(node.end_lineno or 0, node.end_col_offset or 0)
        context = getattr(node, "ctx", None)
        changed = super().visit(node)
        readable = context is None or isinstance(context, ast.Load)
        if not readable or isinstance(
            node, (ast.Starred, ast.Slice, ast.GeneratorExp, ast.Lambda, ast.Yield, ast.JoinedStr)
        ):
            return changed
        if not any(a <= start and end <= b for a, b in self._regions):
            return changed
        return ast.copy_location(_told(f"{start}-{end}", changed), node)


def _elements(target: ast.expr) -> "list[ast.expr]":
    return target.elts if isinstance(target, ast.Tuple) else [target]


def _told(key: str, value: ast.expr) -> ast.Call:
    return ast.Call(ast.Name("__record__", ast.Load()), [ast.Constant(key), value], [])


def _type_of(value: Any, depth: int) -> str:
    kind = type(value)
    if kind in (list, tuple, set, frozenset) and depth:
        parts = sorted({_type_of(item, depth - 1) for item in list(value)[:8]})
        return f"{kind.__name__}[{'|'.join(parts[:2])}]"
    if kind is dict and depth:
        pairs = list(value.items())[:4]
        keys = sorted({_type_of(k, depth - 1) for k, _ in pairs})
        values = sorted({_type_of(v, depth - 1) for _, v in pairs})
        return f"dict[{'|'.join(keys[:2])},{'|'.join(values[:2])}]"
    return kind.__name__


def line_starts(code: str) -> "list[int]":
    """Where each line of a text begins, and where it ends."""
    starts = [0]
    for line in code.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    return starts
