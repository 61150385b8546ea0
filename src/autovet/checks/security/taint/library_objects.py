"""Objects of libraries that are told something first and asked later: parsers and the like."""

import ast
from collections.abc import Mapping, Sequence

from autovet.checks.security.taint.own_calls import OwnCalls
from autovet.checks.security.taint.patterns import groups_are_strict, is_strict
from autovet.checks.security.taint.sinks import TRUSTS
from autovet.checks.security.taint.values import (
    ALL,
    ANY,
    CLEAN,
    UNKNOWN,
    UNTRUSTED,
    Origin,
    Taint,
    Value,
    constant,
    reduced,
    with_safe,
)

_CONFIG = "configparser.ConfigParser"
_ARGUMENTS = "argparse.ArgumentParser"
_EXTERNAL = ("feature_external_ges", "feature_external_pes", "external-general-entities", "external-parameter-entities")  # fmt: skip
_TRUSTING = {"resolve_entities": True, "no_network": False, "load_dtd": True, "huge_tree": True}
_LXML_PARSERS = frozenset({"lxml.etree.XMLParser", "lxml.etree.ETCompatXMLParser", "lxml.etree.XMLPullParser"})  # fmt: skip
_NUMBERS = frozenset({"builtins.int", "builtins.float", "builtins.bool"})
_FLAGS = frozenset({"store_true", "store_false", "count", "store_const"})


def parser_told(name: str, node: ast.Call, named: Mapping[str, Value]) -> Value | None:
    """A parser of lxml that is told to follow what a document asks for."""
    if name not in _LXML_PARSERS:
        return None
    trusts = any(k in named and named[k].const is v for k, v in _TRUSTING.items())
    return Value(items={TRUSTS: Value(const=node)}) if trusts else None


_MATCH = "re.Match"
_MATCHING = frozenset({"match", "search", "fullmatch", "findall", "finditer"})


def found_by_pattern(pattern: Value, subject: Value, how: str) -> Value:
    """What matching a regular expression gives: the whole under 0, the groups under any key."""
    pieces = reduced(subject)
    if not pieces.taints:
        return Value(type=_MATCH)
    text = pattern.text if pattern.text is not None else ""
    whole = groups = pieces._replace(text=UNTRUSTED)
    if text and is_strict(text, how in {"fullmatch", "search", "findall", "finditer"}):
        whole = with_safe(whole, ALL)
    if text and groups_are_strict(text):
        groups = with_safe(groups, ALL)
    if how == "findall":
        return Value(items={ANY: groups if "(" in text else whole})
    found = Value(items={0: whole, ANY: groups}, type=_MATCH)
    return Value(items={ANY: found}) if how == "finditer" else found


class LibraryObjects(OwnCalls):
    """Evaluates calls of methods of such objects."""

    def of_library_object(
        self,
        node: ast.Call,
        method: str,
        receiver: Value,
        args: Sequence[Value],
        named: Mapping[str, Value],
    ) -> Value | None:
        """The value of such a call; None when it is none."""
        if receiver.type == _CONFIG:
            return self._of_config(node, method, receiver, args)
        if receiver.type == _ARGUMENTS:
            return self._of_arguments(node, method, args, named)
        if method == "setFeature" and len(node.args) == 2:
            return self._feature_set(node, receiver, args)
        if receiver.type == "re.Pattern" and method in _MATCHING and args:
            return found_by_pattern(receiver, args[0], method)
        if receiver.type == _MATCH and method in {"group", "groups", "groupdict"}:
            return self._of_match(method, receiver, args, node)
        return None

    def _of_match(self, method: str, receiver: Value, args: Sequence[Value], node: ast.Call) -> Value:  # fmt: skip
        if method == "group":
            index = args[0] if args else constant(0)
            return self.member(receiver, index, node) if len(args) < 2 else self.element(receiver)
        groups = (receiver.items or {}).get(ANY, CLEAN)
        return Value(items={ANY: groups}, type="builtins.dict" if method == "groupdict" else "")

    def _of_arguments(
        self,
        node: ast.Call,
        method: str,
        args: Sequence[Value],
        named: Mapping[str, Value],
    ) -> Value | None:
        if method == "add_argument" and isinstance(node.func, ast.Attribute):
            flags = [a.const for a in args if isinstance(a.const, str)]
            wanted = next(iter(named["type"].callees), None) if "type" in named else None
            is_clean = "choices" in named or (wanted is not None and wanted.name in _NUMBERS) or named.get("action", CLEAN).const in _FLAGS  # fmt: skip
            if flags:
                long = next((f for f in flags if f.startswith("--")), flags[0])
                dest = named.get("dest", CLEAN).const
                name = dest if isinstance(dest, str) else long.lstrip("-").replace("-", "_")
                known = self.analysis.options
                known[name] = is_clean and known.get(name, True)
            return CLEAN
        if method in {"parse_args", "parse_known_args"}:
            origin = Origin("cli", "the command line", node.lineno, home=self.analysis.module.path)
            taint = Taint(("command line",), origin, step=self.step(node, None))
            clean: dict[object, Value] = {f".{n}": CLEAN for n, is_clean in self.analysis.options.items() if is_clean}  # fmt: skip
            given = Value((taint,), text=UNTRUSTED, items=clean, record=True)
            return given if method == "parse_args" else Value(items={0: given, 1: given})
        return None

    def _feature_set(self, node: ast.Call, receiver: Value, args: Sequence[Value]) -> Value:
        """A SAX parser is told whether to follow external entities."""
        feature = self.analysis.name_of(node.args[0]) or str(args[0].const)
        if feature.endswith(_EXTERNAL) and isinstance(node.func, ast.Attribute):
            items = {k: v for k, v in (receiver.items or {}).items() if k != TRUSTS}
            if args[1].const is not UNKNOWN and args[1].const:
                items[TRUSTS] = Value(const=node)
            self.change(node.func.value, receiver, receiver._replace(items=items), node)
        return CLEAN

    def _of_config(
        self, node: ast.Call, method: str, receiver: Value, args: Sequence[Value]
    ) -> Value | None:
        if method == "set" and len(args) == 3 and isinstance(node.func, ast.Attribute):
            key = (args[0].const, args[1].const)
            items = {**(receiver.items or {}), key: args[2]}
            self.change(node.func.value, receiver, receiver._replace(items=items), node)
            return CLEAN
        if method == "get" and len(args) >= 2:
            return (receiver.items or {}).get((args[0].const, args[1].const)) or CLEAN
        return None
