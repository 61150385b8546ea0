"""Asks ty's server for what its diagnostics leave out: where things are defined.

ty says nothing about an attribute that a ``__getattr__`` might supply, nor about a keyword that no
overload has. One request for semantic tokens shows which names it could not resolve (they get no
token); only about those is more asked.
"""

import ast
import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from autovet.adapters.lsp.connection import Connection, ServerRefusal
from autovet.adapters.lsp.diagnostic import Diagnostic
from autovet.adapters.ty.document_tree import DocumentTree, parsed
from autovet.adapters.ty.overloads import refused_count, refused_keyword
from autovet.adapters.ty.receiver_text import shown_type
from autovet.adapters.ty.statement_facts import facts_of
from autovet.adapters.ty.untold_types import UntoldTypes
from autovet.domain.span import Span

_ENCODING = "utf-8"  # the bytes of Python's own syntax tree
_CALL_CODES = frozenset(
    {
        "unknown-argument",
        "missing-argument",
        "too-many-positional-arguments",
        "positional-only-parameter-as-kwarg",
        "parameter-already-assigned",
        "no-matching-overload",
        "not-callable",
    }
)
_ATTRIBUTE_CODE, _MEMBER_CODE = "missing-attribute", "missing-module-member"
_NAME_CODES = frozenset({_ATTRIBUTE_CODE, _MEMBER_CODE})
_NAMED = (ast.Name, ast.Attribute)  # the last character of a call says nothing of its value
_MOST_QUESTIONS = 100
_MOST_INLINE = 20_000
_Places = tuple[tuple[Path, int], ...]
_Token = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Open:
    """An open document of a server."""

    connection: Connection
    uri: str

    async def definition(self, line: int, column: int) -> _Places:
        return _places(await self._ask("textDocument/definition", line, column))

    async def type_definition(self, line: int, column: int) -> _Places:
        return _places(await self._ask("textDocument/typeDefinition", line, column))

    async def hover(self, line: int, column: int) -> str:
        answer = await self._ask("textDocument/hover", line, column)
        contents = answer.get("contents") if isinstance(answer, dict) else None
        return str(contents.get("value", "")) if isinstance(contents, dict) else ""

    async def tokens(self, kinds: Sequence[str]) -> dict[_Token, str]:
        """Line and column, from 1, of every name that ty resolved, to its kind."""
        about = {"textDocument": {"uri": self.uri}}
        answer = await self.connection.request("textDocument/semanticTokens/full", about)
        data = answer.get("data", ()) if isinstance(answer, dict) else ()
        found: dict[_Token, str] = {}
        line, column = 1, 1
        for at in range(0, len(data) - 4, 5):
            lines, columns, kind = data[at], data[at + 1], data[at + 3]
            line, column = line + lines, columns + (1 if lines else column)
            found[line, column] = kinds[kind]
        return found

    async def _ask(self, method: str, line: int, column: int) -> Any:
        position = {"line": line - 1, "character": column - 1}
        about = {"textDocument": {"uri": self.uri}, "position": position}
        return await self.connection.request(method, about)


async def inquire(
    connection: Connection,
    capabilities: Mapping[str, Any],
    uri: str,
    text: str,
    found: tuple[Diagnostic, ...],
) -> tuple[Diagnostic, ...]:
    """Add places to diagnostics, and tentative ones about what ty could not resolve.

    Raises:
        ConnectionLost: the server died.
    """
    if capabilities["positionEncoding"] != _ENCODING or "import " not in text:
        return found
    read = asyncio.to_thread(parsed, text) if len(text) > _MOST_INLINE else None
    tree = parsed(text) if read is None else await read
    if tree is None:
        return found
    document = _Open(connection, uri)
    try:
        placed = await asyncio.gather(*(_placed(document, tree, d) for d in found))
        if not tree.imports_libraries:
            return tuple(placed)
        kinds = capabilities["semanticTokensProvider"]["legend"]["tokenTypes"]
        tokens = await document.tokens(kinds)
        told = {d.span.start for d in found if d.code in _NAME_CODES}
        untold = UntoldTypes(tree, document.hover)
        more = await asyncio.gather(
            *(_attribute(document, tree, node, untold) for node in _unresolved(tree, tokens, told)),
            *(_member(document, *asked) for asked in _doubtful_members(tree, tokens, told)),
        )
    except (ServerRefusal, LookupError):
        return found  # an older or newer server: its diagnostics stand alone
    return (*placed, *(d for d in more if d is not None))


async def _placed(document: _Open, tree: DocumentTree, told: Diagnostic) -> Diagnostic:
    facts = facts_of(told.statement)
    if told.code == _ATTRIBUTE_CODE:
        node = tree.attribute_at(told.span)
        if node is not None and isinstance(node.value, _NAMED):
            return replace(told, places=await document.type_definition(*tree.end(node.value)))
    if told.code == _MEMBER_CODE:
        at = tree.module_of_import_at(told.span)
        if at is not None:
            return replace(told, places=await document.definition(*at))
    if told.code in _CALL_CODES:
        call = tree.call_at(told.span)
        if call is not None:
            places = await document.definition(*tree.end(call.func))
            named = refused_keyword(told, call)
            if named is None:
                counted = refused_count(told, call)
                code, statement = counted or (told.code, told.statement)
                message = told.message if counted is None else f"{statement}\n\n{told.message}"
                return replace(told, code=code, message=message, places=places)
            callee = facts.get("callee") or ast.unparse(call.func)
            statement = f"Argument `{named.arg}` does not match any known parameter of `{callee}`"
            return replace(
                told,
                code="unknown-argument",
                message=f"{statement}\n\n{told.message}",
                span=tree.span(named),
                places=places,
            )
    return told


def _unresolved(
    tree: DocumentTree, tokens: Mapping[_Token, str], told: set[_Token]
) -> Iterator[ast.Attribute]:
    """Attributes that got no token; those of which ty has spoken are left out."""
    left = _MOST_QUESTIONS
    for node in tree.attributes:
        if node.attr.startswith("_") or tree.span(node).start in told:
            continue
        line, column = tree.end(node)
        if left and (line, column - len(node.attr.encode()) + 1) not in tokens:
            left -= 1
            yield node


async def _attribute(
    document: _Open, tree: DocumentTree, node: ast.Attribute, untold: UntoldTypes
) -> Diagnostic | None:
    at = tree.end(node.value)
    named = isinstance(node.value, _NAMED)
    receiver = shown_type(await document.hover(*at)) if named else None
    places = await document.type_definition(*at) if receiver is not None else ()
    if receiver is None and untold:
        receiver = " | ".join(sorted(await untold.classes(node.value))) or None
    if receiver is None:
        return None
    statement = f"Object of type `{receiver}` has no attribute `{node.attr}`"
    span = tree.span(node)
    return Diagnostic(_ATTRIBUTE_CODE, 2, statement, span, places=places, tentative=True)


def _doubtful_members(
    tree: DocumentTree, tokens: Mapping[_Token, str], told: set[_Token]
) -> Iterator[tuple[str, str, str, Span, _Token]]:
    """Members of modules whose kind is not known: a module's ``__getattr__`` may supply them."""
    for module, name, node in tree.members(_imported_modules(tree, tokens)):
        if tree.span(node).start in told:
            continue
        at = tree.start(node)
        if isinstance(node, ast.Attribute):
            line, column = tree.end(node)
            at = (line, column - len(name.encode()) + 1)
        if not name.startswith("_") and tokens.get(at, "variable") == "variable":
            code = _ATTRIBUTE_CODE if isinstance(node, ast.Attribute) else _MEMBER_CODE
            yield code, module, name, tree.span(node), at


def _imported_modules(tree: DocumentTree, tokens: Mapping[_Token, str]) -> dict[str, str]:
    """Names that ``from`` imports bind to modules, as far as ty knows or does not know better."""
    return {
        alias.asname or alias.name: f"{module}.{alias.name}"
        for module, alias in tree.from_imports
        if tokens.get(tree.start(alias), "namespace") == "namespace"
    }


async def _member(
    document: _Open, code: str, module: str, name: str, span: Span, at: _Token
) -> Diagnostic | None:
    if await document.definition(*at):
        return None
    statement = f"Module `{module}` has no member `{name}`"
    return Diagnostic(code, 2, statement, span, tentative=True)


def _places(answer: Any) -> _Places:
    found: list[tuple[Path, int]] = []
    for item in answer if isinstance(answer, list) else [answer] if answer else []:
        uri = item.get("uri") or item.get("targetUri") or ""
        region = item.get("targetSelectionRange") or item.get("range") or {}
        parts = urlsplit(uri)
        if parts.scheme == "file" and region:
            found.append((Path(unquote(parts.path)), region["start"]["line"] + 1))
    return tuple(dict.fromkeys(found))
