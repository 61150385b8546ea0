"""Where a reader has to look for what makes a claim fail."""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autovet.domain.span import Span
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode
from autovet.validation.execution.calls import resolve
from autovet.validation.execution.judgement import Judgement, Kind
from autovet.validation.execution.lookup_tables import decisive_entry

_DECISIONS = (
    ast.Compare,
    ast.BinOp,
    ast.BoolOp,
    ast.If,
    ast.IfExp,
    ast.Raise,
    ast.While,
    ast.Match,
)


@dataclass(frozen=True, slots=True)
class Place:
    """A region, and further functions that the failing call runs through."""

    span: Span
    suspects: tuple[str, ...] = ()


class CodeMap:
    """The functions of the code under test and who calls whom."""

    def __init__(self, module: Module, spans: Mapping[str, Span]) -> None:
        self.module = module
        self.spans = spans
        starts = {span.start: name for name, span in spans.items()}
        self.nodes: dict[str, FunctionNode] = {}
        for node in module.functions:
            if name := starts.get(module.span(node).start):
                self.nodes[name] = node

    def reached(self, function: str) -> list[str]:
        """The functions that a call of ``function`` may run, nearest first, itself first."""
        order = [function] if function in self.nodes else []
        for name in order:
            for node in ast.walk(self.nodes[name]):
                if isinstance(node, ast.Call):
                    callee = resolve(node.func, self.spans)
                elif isinstance(node, ast.Attribute):
                    callee = self._property(node)
                else:
                    continue
                if callee in self.nodes and callee not in order:
                    order.append(callee)
        return order

    def _property(self, node: ast.Attribute) -> str:
        name = resolve(node, self.spans)
        decorators = self.nodes[name].decorator_list if name in self.nodes else []
        return name if any("property" in ast.unparse(d) for d in decorators) else ""

    def is_async(self, function: str) -> bool:
        """Whether the function must be awaited."""
        return isinstance(self.nodes.get(function), ast.AsyncFunctionDef)

    def place(self, judgement: Judgement) -> Place:
        """Point at a raising line, a decisive table entry, or the function that went wrong."""
        claim = judgement.claim
        reached = self.reached(claim.function)
        others = tuple(name for name in reached if name != claim.function)
        whole = self.spans.get(claim.function, Span(1, 1, 1, 1))
        if judgement.line is not None and judgement.line <= len(self.module.lines):
            return Place(self.statement(judgement.line), others)
        if judgement.kind is Kind.DID_NOT_RAISE and claim.raises is not None:
            entry = decisive_entry(self.module, [self.nodes[n] for n in reached], claim.call)
            if entry is not None:
                return Place(self.module.span(entry), tuple(reached))
            guards = [n for n in reached if self._raises(n, claim.raises)]
            if guards and claim.function not in guards:
                return Place(self.spans[guards[0]], tuple(reached))
        if judgement.kind in {Kind.RETURNED, Kind.BROKEN}:
            direct = [self.nodes[n] for n in reached[:1]]
            entry = decisive_entry(self.module, direct, claim.call)
            if entry is not None:
                return Place(self.module.span(entry), tuple(reached))
            deciding = [n for n in reached if self._decides(n)]
            if len(deciding) == 1 and claim.function not in deciding:
                return Place(self.spans[deciding[0]], tuple(reached))
        return Place(whole, others)

    def _decides(self, function: str) -> bool:
        """Whether it does more than pass values on to other functions."""
        return any(isinstance(node, _DECISIONS) for node in ast.walk(self.nodes[function]))

    def _raises(self, function: str, error: str) -> bool:
        return any(
            isinstance(node, ast.Raise) and error.rpartition(".")[2] in self._raised_names(node)
            for node in ast.walk(self.nodes[function])
        )

    def _raised_names(self, node: ast.Raise) -> Sequence[str]:
        """The raised class and those of its bases that this module names."""
        raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        if raised is None:
            return ()
        names = [ast.unparse(raised).rpartition(".")[2]]
        by_name = {c.name: c for c in self.module.nodes(ast.ClassDef)}
        for name in names:
            bases = by_name[name].bases if name in by_name else []
            names += [n for b in bases if (n := ast.unparse(b).rpartition(".")[2]) not in names]
        return names

    def statement(self, line: int) -> Span:
        """The statement on a line; of a ``raise`` in an ``if``, the condition too."""
        found: ast.stmt | None = None
        for node in self.module.nodes(ast.stmt):
            if node.lineno <= line <= (node.end_lineno or node.lineno):
                found = node
        if found is None:
            return Span(line, 1, line, 1 + len(self.module.lines.line(line)))
        span = self.module.span(found)
        around = self.module.parent(found)
        if isinstance(found, ast.Raise) and isinstance(around, ast.If):
            start = self.module.span(around)
            return Span(start.line, start.column, span.end_line, span.end_column)
        if hasattr(found, "body"):
            return Span(
                line,
                span.column if line == span.line else 1,
                line,
                1 + len(self.module.lines.line(line)),
            )
        return span
