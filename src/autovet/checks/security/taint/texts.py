"""What formatting, joining and replacing make of texts."""

import ast
import re
import string
from collections.abc import Mapping, Sequence

from autovet.checks.security.taint.fields import Fields
from autovet.checks.security.taint.values import (
    ANY,
    CLEAN,
    MAX_TEXT,
    UNKNOWN,
    UNKNOWN_TEXT,
    UNTRUSTED,
    Taint,
    Value,
    all_taints,
    constant,
    merge_taints,
    text_of,
    with_safe,
)

_PERCENT = re.compile(r"%(?:\((?P<key>[^)]*)\))?[-#0-9 +.*]*(?P<kind>[a-zA-Z%])")
LINES = frozenset({"log", "header"})
"""The kinds of sink that text without line breaks is safe for."""
_NUMBERS = frozenset("dfxXeEgG%")


class Texts(Fields):
    """Evaluates f-strings and knows the text that comes out of formatting."""

    def formatted(self, node: ast.JoinedStr) -> Value:
        """The value of an f-string."""
        texts: list[str] = []
        taints: list[tuple[Taint, ...]] = []
        constants = True
        for part in node.values:
            if isinstance(part, ast.Constant):
                texts.append(str(part.value))
                continue
            if not isinstance(part, ast.FormattedValue):
                continue
            value = self.evaluate(part.value)
            spec = part.format_spec
            if isinstance(spec, ast.JoinedStr) and _is_number_format(spec):
                texts.append(UNKNOWN_TEXT)
                taints.append(tuple(t for t in value.taints if t.origin.kind == "random"))
                constants = False
                continue
            value = self.shown_as_text(value)
            if part.conversion == ord("r"):
                value = with_safe(value, LINES)._replace(const=UNKNOWN)
            constants = constants and spec is None and part.conversion == -1 and isinstance(value.const, (str, int))  # fmt: skip
            texts.append(text_of(value))
            taints.append(all_taints(value))
        text = "".join(texts)[:MAX_TEXT]
        if constants:
            return constant(text)
        return Value(merge_taints(taints), text=text)

    def shown_as_text(self, value: Value) -> Value:
        """What an instance contributes where it is turned into text."""
        for name in ("__format__", "__str__", "__repr__"):
            method = self.analysis.program.method_of_instance(value, name)
            if method is not None:
                return self.run_method(value, method, ast.Constant(None))
        return value


def percent(left: Value, right: Value) -> Value:
    """The value of ``left % right`` for a text on the left."""
    is_tuple = right.items is not None and right.type != "builtins.dict"
    given = list(right.items.values()) if is_tuple and right.items is not None else [right]
    named = right.items or {}
    used: list[Value] = []

    def piece(match: re.Match[str]) -> str:
        if match["kind"] == "%":
            return "%"
        if match["key"] is not None:
            value = named.get(match["key"], named.get(ANY, Value(right.taints)))
        else:
            value = given[len(used)] if len(used) < len(given) else CLEAN
        if match["kind"] in "dfieEgGxXo":
            value = CLEAN
        if match["kind"] == "r":
            value = with_safe(value, LINES)
        used.append(value)
        return text_of(value)

    text = _PERCENT.sub(piece, left.text or "")[:MAX_TEXT]
    return Value(merge_taints([left.taints, *map(all_taints, used)]), text=text)


def format_text(receiver: Value, args: Sequence[Value], named: Mapping[str, Value]) -> Value:
    """The value of ``receiver.format(...)``."""
    texts, used, count = [], [receiver], 0
    try:
        parts = list(string.Formatter().parse(receiver.text or ""))
    except ValueError:
        parts = []
    for literal, field, spec, _ in parts:
        texts.append(literal)
        if field is None:
            continue
        first, rest = re.split(r"[.\[]", field, maxsplit=1)[0], field
        if first == "":
            first, count = str(count), count + 1
        value = named.get(first, named.get("**", CLEAN))
        if first.isdigit():
            value = args[int(first)] if int(first) < len(args) else CLEAN
        key = re.search(r"\[([^\]]*)\]", rest)
        if key and value.items is not None:
            value = value.items.get(key[1], value)
        if spec and spec[-1] in _NUMBERS:
            value = CLEAN
        used.append(value)
        texts.append(text_of(value))
    if not parts:
        used += [*args, *named.values()]
    return Value(merge_taints(map(all_taints, used)), text="".join(texts)[:MAX_TEXT])


def joined(separator: Value, parts: Value) -> Value:
    """The value of ``separator.join(parts)``."""
    taints = merge_taints([separator.taints, all_taints(parts)])
    if parts.items is not None and not parts.taints:
        members = list(parts.items.values())
        text = (separator.text or "").join(map(text_of, members))
        if ANY in parts.items and text_of(parts.items[ANY]) not in {UNTRUSTED, UNKNOWN_TEXT}:
            text = f"{text}{separator.text or ''}{text_of(parts.items[ANY])}"
        if members and all(isinstance(m.const, str) for k, m in parts.items.items() if k is not ANY) and ANY not in parts.items and separator.const is not UNKNOWN:  # fmt: skip
            return constant(text)
    else:
        text = UNTRUSTED if taints else UNKNOWN_TEXT
    return Value(taints, text=text[:MAX_TEXT])


_REMOVED = {"<": {"html"}, "'": {"xpath"}, "\n": LINES, "\r": LINES, "\r\n": LINES}


def replaced(receiver: Value, args: Sequence[Value]) -> Value:
    """The value of ``receiver.replace(old, new)``."""
    old, new = args[:2]
    if all(isinstance(v.const, str) for v in (receiver, old, new)):
        return constant(str(receiver.const).replace(str(old.const), str(new.const))[:MAX_TEXT])
    taints = merge_taints([receiver.taints, new.taints])
    safe = _REMOVED.get(str(old.const), frozenset[str]())
    made = tuple(t._replace(part=t.part or "other", safe=t.safe | safe) for t in taints)
    text = receiver.text if receiver.text is not None else UNTRUSTED if made else None
    if text is not None and new.const is UNKNOWN and isinstance(old.const, str) and old.const:
        text = text.replace(old.const, text_of(new))
    return Value(made, text=text)


def _is_number_format(spec: ast.JoinedStr) -> bool:
    last = spec.values[-1] if spec.values else None
    return (
        isinstance(last, ast.Constant)
        and isinstance(last.value, str)
        and last.value[-1:] in _NUMBERS
    )
