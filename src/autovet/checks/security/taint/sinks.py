"""Whether the arguments of a call make a sink of it."""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence

from autovet.checks.security.taint.frame import Hit
from autovet.checks.security.taint.guards import Guards
from autovet.checks.security.taint.models import Sink
from autovet.checks.security.taint.shapes import (
    SENDS_SQL,
    fixes_host,
    has_tag,
    is_composed,
    is_markup,
    is_sql,
)
from autovet.checks.security.taint.texts import percent
from autovet.checks.security.taint.values import (
    CLEAN,
    UNKNOWN,
    UNTRUSTED,
    Taint,
    Value,
    all_taints,
    is_safe,
    is_soft,
)

_DATABASE = re.compile(r"cur(sor)?|conn(ection)?|db|database|session|engine|pool", re.IGNORECASE)
_SHELLS = frozenset({"sh", "bash", "/bin/sh", "/bin/bash", "zsh", "cmd", "cmd.exe", "powershell"})
_UPLOADS = frozenset({".files", ".FILES", ".file", ".stream"})
_NAMES_OF_UPLOADS = frozenset({".filename", ".name", ".raw_filename"})
_CONTENT = frozenset({"content_type", "mimetype", "media_type"})


_NOT_DANGEROUS = frozenset({"log", "header", "token", "attribute"})
TRUSTS = ".trusts the document"
"""The member of a parser that was told to follow what a document asks for."""


class Sinks(Guards):
    """Looks at calls as sinks."""

    def check_sinks(
        self,
        names: Sequence[str],
        node: ast.Call,
        receiver: Value,
        args: Sequence[Value],
        keywords: Mapping[str, Value],
    ) -> bool:
        """Record the flows into a call; say whether it is a sink at all."""
        known = False
        for name in names:
            for sink in self.analysis.models.sinks.get(name, ()):
                if not self._applies(sink, node, keywords):
                    continue
                if sink.of_request and not any(t.origin.kind == "request" for t in receiver.taints):
                    continue
                known = True
                if sink.parser and not self._trusting_parser(sink, receiver, args, keywords):
                    continue
                watched = list(_watched(sink, receiver, args, keywords))
                if sink.kind == "log" and len(args) > 1:
                    lazily = percent(args[0], Value(items=dict(enumerate(args[1:]))))
                    self.reach("log/lazy", sink.what, node, lazily)
                if watched and sink.kind not in _NOT_DANGEROUS:
                    self.analysis.program.examine(node, all(map(_is_fixed, watched)))
                for value in watched:
                    self._reach(sink, node, value)
            if known:
                break
        if not known and args and names and SENDS_SQL.search(names[-1]):
            value = args[0]
            if is_composed(value.text) and is_sql(value.text):
                self.reach("sql", names[-1].removeprefix("."), node, value)
                known = True
        return known

    def reach(self, kind: str, what: str, node: ast.AST, value: Value) -> None:
        """Record that a value reaches a place of this kind."""
        for taint in all_taints(value):
            if kind == "path" and _is_stream(taint):
                continue
            safe = self.env.safe_for(taint)
            if not is_safe(safe, kind):
                settled = taint._replace(safe=safe)
                home = self.analysis.module.path
                self.record(Hit(kind, what, node, home, settled, value.text, is_soft(safe, kind), _why(safe, kind)))  # fmt: skip

    def _applies(self, sink: Sink, node: ast.Call, keywords: Mapping[str, Value]) -> bool:
        for key, wanted in sink.when.items():
            if key not in keywords or keywords[key].const != wanted:
                return False
        for key, harmless in sink.unless.items():
            given = next((k.value for k in node.keywords if k.arg == key), None)
            given = given or (node.args[1] if len(node.args) > 1 else None)
            if isinstance(given, ast.Constant):
                if given.value in harmless:
                    return False
            elif given is not None and self.analysis.name_of(given) in harmless:
                return False
        return True

    def _trusting_parser(
        self, sink: Sink, receiver: Value, args: Sequence[Value], keywords: Mapping[str, Value]
    ) -> bool:
        """Whether the parser was told to follow what a document asks for."""
        for place in sink.parser:
            if place == "self":
                parser = receiver
            elif isinstance(place, int):
                parser = args[place] if place < len(args) else CLEAN
            else:
                parser = keywords.get(str(place), CLEAN)
            if parser.items is not None and TRUSTS in parser.items:
                told = parser.items[TRUSTS].const
                if isinstance(told, ast.AST):
                    watched = _watched(sink, receiver, args, keywords)
                    self.analysis.program.examine(told, all(map(_is_fixed, watched)))
                return True
        return False

    def _reach(self, sink: Sink, node: ast.Call, value: Value) -> None:
        if sink.kind == "program":
            for part in _program(value):
                self.reach("shell", sink.what, node, part)
            return
        if sink.kind == "html":
            if not all_taints(value) or _is_other_content(node) or self._is_typed_later(node):
                return
            if value.items:
                value = value.items.get(0, value)
            if value.text is None or (not sink.certain and not has_tag(value.text)):
                return
        if sink.kind in {"url", "redirect"} and fixes_host(value.text):
            return
        if sink.fragment:
            members = [value] if value.items is None else [*value.items.values()]
            for member in (m for m in members if is_composed(m.text)):
                self.reach(sink.kind, sink.what, node, member)
            return
        if sink.kind == "sql" and not sink.certain and not self._is_statement(node, value):
            return
        if sink.kind == "markup" and not is_markup(value.text):
            return
        if sink.kind == "nosql":
            value = _structured(value)
        if sink.kind == "ldap" and not sink.certain and "(" not in (value.text or ""):
            return
        if sink.kind == "template" and not sink.certain and value.text is None:
            return
        self.reach(sink.kind, sink.what, node, value)

    def _is_typed_later(self, node: ast.Call) -> bool:
        """Whether the answer is kept in a variable and given another content type afterwards."""
        module = self.analysis.module
        kept = module.parent(node)
        function = module.function_of(node)
        if function is None or not isinstance(kept, ast.Assign) or not isinstance(kept.targets[0], ast.Name):  # fmt: skip
            return False
        name = kept.targets[0].id
        for later in (n for s in function.body for n in ast.walk(s) if isinstance(n, ast.Assign)):
            if later.lineno > kept.lineno and _sets_type(later.targets[0], name):
                return isinstance(later.value, ast.Constant) and "html" not in str(
                    later.value.value
                )
        return False

    def _is_statement(self, node: ast.Call, value: Value) -> bool:
        if is_composed(value.text) and is_sql(value.text):
            return True
        if not isinstance(node.func, ast.Attribute) or value.text is None:
            return False
        if not node.func.attr.startswith(("exec", "raw", "mogrify")):
            return False
        receiver = node.func.value
        while isinstance(receiver, ast.Call):
            receiver = receiver.func
        name = receiver.attr if isinstance(receiver, ast.Attribute) else getattr(receiver, "id", "")
        return _DATABASE.search(name) is not None


def _is_stream(taint: Taint) -> bool:
    """Whether this is the content of an upload, which is read, and not what it is called."""
    return (
        not taint.part
        and taint.ident[-1] not in _NAMES_OF_UPLOADS
        and not _UPLOADS.isdisjoint(taint.ident)
    )


def _is_fixed(value: Value) -> bool:
    """Whether a value is the program's own constant."""
    if value.items is not None:
        return all(map(_is_fixed, value.items.values())) and not value.taints
    return value.const is not UNKNOWN


_OTHERWISE = {
    "html": "escaped for HTML",
    "sql": "quoted for SQL",
    "shell": "quoted for the shell",
    "url": "quoted for a URL",
    "path": "made a plain file name",
    "xpath": "stripped of quotes",
    "ldap": "escaped for LDAP",
}


def _why(safe: frozenset[str], kind: str) -> str:
    """What was done to the data and does not help in this place."""
    if kind == "path" and "path/resolved" in safe:
        return "the path was resolved, and then not compared with the directory it must stay in"
    if kind == "redirect" and safe & {"redirect/slash", "redirect/one-slash"}:
        return "only half of a local address was checked: `//host` begins with a slash, too"
    done = [text for other, text in _OTHERWISE.items() if other in safe and other != kind]
    return f"it was {' and '.join(done)}, which does not help here" if done else ""


_JSON = frozenset({".json", ".get_json", ".post_json"})


def _structured(value: Value, depth: int = 3) -> Value:
    """Of a query, what a sender can make an object of: members of a JSON document as they came."""
    found = tuple(t for t in value.taints if _JSON.intersection(t.ident) and value.text in {None, UNTRUSTED})  # fmt: skip
    for key, member in (value.items or {}).items() if depth else ():
        found += member.taints if key == "$where" else _structured(member, depth - 1).taints
    return Value(found, text=UNTRUSTED)


def _watched(
    sink: Sink, receiver: Value, args: Sequence[Value], keywords: Mapping[str, Value]
) -> Iterator[Value]:
    for position in sink.positions:
        if position < len(args):
            yield args[position]
    for name in sink.keywords:
        if name == "self":
            yield receiver
        elif name in keywords:
            yield keywords[name]


def _program(value: Value) -> Iterator[Value]:
    if value.items is None:
        if value.text == UNTRUSTED:
            yield value
        return
    first = value.items.get(0)
    if first is None:
        return
    yield first
    flag = value.items.get(1)
    if (
        first.const in _SHELLS
        and flag is not None
        and flag.const in {"-c", "/c", "-Command", "-lc"}
    ):
        yield from (v for k, v in value.items.items() if k == 2)
    if first.const is UNKNOWN and flag is not None and flag.const == "-c" and 2 in value.items:
        yield value.items[2]


def _sets_type(target: ast.expr, name: str) -> bool:
    match target:
        case ast.Attribute(value=ast.Name(id=kept), attr=attribute):
            return kept == name and attribute in _CONTENT
        case ast.Subscript(value=ast.Name(id=kept) | ast.Attribute(value=ast.Name(id=kept), attr="headers"), slice=ast.Constant(value=str(key))):  # fmt: skip
            return kept == name and key.lower() == "content-type"
    return False


def _is_other_content(node: ast.Call) -> bool:
    for keyword in node.keywords:
        if keyword.arg in _CONTENT:
            given = keyword.value
            return not (isinstance(given, ast.Constant) and "html" in str(given.value))
    return False
