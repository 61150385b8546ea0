"""A file in the other kind of quotes than all the rest of the project.

Finds files whose strings stand in single quotes where the project's stand in double quotes, or the
other way round.

Every edit by the formatter, or by the next person, then shows up as a change of the whole file.

Run the project's formatter. Strings that contain the other quote say nothing and are not counted.
"""

import ast
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.span import Span
from autovet.project.conventions.convention import Observation, convention_of
from autovet.project.project import Project
from autovet.source.module import Module
from autovet.source.remembered import by_module

RULE = Rule("quote-style", Category.CONSISTENCY, confidence=0.85)

_ENOUGH = 4
_FIRM = 12
_SEVERAL = 8  # where all agree
_DOUBLE = 'def names():\n    return ["a", "b", "c", "d", "e"]\n'
_FILES = {f"shop/{n}.py": _DOUBLE for n in ("a", "b", "c")}

BAD = (
    Example("def kinds():\n    return ['x', 'y', 'z', 'w']  # <--\n", files=_FILES),
    Example("A = 'x'  # <--\nB = 'y'\nC = 'z'\n\ndef d():\n    return 'w'\n", files=_FILES),
)

GOOD = (
    Example('def kinds():\n    return ["x", \'say "y"\', "z"]\n', files=_FILES),
    Example("def kinds():\n    return ['x']\n", files=_FILES),
    "A = 'x'\nB = 'y'\nC = \"z\"\nD = \"w\"\n",
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report from the first such string to the last, once."""
    if not project.known:
        return
    own = quotes(module)
    if len(own) < _ENOUGH:
        return
    convention = convention_of(project, quotes)
    least = _SEVERAL if convention and convention.support == convention.total else _FIRM
    if convention is None or convention.support < least:
        return
    odd = [o for o in own if o.value != convention.value]
    if len(odd) < _ENOUGH or len(odd) < 0.8 * len(own):
        return
    first, last = module.span(odd[0].node), module.span(odd[-1].node)
    yield module.finding(
        RULE,
        Span(first.line, first.column, last.end_line, last.end_column),
        f"the strings of this file stand in {odd[0].value} quotes, the project's in {convention.value}",
        evidence=convention.evidence,
    )


@by_module
def quotes(module: Module) -> tuple[Observation, ...]:
    """Plain strings of one line, without documentation and without quotes inside."""
    found: list[Observation] = []
    for node in module.nodes(ast.Constant):
        if not isinstance(node.value, str) or node.lineno != node.end_lineno:
            continue
        if (
            '"' in node.value
            or "'" in node.value
            or isinstance(module.parent(node), (ast.Expr, ast.JoinedStr))
        ):
            continue
        line = module.lines.line(node.lineno)
        start = line.encode()[node.col_offset : node.col_offset + 3].lstrip(b"rRbBuUfF")
        if start[:1] in {b'"', b"'"} and start not in {b'"""', b"'''"}:
            found.append(Observation("double" if start[:1] == b'"' else "single", node))
    return tuple(found)
