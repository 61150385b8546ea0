"""What libraries do with untrusted data, read from the tables beside this file."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Sink:
    """An argument of a call in which untrusted data does harm.

    Attributes:
        kind: the kind of harm, such as ``sql``.
        what: the call, as messages name it.
        positions: the positional arguments that matter; ``-1`` for all.
        keywords: the keyword arguments that matter.
        when: keyword arguments that must be given with these constants.
        unless: arguments (by keyword) that make it harmless when they name one of these.
        certain: the call's full name is known, so that its argument needs no further look.
    """

    kind: str
    what: str
    positions: tuple[int, ...]
    keywords: tuple[str, ...]
    when: Mapping[str, Any] = field(default_factory=dict)
    unless: Mapping[str, Any] = field(default_factory=dict)
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Source:
    """A name or call that yields untrusted data; ``type`` for an object of untrusted fields."""

    kind: str
    type: str = ""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a call makes of its arguments.

    Attributes:
        action: ``clean`` (nothing untrusted comes out), ``keep`` (the same text comes out) or
            ``piece`` (a part, or another encoding).
        safe: the kinds of sink that the result is safe for.
        undo: the kinds that the result is no longer safe for.
    """

    action: str
    safe: frozenset[str] = frozenset()
    undo: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Models:
    """All tables together; names of methods on unknown objects begin with a dot."""

    sources: Mapping[str, Source]
    fields: Mapping[str, frozenset[str]]
    sinks: Mapping[str, tuple[Sink, ...]]
    effects: Mapping[str, Effect]
    results: Mapping[str, str]
    predicates: Mapping[str, frozenset[str]]
    last_names: frozenset[str]


@cache
def all_models() -> Models:
    """Read the tables once."""
    sources: dict[str, Source] = {}
    fields: dict[str, frozenset[str]] = {}
    sinks: dict[str, list[Sink]] = {}
    effects: dict[str, Effect] = {}
    results: dict[str, str] = {}
    predicates: dict[str, frozenset[str]] = {}
    folder = resources.files("autovet.checks.security.taint").joinpath("models")
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        if not file.name.endswith(".toml"):
            continue
        table = tomllib.loads(file.read_text(encoding="utf-8"))
        for name, entry in table.get("source", {}).items():
            sources[name] = Source(entry["kind"], entry.get("type", ""))
        for name, names in table.get("fields", {}).items():
            fields[name] = fields.get(name, frozenset()) | frozenset(names)
        for entry in table.get("sink", ()):
            for call in entry["calls"]:
                sinks.setdefault(call, []).append(_sink(call, entry))
        for entry in table.get("effect", ()):
            effect = Effect(
                entry["action"], frozenset(entry.get("safe", ())), frozenset(entry.get("undo", ()))
            )
            effects.update(dict.fromkeys(entry["calls"], effect))
        results.update(table.get("result", {}))
        for name, kinds in table.get("predicate", {}).items():
            predicates[name] = frozenset(kinds)
    return Models(
        sources,
        fields,
        {name: tuple(found) for name, found in sinks.items()},
        effects,
        results,
        predicates,
        frozenset(name.rpartition(".")[2] for name in sinks),
    )


def _sink(call: str, entry: Mapping[str, Any]) -> Sink:
    arguments = entry.get("arguments", [0])
    return Sink(
        kind=entry["kind"],
        what=call.removeprefix("builtins."),
        positions=tuple(a for a in arguments if isinstance(a, int)),
        keywords=tuple(a for a in arguments if isinstance(a, str)),
        when=entry.get("when", {}),
        unless=entry.get("unless", {}),
        certain=not call.startswith("."),
    )
