"""Methods of the built-in types, and functions that need more than a table to describe."""

import ast
import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from autovet.checks.security.taint.library_objects import (
    LibraryObjects,
    found_by_pattern,
    parser_told,
)
from autovet.checks.security.taint.texts import format_text, joined, replaced
from autovet.checks.security.taint.values import (
    ALL,
    ANY,
    CLEAN,
    MAX_ITEMS,
    UNKNOWN,
    UNTRUSTED,
    Value,
    all_taints,
    constant,
    join,
    join_all,
    merge_taints,
    with_safe,
)

_ADD = frozenset({"append", "add", "extend", "insert", "update", "setdefault", "write", "writelines", "push", "put", "put_nowait", "appendleft", "send"})  # fmt: skip
_GET = frozenset({"get", "pop", "getlist", "get_all", "getall", "setdefault", "getone", "popleft", "get_nowait"})  # fmt: skip
_PURE = frozenset({"strip", "lstrip", "rstrip", "lower", "upper", "title", "capitalize", "swapcase", "casefold", "startswith", "endswith", "isdigit", "isalpha", "isalnum", "split", "count", "find", "index", "encode", "removeprefix", "removesuffix", "zfill"})  # fmt: skip
_MOST_CHARACTERS = 2_000
_MAPPING_METHODS = frozenset({"items", "keys", "values"})


class BuiltinMethods(LibraryObjects):
    """Evaluates what lists, dictionaries, strings and a few library functions do."""

    def special(
        self,
        node: ast.Call,
        names: Sequence[str],
        method: str,
        receiver: Value,
        args: Sequence[Value],
        named: Mapping[str, Value],
    ) -> Value | None:
        """The value of such a call; None when it is none."""
        name = names[0] if names else ""
        if (parser := parser_told(name, node, named)) is not None:
            return parser
        if name.startswith("re.") and name[3:] in {"match", "search", "fullmatch", "findall", "finditer"} and len(args) > 1:  # fmt: skip
            return found_by_pattern(args[0], args[1], name[3:])
        if name == "builtins.dict":
            return self._dictionary(args, named)
        if name == "builtins.getattr" and len(args) > 1 and isinstance(args[1].const, str):
            return join_all([self.field(args[0], args[1].const, node), *args[2:]])
        if name == "builtins.setattr" and len(args) == 3 and isinstance(args[1].const, str):
            items = {**(args[0].items or {}), f".{args[1].const}": args[2]}
            self.change(node.args[0], args[0], args[0]._replace(items=items), node)
            return CLEAN
        handler = _FUNCTIONS.get(name)
        if handler is not None and args:
            return handler(args)
        rendered = self._rendered(names, args, named)
        if rendered is not None:
            return rendered
        if not method:
            return None
        if isinstance(receiver.const, (str, bytes)) and method in _PURE:
            folded = _folded(receiver.const, method, args)
            if folded is not None:
                return folded
        if method == "format" and receiver.text is not None:
            return format_text(receiver, args, named)
        if method == "join" and receiver.text is not None and args:
            return joined(receiver, args[0])
        if method == "replace" and len(args) == 2:
            return replaced(receiver, args)
        if method == "translate" and len(args) == 1 and args[0].items and "<" in args[0].items:
            return with_safe(receiver._replace(const=UNKNOWN), frozenset({"html", "markup"}))
        if method in _MAPPING_METHODS and receiver.items is not None and not args:
            return _view(receiver, method)
        found = self.of_library_object(node, method, receiver, args, named)
        if found is not None:
            return found
        is_sink = any(n in self.analysis.models.sinks for n in names if not n.startswith("."))
        if method in _GET and args and not is_sink:
            return self._got(node, method, receiver, args)
        if method in {"pop", "popleft", "get", "get_nowait", "popitem"} and not args and (receiver.items or receiver.taints):  # fmt: skip
            return self._popped(node, method, receiver)
        if method in _ADD and isinstance(node.func, ast.Attribute) and not is_sink:
            return self._added(node.func.value, method, receiver, args, named, node)
        if method in {"clear", "reverse", "remove", "sort"} and receiver.items is not None:
            return self._rearranged(node, method, receiver)
        if method == "relative_to" and isinstance(node.func, ast.Attribute):
            self.env.learn(self.if_resolved(node.func.value))
        return None

    def _rendered(
        self, names: Sequence[str], args: Sequence[Value], named: Mapping[str, Value]
    ) -> Value | None:
        """What a template makes of what it is given: text that is escaped, or is not."""
        templates = self.analysis.models.templates
        shown = [*args, *named.values()]
        if any(n in templates["unescaped"] for n in names):
            return Value(merge_taints(map(all_taints, shown)), text=UNTRUSTED)
        if not any(n in templates["by_name"] for n in names):
            return None
        file = args[0].const if args else UNKNOWN
        if not isinstance(file, str) or file.endswith(templates["escaped_endings"]):
            return CLEAN
        return Value(merge_taints(map(all_taints, shown[1:])), text=UNTRUSTED)

    def _dictionary(self, args: Sequence[Value], named: Mapping[str, Value]) -> Value:
        given = args[0] if args else Value(items={})
        items = dict(given.items or {})
        if given.type != "builtins.dict" and items:
            items = {ANY: join_all((v.items or {}).get(1, v) for v in items.values())}
        items.update((k, v) for k, v in named.items() if k != "**")
        spread = named.get("**", CLEAN)
        return Value(
            merge_taints([given.taints, spread.taints]),
            items={**items, **(spread.items or {})},
            type="builtins.dict",
            record=given.record or spread.record,
            ref=self.analysis.program.new_object(),
        )

    def _got(self, node: ast.Call, method: str, receiver: Value, args: Sequence[Value]) -> Value:
        value = self.member(receiver, args[0], node)
        if method == "pop" and receiver.items and isinstance(node.func, ast.Attribute):
            key = args[0].const
            if isinstance(key, int) and receiver.type != "builtins.dict":
                key = key if key >= 0 else len(receiver.items) + key
                left = [v for k, v in receiver.items.items() if k != key]
                items = _listed(left) if ANY not in receiver.items else receiver.items
                self.change(node.func.value, receiver, receiver._replace(items=items), node)
            elif isinstance(key, str) and key in receiver.items:
                items = {k: v for k, v in receiver.items.items() if k != key}
                self.change(node.func.value, receiver, receiver._replace(items=items), node)
        missing = receiver.items is not None and value is CLEAN and args[0].const is not UNKNOWN
        if method == "setdefault" and missing and len(args) > 1:
            self._put(node, receiver, args[0].const, args[1])
            return args[1]
        if len(args) < 2:
            return value
        is_there = receiver.items is not None and args[0].const is not UNKNOWN and args[0].const in receiver.items  # fmt: skip
        if is_there:
            return value
        if receiver.items is not None and not receiver.taints and args[0].const is not UNKNOWN and ANY not in receiver.items:  # fmt: skip
            return args[1]
        return join(value, args[1])._replace(record=value.record)

    def _put(self, node: ast.Call, receiver: Value, key: object, value: Value) -> None:
        if isinstance(node.func, ast.Attribute):
            items = {**(receiver.items or {}), key: value}
            self.change(node.func.value, receiver, receiver._replace(items=items), node)

    def _popped(self, node: ast.Call, method: str, receiver: Value) -> Value:
        items = dict(receiver.items or {})
        plain = ANY not in items and items and receiver.type != "builtins.dict"
        if not plain or method in {"get", "get_nowait", "popitem"}:
            return self.element(receiver._replace(type=""))
        keys = list(items)
        taken = items.pop(keys[0] if method == "popleft" else keys[-1])
        left = _listed(items.values())
        if isinstance(node.func, ast.Attribute):
            self.change(node.func.value, receiver, receiver._replace(items=left), node)
        return taken

    def _rearranged(self, node: ast.Call, method: str, receiver: Value) -> Value:
        items: dict[object, Value] = {}
        if method == "reverse" and ANY not in (receiver.items or {}):
            items = dict(enumerate(reversed(list((receiver.items or {}).values()))))
        elif method != "clear":
            items = {ANY: join_all((receiver.items or {}).values())}
        taints = () if method == "clear" else receiver.taints
        if isinstance(node.func, ast.Attribute):
            new = receiver._replace(items=items, taints=taints)
            self.change(node.func.value, receiver, new, node)
        return CLEAN

    def _added(
        self,
        target: ast.expr,
        method: str,
        receiver: Value,
        args: Sequence[Value],
        named: Mapping[str, Value],
        node: ast.Call,
    ) -> Value:
        items = receiver.items
        if items is not None and method in {"append", "add", "put", "put_nowait", "push"} and args:
            new = receiver._replace(items=_appended(items, args[-1]))
        elif items is not None and method in {"appendleft", "insert"} and args:
            first = method == "appendleft" or args[0].const == 0
            listed = ANY not in items and first
            moved = _listed([args[-1], *items.values()]) if listed else _loosened(items, args[-1])  # fmt: skip
            new = receiver._replace(items=moved)
        elif items is not None and method == "extend" and args and args[0].items is not None:
            whole = dict(items)
            for key, value in args[0].items.items():
                whole = _loosened(whole, value) if key is ANY else _appended(whole, value)
            new = receiver._replace(items=whole, taints=merge_taints([receiver.taints, args[0].taints]))  # fmt: skip
        elif method == "update" and (named or (args and args[0].items is not None)):
            given = args[0] if args else CLEAN
            whole = {**(items or {}), **(given.items or {})}
            whole.update(named)
            new = receiver._replace(items=whole, taints=merge_taints([receiver.taints, given.taints]), record=receiver.record or given.record)  # fmt: skip
        else:
            taints = merge_taints([receiver.taints, *map(all_taints, args)])
            if not taints:
                return CLEAN
            new = receiver._replace(taints=taints, text=UNTRUSTED if receiver.text is not None else None)  # fmt: skip
        self.change(target, receiver, new, node)
        return CLEAN


def _listed(values: Iterable[Value]) -> dict[object, Value]:
    return dict(enumerate(values))


def _appended(items: Mapping[object, Value], value: Value) -> dict[object, Value]:
    if ANY in items or len(items) >= MAX_ITEMS:
        return _loosened(items, value)
    return {**items, len(items): value}


def _loosened(items: Mapping[object, Value], value: Value) -> dict[object, Value]:
    return {ANY: join_all([*items.values(), value])}


def _view(receiver: Value, method: str) -> Value:
    items = receiver.items or {}
    keys = {k: CLEAN if k is ANY else constant(k) for k in items}
    loose_keys = Value(receiver.taints, text=UNTRUSTED) if receiver.taints else CLEAN
    keys = {k: loose_keys if k is ANY else v for k, v in keys.items()}
    rest = receiver.taints if receiver.record else ()
    if method == "keys":
        return Value(rest, items={i if k is not ANY else ANY: v for i, (k, v) in enumerate(keys.items())}, record=receiver.record)  # fmt: skip
    if method == "values":
        return Value(rest, items={i if k is not ANY else ANY: v for i, (k, v) in enumerate(items.items())}, record=receiver.record)  # fmt: skip
    pairs: dict[object, Value] = {i if k is not ANY else ANY: Value(items={0: keys[k], 1: v}) for i, (k, v) in enumerate(items.items())}  # fmt: skip
    return Value(rest, items=pairs, record=receiver.record)


def _folded(const: str | bytes, method: str, args: Sequence[Value]) -> Value | None:
    given = [a.const for a in args]
    if any(not isinstance(g, (str, bytes, int, tuple)) for g in given):
        return None
    if any(isinstance(g, int) and abs(g) > _MOST_CHARACTERS for g in given):
        return None  # such as a width: the text would be as long
    try:
        result = getattr(const, method)(*given)
    except (AttributeError, TypeError, ValueError, LookupError, OverflowError):
        return None
    if isinstance(result, list):
        return Value(items={i: constant(r) for i, r in enumerate(result[:MAX_ITEMS])})
    if isinstance(result, (str, bytes)) and len(result) > _MOST_CHARACTERS:
        return None
    return constant(result)


def _compiled(args: Sequence[Value]) -> Value:
    return Value(text=args[0].text, type="re.Pattern")


def _parsed_url(args: Sequence[Value]) -> Value:
    return Value(args[0].taints)


def _substituted(args: Sequence[Value]) -> Value:
    if len(args) < 3:
        return CLEAN
    pattern, replacement, subject = args[:3]
    made = subject._replace(const=UNKNOWN, items=None, record=False)
    if isinstance(pattern.const, str) and re.fullmatch(r"\[\^[^\]<>'\";]+\][+*]?|\\W\+?|\\D\+?", pattern.const):  # fmt: skip
        made = with_safe(made, ALL)
    return join(made, replacement) if replacement.taints else made


def _enumerated(args: Sequence[Value]) -> Value:
    members = args[0].items
    if members is not None:
        pairs = {k: Value(items={0: CLEAN if k is ANY else constant(k), 1: v}) for k, v in members.items()}  # fmt: skip
        return Value(args[0].taints, items=pairs)
    one = args[0]._replace(const=UNKNOWN)
    return Value(items={ANY: Value(items={0: CLEAN, 1: _one_of(one)})}) if one.taints else CLEAN


def _zipped(args: Sequence[Value]) -> Value:
    known = [a.items for a in args]
    if all(k is not None and ANY not in k for k in known):
        rows = zip(*((k or {}).values() for k in known), strict=False)
        return Value(items={i: Value(items=dict(enumerate(row))) for i, row in enumerate(rows)})
    return Value(items={ANY: Value(items={i: _one_of(a) for i, a in enumerate(args)})})


def _one_of(value: Value) -> Value:
    inside = join_all((value.items or {}).values())
    if not value.taints:
        return inside
    taints = tuple(t if t.part else t._replace(part="other") for t in value.taints)
    return join(inside, Value(taints, text=UNTRUSTED, record=value.record))


def _translation(args: Sequence[Value]) -> Value:
    """A table of characters: those that it takes away or changes are its keys."""
    if len(args) == 1:
        return Value(items=args[0].items)
    texts = [a.const for a in (args[0], *args[2:]) if isinstance(a.const, str)]
    return Value(items=dict.fromkeys("".join(texts), CLEAN))


def _gathered(args: Sequence[Value]) -> Value:
    return Value(items=dict(enumerate(args)))


_FUNCTIONS: dict[str, Callable[[Sequence[Value]], Value]] = {
    "re.compile": _compiled,
    "urllib.parse.urlparse": _parsed_url,
    "urllib.parse.urlsplit": _parsed_url,
    "re.sub": _substituted,
    "builtins.enumerate": _enumerated,
    "builtins.zip": _zipped,
    "asyncio.gather": _gathered,
    "builtins.str.maketrans": _translation,
}
