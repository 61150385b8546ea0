"""Strings are put together in another way than the project does it.

Finds ``%`` formatting and ``str.format`` on literals where the project's modules, or nearly all of
a file that stands alone, use f-strings (or whichever other way nearly all of them use). It reads as
foreign, no more.

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
from autovet.project.conventions.formatting import F_STRING, formatted_strings
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("string-formatting", Category.CONSISTENCY, Severity.INFO, confidence=0.8)

_FIRM = 3
_ALONE = 2

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
    """
def head(item):
    return f"{item.name}"

def line(item):
    return f"{item.name} {item.count}"

def foot(item):
    return "%d items" % item.count  # <--

def end(item):
    return "end of {}".format(item.name)  # <--
""",
)
GOOD = (
    Example('def label(item):\n    return f"{item.name}: {item.count % 7}"\n', files=_FILES),
    Example('def label(item, _):\n    return _("%s sold" % item.name)\n', files=_FILES),
    'def label(item):\n    return "%s" % item\n',
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report formatted literals of another kind."""
    own = formatted_strings(module)
    if not own:
        return
    if not project.known:
        yield from _mixed(module, own)
        return
    convention = convention_of(project, formatted_strings)
    if convention is None:
        if not any(formatted_strings(m) for m in project.others()):
            yield from _mixed(module, own)
        return
    odd = [o for o in own if o.value != convention.value and not _is_translated(o.node, module)]
    firm = _is_firm(convention, own)
    for observation in odd:
        yield module.finding(
            RULE,
            observation.node,
            f"this string is built with {observation.value}, the project uses {convention.value}",
            evidence=convention.evidence,
            # the first one speaks for the file
            severity=Severity.WARNING if firm and observation is odd[0] else None,
        )


def _mixed(module: Module, own: Sequence[Observation]) -> Iterator[Finding]:
    """The odd ones of a file that stands alone: all three ways, or a few among many f-strings."""
    odd = [o for o in own if o.value != F_STRING and not _is_translated(o.node, module)]
    usual = sum(o.value == F_STRING for o in own)
    ways = {o.value for o in odd}
    if not odd or usual < _ALONE or usual < len(odd):
        return
    if len(ways) < _ALONE and usual < _FIRM * len(odd):
        return
    for observation in odd:
        yield module.finding(
            RULE,
            observation.node,
            f"this string is built with {observation.value}, the {usual} others of the file are {F_STRING}",
            evidence={"convention": F_STRING, "support": usual, "of": len(own)},
            severity=Severity.WARNING if observation is odd[0] else None,
        )


def _is_firm(convention: Convention, own: Sequence[Observation]) -> bool:
    """Whether the whole project does it one way, and this module always another."""
    alone = all(o.value != convention.value for o in own)
    firm = (convention.support >= _FIRM and convention.modules > 1) or convention.support > _FIRM
    return convention.support == convention.total and firm and alone


def _is_translated(node: ast.AST, module: Module) -> bool:
    call = module.parent(node)
    name = getattr(call.func, "id", "") if isinstance(call, ast.Call) else ""
    return name in {"_", "gettext", "_n", "ngettext", "lazy_gettext"}
