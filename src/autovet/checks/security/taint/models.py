"""What libraries do with untrusted data, read from the tables beside this file and a user's own."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

VARIABLE = "AUTOVET_TAINT_MODELS"
"""Names a file with further tables."""


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
        fragment: the argument is a part of a statement, not the whole.
        of_request: only a method of something that came with a request is one.
    """

    kind: str
    what: str
    positions: tuple[int, ...]
    keywords: tuple[str, ...]
    when: Mapping[str, Any] = field(default_factory=dict)
    unless: Mapping[str, Any] = field(default_factory=dict)
    certain: bool = True
    parser: tuple[int | str, ...] = ()
    fragment: bool = False
    of_request: bool = False


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
class Listener:
    """A call that has a function run for every message that comes in.

    Attributes:
        function: the position or the keyword at which the function stands.
        untrusted: the positions of its parameters that hold what was sent.
        types: the types of other parameters, by position.
    """

    function: tuple[int | str, ...]
    untrusted: tuple[int, ...]
    types: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Models:
    """All tables together; names of methods on unknown objects begin with a dot.

    Attributes:
        bare: what a name stands for that nothing in the file binds.
        stated: the names that a user's own tables speak of: they win over what the code shows.
        outside: the packages whose users hear from outside.
        words: the names that a file has that hears from outside.
    """

    sources: Mapping[str, Source]
    fields: Mapping[str, frozenset[str]]
    sinks: Mapping[str, tuple[Sink, ...]]
    effects: Mapping[str, Effect]
    results: Mapping[str, str]
    predicates: Mapping[str, frozenset[str]]
    callbacks: Mapping[str, Callback]
    listeners: Mapping[str, Listener]
    stores: Mapping[str, Sink]
    bare: Mapping[str, str]
    roots: frozenset[str]
    outside: frozenset[str]
    inherited: Mapping[str, frozenset[str]]
    form_results: frozenset[str]
    form_bases: frozenset[str]
    harmless_fields: frozenset[str]
    templates: Mapping[str, tuple[str, ...]]
    stated: frozenset[str]
    by_last_name: Mapping[str, tuple[str, ...]]
    callable_names: frozenset[str]
    source_names: frozenset[str]
    words: re.Pattern[str]


@cache
def all_models() -> Models:
    """Read the tables once, with those of the file that ``AUTOVET_TAINT_MODELS`` names.

    Raises:
        SettingsError: that file cannot be read, or says something that means nothing.
    """
    from autovet.checks.security.taint.tables import read_models  # noqa: PLC0415 (it needs these)

    own = os.environ.get(VARIABLE)
    return read_models(Path(own) if own else None)
