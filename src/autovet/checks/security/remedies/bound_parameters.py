"""Values in the text of a statement become bound parameters."""

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass

from autovet.checks.security.remedies.composed_text import Part, literal, parts_of
from autovet.checks.vocabulary.value_types import type_of
from autovet.domain.fix import Edit, Fix
from autovet.domain.span import Span
from autovet.source.module import Module

_STYLES = {
    "sqlite3": "?", "aiosqlite": "?", "pyodbc": "?", "duckdb": "?",
    "psycopg2": "%s", "psycopg": "%s", "pymysql": "%s", "MySQLdb": "%s", "mysql": "%s", "aiomysql": "%s", "mariadb": "?",
    "django": "%s", "asyncpg": "$",
}  # fmt: skip
"""The mark of a parameter by the package that runs the statement; ``$`` is numbered."""

_EXECUTES = frozenset({"execute", "fetch", "fetchrow", "fetchval"})
_TEXT = frozenset({"sqlalchemy.text", "sqlalchemy.sql.text", "sqlalchemy.sql.expression.text"})
_VALUE_BEFORE = re.compile(r"(?:=|<|>|\bLIKE|\bLIMIT|\bOFFSET|\bBETWEEN|\bVALUES\s*\([^()]*|\bIN\s*\([^()]*)\s*$", re.IGNORECASE)  # fmt: skip
_QUOTE_BEFORE = re.compile(r"'(%?)$")
_QUOTE_AFTER = re.compile(r"^(%?)'")


@dataclass(slots=True)
class _Bound:
    """A statement while its values are taken out, in the order in which they stand."""

    text: str
    values: list[str]


def bound_parameters(where: Span, module: Module) -> Fix | None:
    """The fix for the call that ends where a finding ends; None where it cannot be written safely.

    All values must stand where a parameter can stand; a table or column name cannot be one.
    """
    call = next((c for c in module.nodes(ast.Call) if module.span(c).end == where.end and _is_sink(c, module)), None)  # fmt: skip
    if call is None:
        return None
    if module.qualified(call.func) in _TEXT:
        outer = module.parent(call)
        alone = isinstance(outer, ast.Call) and outer.args == [call] and not outer.keywords
        if not alone or not isinstance(outer, ast.Call) or len(call.args) != 1:
            return None
        return _rewritten(call, outer, module, ":")
    if len(call.args) != 1 or call.keywords:
        return None
    inner = call.args[0]
    if isinstance(inner, ast.Call) and module.qualified(inner.func) in _TEXT and len(inner.args) == 1:  # fmt: skip
        return _rewritten(inner, call, module, ":")
    style = _style(call, module)
    return _rewritten(call, call, module, style) if style else None


def _is_sink(call: ast.Call, module: Module) -> bool:
    named = isinstance(call.func, ast.Attribute) and call.func.attr in _EXECUTES
    return named or module.qualified(call.func) in _TEXT


def _style(call: ast.Call, module: Module) -> str | None:
    receiver = call.func.value if isinstance(call.func, ast.Attribute) else call.func
    kind = type_of(receiver, module)
    if kind is not None and (style := _STYLES.get(kind.partition(".")[0])):
        return style
    targets = module.scopes.module.imports.values()
    known = {_STYLES[root] for t in targets if (root := t.partition(".")[0]) in _STYLES}
    return known.pop() if len(known) == 1 else None


def _rewritten(holder: ast.Call, outer: ast.Call, module: Module, style: str) -> Fix | None:
    """``holder`` takes the statement; the values become a further argument of ``outer``."""
    statement = holder.args[0]
    composed = _only_assigned(statement, module) if isinstance(statement, ast.Name) else statement
    parts = parts_of(composed, module) if composed is not None else None
    bound = _bind(parts, module, style) if parts and composed is not None else None
    text = literal(bound.text) if bound else None
    if bound is None or text is None or composed is None:
        return None
    if style == "$":
        given = ", ".join(bound.values)
    elif style == ":":
        given = "{" + ", ".join(bound.values) + "}"
    else:
        given = "(" + ", ".join(bound.values) + ("," if len(bound.values) == 1 else "") + ")"
    end = module.span(outer.args[-1])
    after = Span(end.end_line, end.end_column, end.end_line, end.end_column)
    edits = [module.replace(composed, text), Edit(after, f", {given}")]
    if composed is outer.args[-1]:
        edits = [module.replace(composed, f"{text}, {given}")]
    return Fix(tuple(edits), "bind the values as parameters")


def _only_assigned(name: ast.Name, module: Module) -> ast.expr | None:
    """The text that a name was assigned once, when the call is all that reads it."""
    value = module.assigned(name)
    scope = module.scopes.of(name).lookup(name.id)
    reads = [
        n
        for n in module.nodes(ast.Name)
        if n.id == name.id
        and isinstance(n.ctx, ast.Load)
        and module.scopes.of(n).lookup(n.id) is scope
    ]
    return value if len(reads) == 1 else None


def _bind(parts: list[Part], module: Module, style: str) -> _Bound | None:
    bound = _Bound("", [])
    names: set[str] = set()
    pending = ""  # what stands before the value inside its quotes, waiting for the closing one
    for index, part in enumerate(parts):
        if isinstance(part, str):
            after = _QUOTE_AFTER.match(part) if pending else None
            text = part[after.end() :] if after else part
            before = _QUOTE_BEFORE.search(text) if index + 1 < len(parts) else None
            pending = before.group() if before else ""
            text = text[: before.start()] if before else text
            bound.text += text.replace("%", "%%") if style == "%s" else text
            continue
        following = parts[index + 1] if index + 1 < len(parts) else ""
        if not isinstance(following, str):
            return None
        closing = _QUOTE_AFTER.match(following)
        if bool(pending) != bool(closing) or not _VALUE_BEFORE.search(bound.text):
            return None
        leading, trailing = pending[1:], closing.group(1) if closing else ""
        value = _value(part, leading, trailing, module)
        bound.text += _mark(style, bound, part, names)
        bound.values.append(f'"{_name(part, names, add=True)}": {value}' if style == ":" else value)
    return None if pending else bound


def _mark(style: str, bound: _Bound, part: ast.expr, names: set[str]) -> str:
    marks: dict[str, Callable[[], str]] = {
        "$": lambda: f"${len(bound.values) + 1}",
        ":": lambda: f":{_name(part, names)}",
    }
    return marks[style]() if style in marks else style


def _name(part: ast.expr, names: set[str], *, add: bool = False) -> str:
    """A name for a parameter, told by the value and taken once."""
    plain = part.attr if isinstance(part, ast.Attribute) else getattr(part, "id", "value")
    number = 1
    name = plain
    while name in names:
        number += 1
        name = f"{plain}_{number}"
    if add:
        names.add(name)
    return name


def _value(part: ast.expr, leading: str, trailing: str, module: Module) -> str:
    text = module.segment(part)
    if not leading and not trailing:
        return text
    pieces = [f'"{leading}"' if leading else "", f"str({text})", f'"{trailing}"' if trailing else ""]  # fmt: skip
    return " + ".join(p for p in pieces if p)
