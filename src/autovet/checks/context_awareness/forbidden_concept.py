"""The code does what the given constraints forbid in a word, such as ``no_print`` or ``no_network``.

Finds what constraints of the form ``no_<something>: true`` (or ``forbid_...``, ``allow_...: false``)
mean: printing, input, network, subprocesses, threads, files, randomness, evaluation of text, global
statements, lambdas, classes, assertions, star and relative imports, recursion, bare excepts, and
``async def`` where ``sync_only`` is set.

The caller stated this demand for this piece of code, so it weighs as an error whatever the reason was.

Do it another way, or have it passed in.

Leave it only by changing the constraint.
"""

import ast
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.checks.vocabulary.constraint_keys import SYNC_ONLY, forbidden_concept, stated
from autovet.checks.vocabulary.forbidden_concepts import CONCEPTS, Concept
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.domain.span import Span
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("forbidden-concept", Category.CONTEXT_AWARENESS, Severity.ERROR, confidence=0.97)

BAD = (
    Example(
        """
import subprocess as sp
from urllib.request import urlopen

def show(url):
    page = urlopen(url)  # <--
    print(page)  # <--
    sp.run(["ls"])  # <--
""",
        context={"constraints": {"no_print": True, "no_network": True, "allow_subprocess": False}},
    ),
    Example(
        """
from shop.tax import *  # <--

count = 0

def down(n):
    global count  # <--
    count += 1
    return down(n - 1) if n else 0  # <--

async def up(n):  # <--
    return n
""",
        context={
            "constraints": {
                "no_star_imports": True,
                "no_global_state": True,
                "forbid_recursion": True,
                SYNC_ONLY: True,
            }
        },
    ),
)
GOOD = (
    Example(
        """
import logging

def show(print, url):
    print(url)
    logging.info(url)
""",
        context={"constraints": {"no_print": True, "no_network": True}},
    ),
    Example("print('x')\n", context={"constraints": {"no_print": False, "allow_print": True}}),
    "print('x')\n",
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report every place."""
    constraints = project.context.constraints
    if not constraints:
        return
    found: list[Finding] = []
    for key, value in constraints.items():
        name = forbidden_concept(key, value)
        if name is None:
            continue
        places = [*_special(name, module)]
        if name in CONCEPTS:
            places += _places(CONCEPTS[name], module)
        found += [_finding(place, key, name, module) for place in places]
    if stated(constraints, SYNC_ONLY) is True:
        found += [
            _finding(module.header_span(function), SYNC_ONLY, "async def", module)
            for function in module.nodes(ast.AsyncFunctionDef)
        ]
    yield from sorted(found, key=lambda f: (f.span.line, f.span.column))


def _finding(place: ast.AST | Span, key: str, name: str, module: Module) -> Finding:
    return module.finding(
        RULE,
        place,
        f"the constraints forbid this: {name.replace('_', ' ')}",
        evidence={"constraint": key},
    )


def _places(concept: Concept, module: Module) -> Iterator[ast.AST | Span]:
    for node in module.nodes(*concept.nodes) if concept.nodes else ():
        yield module.header_span(node) if isinstance(node, ast.ClassDef) else node
    if not concept.calls:
        return
    for call in module.nodes(ast.Call):
        name = module.qualified(call.func) or ""
        if any(name == c or (c.endswith(".") and name.startswith(c)) for c in concept.calls) or (
            isinstance(call.func, ast.Attribute) and call.func.attr in concept.methods
        ):
            yield call


def _special(name: str, module: Module) -> Iterator[ast.AST | Span]:
    if name in {"star_imports", "wildcard_imports"}:
        yield from (n for n in module.nodes(ast.ImportFrom) if n.names[0].name == "*")
    elif name == "relative_imports":
        yield from (n for n in module.nodes(ast.ImportFrom) if n.level)
    elif name == "bare_except":
        yield from (h for h in module.nodes(ast.ExceptHandler) if h.type is None)
    elif name == "any":
        for node in module.nodes(ast.Name, ast.Attribute):
            if isinstance(node, ast.expr) and module.qualified(node) == "typing.Any":
                yield node
    elif name in {"todo", "todos", "noqa", "type_ignore"}:
        word = {"type_ignore": "type: ignore", "noqa": "noqa"}.get(name, "todo")
        for comment in module.comments:
            if word in comment.text.lower():
                end = comment.column + len(comment.text)
                yield Span(comment.line, comment.column, comment.line, end)
    elif name == "recursion":
        for call in module.nodes(ast.Call):
            function = module.function_of(call)
            called = getattr(call.func, "id", getattr(call.func, "attr", ""))
            if function is not None and called == function.name and _is_itself(call):
                yield call


def _is_itself(call: ast.Call) -> bool:
    """A plain name, or a method of the same object."""
    if isinstance(call.func, ast.Attribute):
        return isinstance(call.func.value, ast.Name) and call.func.value.id in {"self", "cls"}
    return isinstance(call.func, ast.Name)
