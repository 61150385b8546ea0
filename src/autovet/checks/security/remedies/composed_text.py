"""Text that is put together from literals and values, taken apart again."""

import ast
import re
from collections.abc import Iterator

from autovet.source.module import Module

Part = str | ast.expr
"""A piece of literal text, or a value that stands between such pieces."""

_FIELD = re.compile(r"\{\{|\}\}|\{(\w*)\}")
_PERCENT = re.compile(r"%%|%[sd]|%\((\w+)\)[sd]")


def parts_of(node: ast.expr, module: Module) -> list[Part] | None:
    """The parts of an f-string, ``%``, ``format`` or ``+`` expression; None when it is another."""
    found = list(_parts(node, module))
    if any(p is None for p in found) or not any(isinstance(p, ast.expr) for p in found):
        return None
    joined: list[Part] = []
    for part in found:
        if isinstance(part, str) and joined and isinstance(last := joined[-1], str):
            joined[-1] = last + part
        elif part is not None and part != "":
            joined.append(part)
    return joined


def _parts(node: ast.expr, module: Module) -> Iterator[Part | None]:
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=values):
            for value in values:
                if isinstance(value, ast.FormattedValue):
                    plain = value.conversion == -1 and value.format_spec is None
                    yield _bare(value.value, module) if plain else None
                else:
                    yield from _parts(value, module)
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            yield from _parts(left, module)
            yield from _parts(right, module)
        case ast.BinOp(op=ast.Mod(), left=ast.Constant(value=str(text)), right=right):
            given = right.elts if isinstance(right, ast.Tuple) else [right]
            yield from _filled(text, _PERCENT, given, {}, module)
        case ast.Call(func=ast.Attribute(attr="format", value=ast.Constant(value=str(text)))):
            named = {k.arg: k.value for k in node.keywords if k.arg}
            yield from _filled(text, _FIELD, node.args, named, module)
        case ast.Name() | ast.Attribute() | ast.Subscript() | ast.Call():
            yield _bare(node, module)
        case _:
            yield None


def _filled(
    text: str,
    field: re.Pattern[str],
    given: list[ast.expr],
    named: dict[str, ast.expr],
    module: Module,
) -> Iterator[Part | None]:
    """A template with its fields replaced; None where a field is more than a place."""
    position, at = 0, 0
    for match in field.finditer(text):
        yield text[at : match.start()]
        at = match.end()
        if match.group() in {"%%", "{{", "}}"}:
            yield match.group()[0]
            continue
        name = match.group(1)
        if name and not name.isdigit():
            value = named.get(name)
        else:
            index = int(name) if name else position
            position += 1
            value = given[index] if index < len(given) else None
        yield _bare(value, module) if value is not None and not isinstance(value, ast.Starred) else None  # fmt: skip
    rest = text[at:]
    yield None if (field is _FIELD and set("{}") & set(_FIELD.sub("", text))) else rest


def _bare(node: ast.expr, module: Module) -> ast.expr:
    """The value without a ``str()`` around it."""
    if not isinstance(node, ast.Call) or len(node.args) != 1 or node.keywords:
        return node
    return node.args[0] if module.qualified(node.func) == "builtins.str" else node


def literal(text: str) -> str | None:
    """A text as it is written in source; None where it needs escapes that would hide it."""
    if "\\" in text or any(not c.isprintable() and c != "\n" for c in text):
        return None
    if "\n" in text:
        return None if '"""' in text or text.endswith('"') else f'"""{text}"""'
    if '"' not in text:
        return f'"{text}"'
    return f"'{text}'" if "'" not in text else None
