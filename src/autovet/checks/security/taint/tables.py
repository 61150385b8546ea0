"""Reads tables of sources, sinks and sanitizers: those that come with us, and a user's own."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

from autovet.checks.security.taint.models import (
    Callback,
    Effect,
    Listener,
    Models,
    Sink,
    Source,
)
from autovet.checks.security.taint.table_format import faults_of
from autovet.domain.errors import SettingsError

_FOLDER = "autovet.checks.security.taint"


@dataclass(slots=True)
class _Gathered:
    sources: dict[str, Source] = field(default_factory=dict)
    fields: dict[str, frozenset[str]] = field(default_factory=dict)
    sinks: dict[str, tuple[Sink, ...]] = field(default_factory=dict)
    effects: dict[str, Effect] = field(default_factory=dict)
    results: dict[str, str] = field(default_factory=dict)
    predicates: dict[str, frozenset[str]] = field(default_factory=dict)
    callbacks: dict[str, Callback] = field(default_factory=dict)
    listeners: dict[str, Listener] = field(default_factory=dict)
    stores: dict[str, Sink] = field(default_factory=dict)
    bare: dict[str, str] = field(default_factory=dict)
    roots: set[str] = field(default_factory=set)
    outside: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    inherited: dict[str, frozenset[str]] = field(default_factory=dict)
    forms: dict[str, set[str]] = field(default_factory=lambda: {"results": set(), "harmless_fields": set(), "bases": set()})  # fmt: skip
    templates: dict[str, tuple[str, ...]] = field(default_factory=dict)
    stated: set[str] = field(default_factory=set)


def read_models(own: Path | None = None) -> Models:
    """The tables beside this file, and those of a user's file after them.

    Args:
        own: a TOML file in the form of ``models/*.toml``; what it says of a name wins.

    Raises:
        SettingsError: the file cannot be read, or says something that means nothing.
    """
    found = _Gathered()
    folder = resources.files(_FOLDER).joinpath("models")
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        if file.name.endswith(".toml"):
            _gather(tomllib.loads(file.read_text(encoding="utf-8")), found)
    if own is not None:
        table = own_table(own)
        _gather(table, found)
        found.stated.update(_names_of(table))
        found.words |= {n.rpartition(".")[2] for n in table.get("source", {})}
    return _models(found)


def own_table(path: Path) -> Mapping[str, Any]:
    """A user's file of tables.

    Raises:
        SettingsError: it cannot be read, or says something that means nothing.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"taint models {path}: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"taint models {path}: {error}") from error
    faults = faults_of(table)
    if faults:
        raise SettingsError(f"taint models {path}: {'; '.join(faults)}")
    return table


def _gather(table: Mapping[str, Any], found: _Gathered) -> None:
    for name, entry in table.get("source", {}).items():
        found.sources[name] = Source(entry.get("kind", "request"), entry.get("type", ""))
    for name, names in table.get("fields", {}).items():
        found.fields[name] = found.fields.get(name, frozenset()) | frozenset(names)
    for entry in table.get("sink", ()):
        for call in entry["calls"]:
            found.sinks[call] = (*found.sinks.get(call, ()), _sink(call, entry))
    for entry in table.get("effect", ()):
        effect = Effect(entry["action"], frozenset(entry.get("safe", ())), frozenset(entry.get("undo", ())))  # fmt: skip
        found.effects.update(dict.fromkeys(entry["calls"], effect))
    found.results.update(table.get("result", {}))
    found.bare.update(table.get("bare", {}))
    found.roots.update(table.get("roots", ()))
    found.outside.update(table.get("outside", ()))
    found.words.update(table.get("words", ()))
    for entry in table.get("inherited", ()):
        found.inherited.update(dict.fromkeys(entry["bases"], frozenset(entry["fields"])))
    for key, names in table.get("templates", {}).items():
        found.templates[key] = (*found.templates.get(key, ()), *names)
    for key, names in table.get("forms", {}).items():
        found.forms[key].update(names)
    for entry in table.get("callback", ()):
        given = {k: v for k, v in entry.items() if k != "calls"}
        found.callbacks.update({call: Callback(**given) for call in entry["calls"]})
    for entry in table.get("listener", ()):
        listener = Listener(tuple(entry["function"]), tuple(entry.get("untrusted", ())), entry.get("types", {}))  # fmt: skip
        found.listeners.update(dict.fromkeys(entry["calls"], listener))
    for entry in table.get("store", ()):
        found.stores.update({name: _sink(name, entry) for name in entry["names"]})
    for name, kinds in table.get("predicate", {}).items():
        found.predicates[name] = frozenset(kinds)


def _names_of(table: Mapping[str, Any]) -> Iterable[str]:
    """The functions that a user's table speaks of."""
    for kind in ("source", "result", "predicate"):
        yield from table.get(kind, {})
    for kind in ("sink", "effect", "callback"):
        for entry in table.get(kind, ()):
            yield from entry["calls"]


def _models(found: _Gathered) -> Models:
    by_last_name: dict[str, tuple[str, ...]] = {}
    for name in found.sinks:
        last = name.rpartition(".")[2]
        by_last_name[last] = (*by_last_name.get(last, ()), name)
    return Models(
        sources=found.sources,
        fields=found.fields,
        sinks=found.sinks,
        effects=found.effects,
        results=found.results,
        predicates=found.predicates,
        callbacks=found.callbacks,
        listeners=found.listeners,
        stores=found.stores,
        bare=found.bare,
        roots=frozenset(found.roots),
        outside=frozenset(found.outside),
        inherited=found.inherited,
        form_results=frozenset(found.forms["results"]),
        form_bases=frozenset(found.forms["bases"]),
        harmless_fields=frozenset(found.forms["harmless_fields"]),
        templates=found.templates,
        stated=frozenset(found.stated),
        by_last_name=by_last_name,
        callable_names=frozenset(
            n for n in (*found.sinks, *found.effects, *found.callbacks) if not n.startswith(".")
        ),
        source_names=frozenset(
            n.rpartition(".")[2] for n, s in found.sources.items() if s.kind != "random"
        ),
        words=re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(found.words)))})\b"),
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
        fragment=entry.get("fragment", False),
        of_request=entry.get("of_request", False),
    )
