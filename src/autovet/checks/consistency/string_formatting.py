"""Strings are put together in another way than the project does it.

Finds ``%`` formatting and ``str.format`` on literals where the project's modules use f-strings (or
whichever other way nearly all of them use). It reads as foreign, no more.

Write it as the project does.

Leave it in messages that are translated or logged lazily, which cannot be f-strings.
"""

import ast
from collections.abc import Iterator, Sequence

from autovet.checks.example import Example
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.project.conventions.convention import Convention, Observation, convention_of
from autovet.project.conventions.formatting import formatted_strings
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("string-formatting", Category.CONSISTENCY, Severity.INFO, confidence=0.8)

_FIRM = 4

_FILES = {
    "shop/labels.py": "def a(x):\n    return f'{x}1' + f'{x}2' + f'{x}3'\n\ndef b(x):\n    return f'{x}4' + f'{x}5'\n"
}
BAD = (
    Example(
        'def label(item):\n    return "%s: %d" % (item.name, item.count)  # <--\n', files=_FILES
    ),
    Example(
        'def label(item):\n    return "{}: {}".format(item.name, item.count)  # <--\n', files=_FILES
    ),
)
GOOD = (
    Example('def label(item):\n    return f"{item.name}: {item.count % 7}"\n', files=_FILES),
    Example('def label(item, _):\n    return _("%s sold" % item.name)\n', files=_FILES),
    'def label(item):\n    return "%s" % item\n',
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report formatted literals of another kind."""
    own = formatted_strings(module)
    if not own or not project.known:
        return
    convention = convention_of(project, formatted_strings)
    if convention is None:
        return
    for observation in own:
        if observation.value != convention.value and not _is_translated(observation.node, module):
            yield module.finding(
                RULE,
                observation.node,
                f"this string is built with {observation.value}, the project uses {convention.value}",
                evidence=convention.evidence,
                severity=Severity.WARNING if _is_firm(convention, own) else None,
            )


def _is_firm(convention: Convention, own: Sequence[Observation]) -> bool:
    """Whether the whole project does it one way, and this module always another."""
    alone = all(o.value != convention.value for o in own)
    return convention.support == convention.total and convention.support >= _FIRM and alone


def _is_translated(node: ast.AST, module: Module) -> bool:
    call = module.parent(node)
    name = getattr(call.func, "id", "") if isinstance(call, ast.Call) else ""
    return name in {"_", "gettext", "_n", "ngettext", "lazy_gettext"}
