"""Names that are not there, replaced by the nearest that is, or by what took their place."""

import ast
import difflib

from autovet.domain.finding import Finding
from autovet.domain.fix import Edit, Fix
from autovet.domain.span import Span
from autovet.engines.healing.codemods.places import instead_of, node_at, text_of
from autovet.source.module import Module
from autovet.source.scopes import Scope

_NEAR = 0.75
_SAME_LETTERS, _BEGINS_ALIKE, _WORD = 0.97, 0.8, 4
_CLEARLY = 0.08
"""How much nearer the nearest name has to be than the next one."""


def nearest_variable(finding: Finding, module: Module) -> Fix | None:
    """The name in scope that was misspelt, where one is clearly nearest."""
    node = node_at(finding, module, ast.Name)
    if node is None:
        return None
    here = module.scopes.of(node)
    scope: Scope | None = here
    known: set[str] = set()
    while scope is not None:
        known |= {name for name in scope.bindings if here.lookup(name) is not None}
        scope = scope.parent
    ranked = sorted(((_likeness(node.id, name), name) for name in known - {node.id}), reverse=True)
    if not ranked or ranked[0][0] < _NEAR:
        return None
    if len(ranked) > 1 and ranked[0][0] - ranked[1][0] < _CLEARLY:
        return None
    name = ranked[0][1]
    return Fix((instead_of(node, module, name),), f"Write {name} instead of {node.id}")


def nearest_member(finding: Finding, module: Module) -> Fix | None:
    """The member that its module or class has, where the evidence names one that is near."""
    near = finding.evidence.get("nearest")
    member = str(finding.evidence.get("member", ""))
    if not isinstance(near, (list, tuple)) or not near or not member:
        return None
    name = str(near[0])
    if not name.isidentifier() or _likeness(member, name) < _NEAR:
        return None
    edit = _last_part(finding, module, member, name)
    return None if edit is None else Fix((edit,), f"Write {name} instead of {member}")


def nearest_argument(finding: Finding, module: Module) -> Fix | None:
    """The argument that the function takes, where the evidence names one that is near."""
    near = finding.evidence.get("nearest")
    argument = str(finding.evidence.get("argument", ""))
    if not isinstance(near, (list, tuple)) or not near or not argument:
        return None
    name, span = str(near[0]), finding.span
    start = module.lines.offset(*span.start)
    written = module.text[start : start + len(argument)]
    if not name.isidentifier() or written != argument or _likeness(argument, name) < _NEAR:
        return None
    place = Span(span.line, span.column, span.line, span.column + len(argument))
    return Fix((Edit(place, name),), f"Write {name}= instead of {argument}=")


def successor(finding: Finding, module: Module) -> Fix | None:
    """What took the place of a name that was removed: an import of it from there."""
    old, new = str(finding.evidence.get("name", "")), str(finding.evidence.get("instead", ""))
    package, _, name = old.rpartition(".")
    target, _, new_name = new.rpartition(".")
    if not target or not new.replace(".", "").isidentifier():
        return None
    for node in module.nodes(ast.ImportFrom):
        if node.module != package or node.level:
            continue
        for alias in node.names:
            if alias.name != name or module.span(alias) != finding.span:
                continue
            local = alias.asname or name
            named = new_name if local == new_name else f"{new_name} as {local}"
            line = f"from {target} import {named}"
            kept = ", ".join(text_of(a, module) for a in node.names if a is not alias)
            text = f"from {package} import {kept}\n{line}" if kept else line
            if "\n" in text and module.span(node).column > 1:
                return None
            return Fix((instead_of(node, module, text),), f"Import {new} instead of {old}")
    return None


def _likeness(one: str, other: str) -> float:
    one, other = one.lower(), other.lower()
    if sorted(one) == sorted(other):
        return _SAME_LETTERS
    if min(len(one), len(other)) >= _WORD and (one.startswith(other) or other.startswith(one)):
        return _BEGINS_ALIKE
    return difflib.SequenceMatcher(None, one, other).ratio()


def _last_part(finding: Finding, module: Module, old: str, new: str) -> Edit | None:
    """The edit of the name at the end of what the finding spans."""
    span, lines = finding.span, module.lines
    end = lines.offset(span.end_line, span.end_column)
    if module.text[end - len(old) : end] != old or span.end_column <= len(old):
        return None
    start = span.end_column - len(old)
    return Edit(Span(span.end_line, start, span.end_line, span.end_column), new)
