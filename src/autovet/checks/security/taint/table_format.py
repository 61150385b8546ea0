"""What may stand in a table of sources, sinks and sanitizers, and what is wrong with one."""

from collections.abc import Iterator, Mapping
from typing import Any

KINDS = frozenset({
    "sql", "nosql", "shell", "program", "code", "deserialize", "path", "path/probe", "url", "redirect", "template", "html", "xml", "markup",
    "xpath", "ldap", "log", "header", "attribute", "trust", "token", "regex",
})  # fmt: skip
"""The kinds of harm that a sink can do."""

_SOURCE_KINDS = frozenset({"request", "cli", "environment", "random"})
_ACTIONS = frozenset({"clean", "keep", "piece"})
_GIVES = frozenset({"result", "elements", "chosen", "same", "partial"})
# what each table may hold: required keys with a mark, and the types of the values
_TABLES: Mapping[str, Mapping[str, tuple[type, ...]]] = {
    "sink": {"calls!": (list,), "kind!": (str,), "arguments": (list,), "when": (dict,), "unless": (dict,), "parser": (list,), "fragment": (bool,), "of_request": (bool,)},
    "effect": {"calls!": (list,), "action!": (str,), "safe": (list,), "undo": (list,)},
    "callback": {"calls!": (list,), "function!": (int, str), "rest": (int,), "args": (int, str), "kwargs": (int, str), "each": (int, str), "gives": (str,)},
    "listener": {"calls!": (list,), "function!": (list,), "untrusted": (list,), "types": (dict,)},
    "inherited": {"bases!": (list,), "fields!": (list,)},
    "store": {"names!": (list,), "kind!": (str,), "arguments": (list,)},
}  # fmt: skip
_SOURCE = {"kind": (str,), "type": (str,)}
_OF_TEXT = frozenset({"result", "bare"})
_OF_LISTS = frozenset({"predicate", "fields"})
_NAMES = {
    "str": "a text",
    "list": "a list",
    "dict": "a table",
    "int": "a position",
    "bool": "true or false",
}
_MIXED = frozenset({"arguments", "parser", "function"})


def faults_of(table: Mapping[str, Any]) -> list[str]:
    """What is wrong with a user's tables, as sentences that name the place."""
    return list(_faults(table))


def _faults(table: Mapping[str, Any]) -> Iterator[str]:
    known = {*_TABLES, "source", *_OF_TEXT, *_OF_LISTS}
    for name, content in table.items():
        if name not in known:
            yield f"there is no table {name!r}; there are {', '.join(sorted(known))}"
        elif name in _TABLES:
            if not isinstance(content, list):
                yield f"{name!r} is a list of tables: write [[{name}]]"
                continue
            for number, entry in enumerate(content, 1):
                yield from _entry(f"{name} {number}", entry, _TABLES[name])
        elif not isinstance(content, dict):
            yield f"{name!r} is a table: write [{name}]"
        elif name == "source":
            for key, entry in content.items():
                yield from _entry(f"source {key!r}", entry, _SOURCE)
                yield from _one_of(f"source {key!r}", entry, "kind", _SOURCE_KINDS)
        else:
            wanted = (str,) if name in _OF_TEXT else (list,)
            for key, value in content.items():
                if not isinstance(value, wanted):
                    yield f"{name} {key!r} must be {_called(wanted)}"
                elif name == "predicate" and isinstance(value, list):
                    yield from _kinds(f"predicate {key!r}", value, {"*"})


def _entry(place: str, entry: Any, keys: Mapping[str, tuple[type, ...]]) -> Iterator[str]:
    if not isinstance(entry, dict):
        yield f"{place} must be a table"
        return
    types = {key.rstrip("!"): kinds for key, kinds in keys.items()}
    for key in keys:
        if key.endswith("!") and key[:-1] not in entry:
            yield f"{place} has no {key[:-1]!r}"
    for key, value in entry.items():
        if key not in types:
            yield f"{place}: nothing is called {key!r}; there are {', '.join(types)}"
        elif not isinstance(value, types[key]) or (isinstance(value, bool) and bool not in types[key]):  # fmt: skip
            yield f"{place}: {key!r} must be {_called(types[key])}"
        elif isinstance(value, list) and not all(isinstance(v, str) or (key in {*_MIXED, "untrusted"} and isinstance(v, int)) for v in value):  # fmt: skip
            yield f"{place}: {key!r} holds something that is no name"
    yield from _one_of(place, entry, "action", _ACTIONS)
    yield from _one_of(place, entry, "gives", _GIVES)
    if place.startswith(("sink", "store")):
        yield from _one_of(place, entry, "kind", KINDS)
    for key in ("safe", "undo"):
        if isinstance(entry.get(key), list):
            yield from _kinds(f"{place}: {key!r}", entry[key], set())


def _one_of(place: str, entry: Any, key: str, known: frozenset[str]) -> Iterator[str]:
    value = entry.get(key) if isinstance(entry, dict) else None
    if isinstance(value, str) and value not in known:
        yield f"{place}: {key} {value!r} is none of {', '.join(sorted(known))}"


def _kinds(place: str, values: list[Any], also: set[str]) -> Iterator[str]:
    for value in values:
        if value not in KINDS | also:
            yield f"{place}: {value!r} is none of {', '.join(sorted(KINDS | also))}"


def _called(types: tuple[type, ...]) -> str:
    return " or ".join(_NAMES[t.__name__] for t in types)
