"""Which argument of a call arrives in which parameter."""

import ast
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from autovet.checks.security.taint.values import ANY, CLEAN, UNTRUSTED, Value, join, merge_taints


class Arguments(NamedTuple):
    """The arguments of a call.

    Attributes:
        positional: the values of plain arguments, those of a starred display among them.
        named: the values of keyword arguments.
        rest: what further positional arguments may be, where their number is not known.
        spread: what was given with ``**``, where its keys are not all known.
    """

    positional: tuple[Value, ...] = ()
    named: Mapping[str, Value] = {}
    rest: Value | None = None
    spread: Value | None = None

    def everything(self) -> list[Value]:
        """All values, in no order that matters."""
        extra = [v for v in (self.rest, self.spread) if v is not None]
        return [*self.positional, *self.named.values(), *extra]


def spread_positional(value: Value) -> tuple[list[Value], Value | None]:
    """What ``*value`` adds: the known members, and what the unknown ones may be."""
    items = {k: v for k, v in (value.items or {}).items() if k is not ANY}
    known = [items[i] for i in range(len(items)) if i in items] if value.items else []
    loose = (value.items or {}).get(ANY)
    if value.taints:
        own = Value(value.taints, text=UNTRUSTED, record=value.record)
        loose = own if loose is None else join(loose, own)
    return known, loose


def bind(
    parameters: ast.arguments,
    arguments: Arguments,
    bound: Value | None,
    defaults: Mapping[str, Value],
) -> dict[str, Value]:
    """The value of every parameter."""
    names = [a.arg for a in (*parameters.posonlyargs, *parameters.args)]
    given = [*([bound] if bound is not None else []), *arguments.positional]
    found = dict(zip(names, given, strict=False))
    named = dict(arguments.named)
    for name in [*names, *(a.arg for a in parameters.kwonlyargs)]:
        if name in found:
            continue
        if name in named:
            found[name] = named.pop(name)
        elif name in names and arguments.rest is not None:
            found[name] = arguments.rest
        elif arguments.spread is not None:
            found[name] = _member(arguments.spread, name, defaults.get(name, CLEAN))
        else:
            found[name] = defaults.get(name, CLEAN)
    if parameters.vararg is not None:
        items: dict[object, Value] = dict(enumerate(given[len(names) :]))
        if arguments.rest is not None:
            items[ANY] = arguments.rest
        found[parameters.vararg.arg] = Value(items=items)
    if parameters.kwarg is not None:
        rest = {k: v for k, v in named.items() if k not in found}
        spread = arguments.spread or CLEAN
        collected: dict[object, Value] = {**(spread.items or {})}
        collected.update(rest)
        found[parameters.kwarg.arg] = Value(spread.taints, items=collected, type="builtins.dict", record=spread.record)  # fmt: skip
    return found


def _member(spread: Value, name: str, default: Value) -> Value:
    items = spread.items or {}
    if name in items:
        return items[name]
    parts = [items[ANY]] if ANY in items else []
    if spread.taints:
        taints = merge_taints([tuple(t._replace(ident=(*t.ident, f"[{name!r}]")) for t in spread.taints)])  # fmt: skip
        parts.append(Value(taints, text=UNTRUSTED))
    return join(parts[0], parts[-1]) if parts else default


def collect(
    args: Sequence[tuple[Value, bool]], keywords: Sequence[tuple[str | None, Value]]
) -> Arguments:
    """The arguments of a call, from values with a mark for ``*`` and names with None for ``**``."""
    positional: list[Value] = []
    rest: Value | None = None
    for value, starred in args:
        if not starred:
            positional.append(value)
            continue
        known, loose = spread_positional(value)
        positional += known
        if loose is not None:
            rest = loose if rest is None else join(rest, loose)
    named: dict[str, Value] = {}
    spread: Value | None = None
    for name, value in keywords:
        if name is not None:
            named[name] = value
            continue
        items = value.items or {}
        named |= {k: v for k, v in items.items() if isinstance(k, str)}
        if value.taints or ANY in items:
            loose_items: dict[object, Value] | None = {ANY: items[ANY]} if ANY in items else None
            new = Value(value.taints, items=loose_items, record=value.record)
            spread = new if spread is None else join(spread, new)
    return Arguments(tuple(positional), named, rest, spread)
