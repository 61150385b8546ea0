"""A function or line is larger than the given constraints allow.

Finds functions with more lines, parameters, branches or nested blocks than ``constraints`` set with
``max_function_lines`` (from ``def`` to the last line), ``max_parameters`` (without self and cls),
``max_complexity`` (decisions plus one, after McCabe) and ``max_nesting``, classes with more lines or
methods than ``max_class_lines`` and ``max_methods``, files longer than ``max_file_lines``, and lines
longer than ``max_line_length``.

Split the function along its steps, group parameters that travel together, break the line.

Leave it only by changing the constraint.
"""

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from autovet.checks.example import Example
from autovet.checks.vocabulary.constraint_keys import (
    MAX_CLASS_LINES,
    MAX_COMPLEXITY,
    MAX_FILE_LINES,
    MAX_FUNCTION_LINES,
    MAX_LINE_LENGTH,
    MAX_METHODS,
    MAX_NESTING,
    MAX_PARAMETERS,
    limit_in,
    stated,
)
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.domain.span import Span
from autovet.project.project import Project
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("constraint-limit", Category.CONTEXT_AWARENESS, Severity.ERROR, confidence=0.99)

_BLOCKS = (
    ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.TryStar, ast.Match,
)  # fmt: skip
_DECISIONS = (
    ast.If,
    ast.IfExp,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.ExceptHandler,
    ast.comprehension,
)

BAD = (
    Example(
        """
def total(orders):  # <--
    result = 0
    for order in orders:
        result += order.total
    return result
""",
        context={"constraints": {MAX_FUNCTION_LINES: 4}},
    ),
    Example(
        "def area(a, b, c):  # <--\n    return a or b or c\n",
        context={"constraints": {MAX_PARAMETERS: 2, MAX_COMPLEXITY: 3}},
    ),
    Example(
        "def area(a, b, c):  # <--\n    return a or b or c\n",
        context={"constraints": {MAX_COMPLEXITY: 2}},
    ),
    Example(
        "text = 'a rather long line'  # <--\nx = 1\n",
        context={"constraints": {MAX_LINE_LENGTH: 25}},
    ),
    Example(
        """
def seats(rows):  # <--
    for row in rows:
        if row.open:
            yield row
        elif row.later:
            yield None

class Hall:  # <--
    def first(self): ...
    def last(self): ...
""",
        context={"constraints": {"maxNestingDepth": 1, "max_methods_per_class": 1}},
    ),
    Example("x = 1\ny = 2\nz = 3  # <--\nw = 4\n", context={"constraints": {MAX_FILE_LINES: 2}}),
)
GOOD = (
    Example(
        "class Box:\n    def area(self, a, b):\n        return a or b\n",
        context={
            "constraints": {
                MAX_PARAMETERS: 2,
                MAX_COMPLEXITY: 2,
                MAX_FUNCTION_LINES: 2,
                MAX_LINE_LENGTH: 30,
            }
        },
    ),
    Example("def f(a, b, c): ...\n", context={"constraints": {MAX_PARAMETERS: True}}),
    "def f(a, b, c): ...\n",
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report what exceeds a limit."""
    constraints = project.context.constraints
    if not constraints:
        return
    lines = limit_in(stated(constraints, MAX_FUNCTION_LINES))
    parameters = limit_in(stated(constraints, MAX_PARAMETERS))
    complexity = limit_in(stated(constraints, MAX_COMPLEXITY))
    nesting = limit_in(stated(constraints, MAX_NESTING))
    for function in module.functions:
        for key, measured, limit, unit in (
            (MAX_FUNCTION_LINES, (function.end_lineno or 0) - function.lineno + 1, lines, "lines"),
            (MAX_PARAMETERS, _parameters(function, module), parameters, "parameters"),
            (
                MAX_COMPLEXITY,
                _complexity(function, module) if complexity else 0,
                complexity,
                "branches",
            ),
            (
                MAX_NESTING,
                _nesting(function) if nesting else 0,
                nesting,
                "blocks inside one another",
            ),
        ):
            if limit is not None and measured > limit:
                yield module.finding(
                    RULE,
                    module.header_span(function),
                    f"{function.name} has {measured} {unit}, the constraints allow {limit}",
                    evidence={"constraint": key, "measured": measured, "limit": limit},
                )
    yield from _long_lines(module, limit_in(stated(constraints, MAX_LINE_LENGTH)))
    yield from _large_classes(module, constraints)
    yield from _large_file(module, limit_in(stated(constraints, MAX_FILE_LINES)))


def _large_classes(module: Module, constraints: Mapping[str, Any]) -> Iterator[Finding]:
    lines = limit_in(stated(constraints, MAX_CLASS_LINES))
    methods = limit_in(stated(constraints, MAX_METHODS))
    if lines is None and methods is None:
        return
    for owner in module.nodes(ast.ClassDef):
        length = (owner.end_lineno or 0) - owner.lineno + 1
        count = sum(isinstance(s, (ast.FunctionDef, ast.AsyncFunctionDef)) for s in owner.body)
        for key, measured, limit, unit in (
            (MAX_CLASS_LINES, length, lines, "lines"),
            (MAX_METHODS, count, methods, "methods"),
        ):
            if limit is not None and measured > limit:
                yield module.finding(
                    RULE,
                    module.header_span(owner),
                    f"{owner.name} has {measured} {unit}, the constraints allow {limit}",
                    evidence={"constraint": key, "measured": measured, "limit": limit},
                )


def _large_file(module: Module, limit: int | None) -> Iterator[Finding]:
    last = len(module.text.rstrip().splitlines())
    if limit is not None and last > limit:
        # what is too much begins behind the limit
        yield module.finding(
            RULE,
            Span(limit + 1, 1, last, 1 + len(module.lines.line(last))),
            f"this file has {last} lines, the constraints allow {limit}",
            evidence={"constraint": MAX_FILE_LINES, "measured": last, "limit": limit},
        )


def _nesting(function: FunctionNode) -> int:
    """How many blocks stand inside one another at the deepest place; ``elif`` adds none."""
    deepest = 0
    stack: list[tuple[ast.AST, int]] = [(s, 0) for s in function.body]
    while stack:
        node, depth = stack.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        inner = depth + isinstance(node, _BLOCKS)
        deepest = max(deepest, inner)
        for name, parts in ast.iter_fields(node):
            if not isinstance(parts, list):
                continue
            chained = name == "orelse" and isinstance(node, ast.If) and len(parts) == 1
            stack.extend(
                (part, depth if chained and isinstance(part, ast.If) else inner)
                for part in parts
                if isinstance(part, (ast.stmt, ast.ExceptHandler, ast.match_case))
            )
    return deepest


def _parameters(function: FunctionNode, module: Module) -> int:
    a = function.args
    count = len(a.posonlyargs) + len(a.args) + len(a.kwonlyargs)
    static = any(getattr(d, "id", "") == "staticmethod" for d in function.decorator_list)
    bound = isinstance(module.parent(function), ast.ClassDef) and not static
    return max(count - bound, 0)


def _complexity(function: FunctionNode, module: Module) -> int:
    total = 1
    for node in ast.walk(function):
        if module.function_of(node) is not function:
            continue
        if isinstance(node, _DECISIONS):
            total += 1
        elif isinstance(node, ast.BoolOp):
            total += len(node.values) - 1
        elif isinstance(node, ast.Match):
            total += len(node.cases)
    return total


def _long_lines(module: Module, limit: int | None) -> Iterator[Finding]:
    if limit is None:
        return
    for number in range(1, len(module.lines) + 1):
        length = len(module.lines.line(number))
        if length > limit:
            yield module.finding(
                RULE,
                Span(number, limit + 1, number, length + 1),
                f"this line has {length} characters, the constraints allow {limit}",
                evidence={"constraint": MAX_LINE_LENGTH, "measured": length, "limit": limit},
            )
