"""A parsed module: everything that a check may ask about one file."""

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any, TypeVar

from autovet.domain.finding import Finding
from autovet.domain.fix import Edit, Fix
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.domain.span import Span
from autovet.source.comments import Comment, comments_of
from autovet.source.index import NodeIndex
from autovet.source.scopes import FunctionNode, ScopeTable
from autovet.source.text_lines import TextLines

Node = TypeVar("Node", bound=ast.AST)
_TEST_PATH = re.compile(r"(^|/)(tests?|testing)/|(^|/)(test_[^/]*|[^/]*_test|conftest)\.py$")
_SOURCE_ROOTS = ("src", "lib")


class Module:
    """One admitted file, parsed once; all else is worked out when first asked for.

    Attributes:
        path: the path in the project, with forward slashes.
        text: the decoded text.
        tree: the syntax tree; checks must not change it.
        index: the nodes by type and their parents.
        memo: what was worked out about the tree alone and is asked for again, by key.
    """

    def __init__(
        self, path: str, text: str, tree: ast.Module, index: NodeIndex | None = None
    ) -> None:
        self.path = path
        self.text = text
        self.tree = tree
        self.index = index or NodeIndex(tree)
        self.memo: dict[object, Any] = {}

    @cached_property
    def lines(self) -> TextLines:
        """The text by lines."""
        return TextLines(self.text)

    @cached_property
    def scopes(self) -> ScopeTable:
        """The names that each scope binds."""
        return ScopeTable(self.tree, self.index, self.package)

    @cached_property
    def comments(self) -> tuple[Comment, ...]:
        """All comments, in order."""
        return comments_of(self.text)

    @cached_property
    def name(self) -> str:
        """The dotted name under which the project imports this file."""
        parts = list(PurePosixPath(self.path).with_suffix("").parts)
        if len(parts) > 1 and parts[0] in _SOURCE_ROOTS:
            parts = parts[1:]
        if len(parts) > 1 and parts[-1] == "__init__":
            parts = parts[:-1]
        return ".".join(parts)

    @cached_property
    def package(self) -> str:
        """The dotted name of the package that relative imports start from."""
        if self.path.endswith("__init__.py"):
            return self.name
        return self.name.rpartition(".")[0]

    @cached_property
    def is_test(self) -> bool:
        """Whether the path is that of a test."""
        return bool(_TEST_PATH.search(self.path))

    @cached_property
    def functions(self) -> tuple[FunctionNode, ...]:
        """All functions, methods and inner functions, in source order."""
        return tuple(self.nodes(ast.FunctionDef, ast.AsyncFunctionDef))

    def nodes(self, *types: type[Node]) -> list[Node]:
        """All nodes of these types, in source order."""
        return self.index.nodes(*types)

    def parent(self, node: ast.AST) -> ast.AST | None:
        """The node around ``node``."""
        return self.index.parent(node)

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around ``node``, innermost first."""
        return self.index.ancestors(node)

    def function_of(self, node: ast.AST) -> FunctionNode | None:
        """The innermost ``def`` in whose body the node is evaluated (lambdas do not count)."""
        scope = self.scopes.of(node, own=False)
        while scope.parent is not None:
            if isinstance(scope.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                return scope.node
            scope = scope.parent
        return None

    def class_of(self, node: ast.AST) -> ast.ClassDef | None:
        """The class whose body holds ``node`` directly, or holds the method that it is in."""
        for ancestor in self.ancestors(node):
            if isinstance(ancestor, ast.ClassDef):
                return ancestor
        return None

    def loop_of(self, node: ast.AST) -> ast.For | ast.AsyncFor | ast.While | None:
        """The innermost loop whose body runs ``node`` again and again, in the same function.

        The iterable of a ``for`` is evaluated once and does not count.
        """
        child = node
        for ancestor in self.ancestors(node):
            if isinstance(ancestor, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
                return None
            if isinstance(ancestor, ast.While):
                if child not in ancestor.orelse:
                    return ancestor
            elif isinstance(ancestor, (ast.For, ast.AsyncFor)) and child in ancestor.body:
                return ancestor
            child = ancestor
        return None

    def statement_of(self, node: ast.AST) -> ast.stmt:
        """The innermost statement that holds ``node``, or ``node`` itself."""
        current: ast.AST | None = node
        while current is not None and not isinstance(current, ast.stmt):
            current = self.parent(current)
        return current if isinstance(current, ast.stmt) else self.tree.body[0]

    def qualified(self, node: ast.expr) -> str | None:
        """The dotted name that an expression stands for, followed through the imports.

        ``requests.get`` however it was imported; ``builtins.len`` for an unshadowed builtin; names
        that nothing binds are taken at their word. None for what the module itself computes.
        """
        return self.scopes.qualified(node)

    def assigned(self, name: ast.expr) -> ast.expr | None:
        """The one value ever assigned to a plain name, as seen from where it stands.

        None when it is bound more than once, by a parameter, a loop, an import or the like.
        """
        if not isinstance(name, ast.Name):
            return None
        scope = self.scopes.of(name).lookup(name.id)
        bindings = scope.bindings[name.id] if scope else []
        if len(bindings) != 1:
            return None
        target = bindings[0]
        parent = self.parent(target)
        if isinstance(parent, ast.Assign) and target in parent.targets:
            return parent.value
        if isinstance(parent, (ast.AnnAssign, ast.NamedExpr)) and parent.target is target:
            return parent.value
        if isinstance(parent, ast.withitem) and parent.optional_vars is target:
            return parent.context_expr
        return None

    def definition(self, name: ast.expr) -> FunctionNode | ast.ClassDef | None:
        """The function or class of this module that a plain name stands for, if just one."""
        if not isinstance(name, ast.Name):
            return None
        scope = self.scopes.of(name).lookup(name.id)
        bindings = scope.bindings[name.id] if scope else []
        only = bindings[0] if len(bindings) == 1 else None
        definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        return only if isinstance(only, definitions) else None

    def span(self, node: ast.AST) -> Span:
        """The region of a node, in characters; of the first statement for the module itself."""
        if not hasattr(node, "lineno"):
            return Span(1, 1, 1, 1 + len(self.lines.line(1)))
        positioned: Any = node
        line, end_line = positioned.lineno, positioned.end_lineno or positioned.lineno
        column = self.lines.column(line, positioned.col_offset)
        return Span(line, column, end_line, self.lines.column(end_line, positioned.end_col_offset))

    def header_span(self, node: FunctionNode | ast.ClassDef) -> Span:
        """The region of the line with ``def`` or ``class``, without decorators and body."""
        start = self.span(node)
        return Span(start.line, start.column, start.line, 1 + len(self.lines.line(start.line)))

    def segment(self, node: ast.AST) -> str:
        """The text of a node, as it stands in the file."""
        return self.lines.segment(self.span(node))

    def replace(self, node: ast.AST, text: str) -> Edit:
        """An edit that puts ``text`` in the place of a node."""
        return Edit(self.span(node), text)

    def finding(
        self,
        rule: Rule,
        where: ast.AST | Span,
        message: str,
        *,
        evidence: Mapping[str, Any] | None = None,
        fix: Fix | None = None,
        severity: Severity | None = None,
        confidence: float | None = None,
        cwe: int | None = None,
    ) -> Finding:
        """A finding of ``rule`` at a node or span of this module.

        ``severity``, ``confidence`` and ``cwe`` are the rule's unless given.
        """
        return Finding(
            rule=rule.id,
            category=rule.category,
            severity=severity or rule.severity,
            confidence=rule.confidence if confidence is None else confidence,
            message=message,
            path=self.path,
            span=where if isinstance(where, Span) else self.span(where),
            evidence=evidence or {},
            fix=fix,
            cwe=cwe or rule.cwe,
        )
