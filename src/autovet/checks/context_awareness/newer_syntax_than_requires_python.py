"""The code uses syntax that the project's oldest Python does not understand.

Finds ``match`` (3.10), assignment expressions and positional-only parameters (3.8), ``except*``
and unpacking in subscripts (3.11), type parameters and the ``type`` statement (3.12), nested quotes
in f-strings (3.12), and annotations that are evaluated and fail there: ``X | None`` before 3.10,
``list[int]`` before 3.9. On the oldest Python the module does not even import.

Write it in the older way, or raise ``requires-python``.

Leave it when the file is loaded on newer versions only. ``X | Y`` and ``list[int]`` are fine under
``from __future__ import annotations`` where nothing evaluates them, and are not reported then.
"""

import ast
import re
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.checks.vocabulary.guards import is_guarded
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.domain.span import Span
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule(
    "newer-syntax-than-requires-python", Category.CONTEXT_AWARENESS, Severity.ERROR, confidence=0.95
)

_Version = tuple[int, int]
_Newer = tuple[ast.AST, str, _Version]
_GENERICS = {f"builtins.{n}" for n in ("list", "dict", "set", "frozenset", "tuple", "type")} | {
    f"collections.{n}" for n in ("deque", "defaultdict", "OrderedDict", "Counter", "ChainMap")
}
# libraries that evaluate annotations whatever the future import says
_EVALUATORS = {
    "pydantic",
    "pydantic_settings",
    "fastapi",
    "typer",
    "sqlmodel",
    "attrs",
    "cattrs",
    "msgspec",
}
_NESTED = re.compile(r"\{[^{}]*\}")

BAD = (
    Example(
        """
def describe(value):
    match value:  # <--
        case int():
            return "number"
        case _:
            return "thing"
""",
        context={"python": "3.9"},
    ),
    Example(
        """
def load(path: str | None = None, /) -> dict[str, int]:  # <--
    if (text := read(path)) is None:
        return {}
    return text
""",
        context={"pyproject": '[project]\nrequires-python = ">=3.9"\n'},
    ),
    Example(
        """
def load(source):
    try:
        return source()
    except* ValueError:  # <--
        return None
""",
        context={"python": "3.10"},
    ),
    Example(
        "def both(a, /, b):  # <--\n    if (c := a) > b:  # <--\n        return c\n",
        context={"python": "3.7"},
    ),
)
GOOD = (
    Example(
        """
from __future__ import annotations

def load(path: str | None = None) -> dict[str, int]:
    count: int | None = 3
    flags = 1 | 2
    return {"a": count or flags}
""",
        context={"python": "3.8"},
    ),
    Example(
        "def load(path: str | None):\n    match path:\n        case _:\n            pass\n",
        context={"python": "3.10"},
    ),
    Example(
        "import sys\n\nif sys.version_info >= (3, 10):\n    Name = int | str\n",
        context={"python": "3.8"},
    ),
    "def load(path: str | None):\n    match path:\n        case _:\n            pass\n",
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report each construct that is newer than the target, once a line or definition."""
    target = project.declarations.python
    if target is None:
        return
    seen: set[tuple[ast.AST | int, str]] = set()
    found = sorted(_constructs(module, target), key=lambda newer: getattr(newer[0], "lineno", 1))
    for node, what, since in found:
        line = getattr(node, "lineno", 1)
        # of the many types in one signature the first is enough
        place = _definition(node, module) if what in _AT_RUN_TIME else line
        if since <= target or (place, what) in seen:
            continue
        if what in _AT_RUN_TIME and is_guarded(node, module):
            continue
        seen.add((place, what))
        oldest, first = (".".join(map(str, v)) for v in (target, since))
        start = module.span(node)
        yield module.finding(
            RULE,
            start if start.end_line == line else _first_line(start, module),
            f"{what} needs Python {first}, but the project supports {oldest}",
            evidence={"syntax": what, "needs": first, "target": oldest},
        )


_UNION = "a union written with | that is evaluated"
_GENERIC = "a subscript of a built-in class that is evaluated"
_AT_RUN_TIME = {_UNION, _GENERIC}


def _definition(node: ast.AST, module: Module) -> ast.AST:
    for ancestor in module.ancestors(node):
        if isinstance(ancestor, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            return ancestor
    return module.tree


def _first_line(span: Span, module: Module) -> Span:
    return Span(span.line, span.column, span.line, 1 + len(module.lines.line(span.line)))


def _constructs(module: Module, target: _Version) -> Iterator[_Newer]:
    yield from ((n, "match", (3, 10)) for n in module.nodes(ast.Match))
    yield from ((n.handlers[0], "except*", (3, 11)) for n in module.nodes(ast.TryStar))
    yield from _recent(module)
    if target < (3, 11):
        for subscript in module.nodes(ast.Subscript):
            inner = subscript.slice
            if isinstance(inner, ast.Tuple) and any(isinstance(e, ast.Starred) for e in inner.elts):
                yield subscript, "unpacking in a subscript", (3, 11)
        yield from _evaluated_types(module)
    if target < (3, 9):
        for function in module.nodes(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef):
            for decorator in getattr(function, "decorator_list", []):
                if not _is_dotted_call(decorator):
                    yield decorator, "an arbitrary expression as decorator", (3, 9)
    if target < (3, 8):
        yield from ((n, "an assignment expression", (3, 8)) for n in module.nodes(ast.NamedExpr))
        for arguments in module.nodes(ast.arguments):
            if arguments.posonlyargs:
                yield arguments.posonlyargs[0], "a positional-only parameter", (3, 8)


def _recent(module: Module) -> Iterator[_Newer]:
    """Constructs whose node types this interpreter may not have."""
    alias = getattr(ast, "TypeAlias", None)
    template = getattr(ast, "TemplateStr", None)
    for node in module.nodes(ast.stmt):
        if alias is not None and isinstance(node, alias):
            yield node, "the type statement", (3, 12)
        elif getattr(node, "type_params", None):
            yield node, "type parameters in brackets", (3, 12)
    for text in module.nodes(ast.JoinedStr):
        if _nests_quotes(module.segment(text)):
            yield text, "a quote nested in an f-string", (3, 12)
    if template is not None:
        yield from ((n, "a template string", (3, 14)) for n in module.nodes(template))


def _nests_quotes(segment: str) -> bool:
    """Whether a replacement field of an f-string holds the quote that delimits it."""
    opening = re.match(r"[A-Za-z]*(\"\"\"|'''|\"|')", segment)
    if opening is None or len(opening[1]) == 3 or not segment.endswith(opening[1]):
        return False
    inner = segment[opening.end() : -1]
    return any(opening[1] in field for field in _NESTED.findall(inner))


def _evaluated_types(module: Module) -> Iterator[_Newer]:
    lazy = "annotations" in module.scopes.module.imports
    for root in _annotations(module, lazy=lazy):
        for node in ast.walk(root):
            if (
                isinstance(node, ast.BinOp)
                and isinstance(node.op, ast.BitOr)
                and _names_types(node, module)
            ):
                yield node, _UNION, (3, 10)
            elif isinstance(node, ast.Subscript) and module.qualified(node.value) in _GENERICS:
                yield node, _GENERIC, (3, 9)
    for call in module.nodes(ast.Call):
        if (
            module.qualified(call.func) in {"builtins.isinstance", "builtins.issubclass"}
            and len(call.args) == 2
        ):
            kinds = call.args[1]
            if isinstance(kinds, ast.BinOp) and _names_types(kinds, module):
                yield kinds, _UNION, (3, 10)


def _annotations(module: Module, *, lazy: bool) -> Iterator[ast.expr]:
    """Annotations that are evaluated.

    That is all outside function bodies; with the future import (``lazy``) only those in classes
    whose base evaluates them.
    """
    if not lazy:
        for argument in module.nodes(ast.arg):
            if argument.annotation is not None:
                yield argument.annotation
        for function in module.functions:
            if function.returns is not None:
                yield function.returns
    for statement in module.nodes(ast.AnnAssign):
        if module.function_of(statement) is not None:
            continue
        owner = module.parent(statement)
        bases = owner.bases if isinstance(owner, ast.ClassDef) else []
        roots = {(module.qualified(b) or "").partition(".")[0] for b in bases}
        if not lazy or roots & _EVALUATORS:
            yield statement.annotation


def _names_types(union: ast.BinOp, module: Module) -> bool:
    """Whether the operands are classes or None, not numbers or flags."""
    parts: list[ast.expr] = [union]
    while parts:
        part = parts.pop()
        if isinstance(part, ast.BinOp) and isinstance(part.op, ast.BitOr):
            parts += [part.left, part.right]
        elif isinstance(part, ast.Constant):
            if part.value is not None:
                return False  # a string on either side fails on every version: not ours to tell
        elif isinstance(part, ast.Subscript):
            continue
        else:
            name = module.qualified(part) or str(getattr(part, "attr", getattr(part, "id", "")))
            last = name.rpartition(".")[2]
            if not (name.startswith("builtins.") or last[:1].isupper()):
                return False
    return True


def _is_dotted_call(decorator: ast.expr) -> bool:
    node = decorator.func if isinstance(decorator, ast.Call) else decorator
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)
