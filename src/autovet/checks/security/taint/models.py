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
        parser: where the parser stands that must have been told to trust the document.
    """

    kind: str
    what: str
    positions: tuple[int, ...]
    keywords: tuple[str, ...]
    when: Mapping[str, Any] = field(default_factory=dict)
    unless: Mapping[str, Any] = field(default_factory=dict)
    certain: bool = True
    parser: tuple[int | str, ...] = ()


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
class Callback:
    """A call that runs a function which it is given; places are positions or keywords.

    Attributes:
        function: where the function stands.
        rest: from which position on its arguments follow; None when they do not.
        args: where a tuple of its arguments stands.
        kwargs: where a mapping of its arguments stands.
        each: where the collection stands whose elements it is called with, one by one.
        gives: ``result``, ``elements`` (a collection of results), ``chosen`` (the elements for
            which it holds), ``same`` (the collection) or ``partial`` (a function).
    """

    function: int | str
    rest: int | None = None
    args: int | str | None = None
    kwargs: int | str | None = None
    each: int | str | None = None
    gives: str = "result"


@dataclass(frozen=True, slots=True)
class Models:
    """All tables together; names of methods on unknown objects begin with a dot.

    ``bare`` says what a name stands for that nothing in the file binds.
    """

    sources: Mapping[str, Source]
    fields: Mapping[str, frozenset[str]]
    sinks: Mapping[str, tuple[Sink, ...]]
    effects: Mapping[str, Effect]
    results: Mapping[str, str]
    predicates: Mapping[str, frozenset[str]]
    callbacks: Mapping[str, Callback]
    stores: Mapping[str, Sink]
    last_names: frozenset[str]
    bare: Mapping[str, str]
    callable_names: frozenset[str]
    roots: frozenset[str]
    inherited: Mapping[str, frozenset[str]]
    form_results: frozenset[str]
    harmless_fields: frozenset[str]
    templates: Mapping[str, tuple[str, ...]]


@cache
def all_models() -> Models:
    """Read the tables once."""
    sources: dict[str, Source] = {}
    fields: dict[str, frozenset[str]] = {}
    sinks: dict[str, list[Sink]] = {}
    effects: dict[str, Effect] = {}
    results: dict[str, str] = {}
    predicates: dict[str, frozenset[str]] = {}
    bare: dict[str, str] = {}
    callbacks: dict[str, Callback] = {}
    stores: dict[str, Sink] = {}
    roots: set[str] = set()
    inherited: dict[str, frozenset[str]] = {}
    templates: dict[str, tuple[str, ...]] = {}
    forms: dict[str, set[str]] = {"results": set(), "harmless_fields": set()}
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
        bare.update(table.get("bare", {}))
        roots.update(table.get("roots", ()))
        for entry in table.get("inherited", ()):
            inherited.update(dict.fromkeys(entry["bases"], frozenset(entry["fields"])))
        for key, names in table.get("templates", {}).items():
            templates[key] = (*templates.get(key, ()), *names)
        for key, names in table.get("forms", {}).items():
            forms[key].update(names)
        for entry in table.get("callback", ()):
            given = {k: v for k, v in entry.items() if k != "calls"}
            callbacks.update({call: Callback(**given) for call in entry["calls"]})
        for entry in table.get("store", ()):
            stores.update({name: _sink(name, entry) for name in entry["names"]})
        for name, kinds in table.get("predicate", {}).items():
            predicates[name] = frozenset(kinds)
    return Models(
        sources,
        fields,
        {name: tuple(found) for name, found in sinks.items()},
        effects,
        results,
        predicates,
        callbacks,
        stores,
        frozenset(name.rpartition(".")[2] for name in sinks),
        bare,
        frozenset(n for n in (*sinks, *effects, *callbacks) if not n.startswith(".")),
        frozenset(roots),
        inherited,
        frozenset(forms["results"]),
        frozenset(forms["harmless_fields"]),
        templates,
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
        parser=tuple(entry.get("parser", ())),
    )
