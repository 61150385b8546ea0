"""Remembers what was worked out about a module, for exactly as long as the module lives."""

import functools
from collections.abc import Callable
from typing import TypeVar
from weakref import WeakKeyDictionary

from autovet.source.module import Module

Result = TypeVar("Result")
Part = TypeVar("Part")


def by_module(work: Callable[[Module], Result]) -> Callable[[Module], Result]:
    """Work it out once for each module; the result must not refer to the module."""
    known: WeakKeyDictionary[Module, Result] = WeakKeyDictionary()

    @functools.wraps(work)
    def remembering(module: Module) -> Result:
        if module not in known:
            known[module] = work(module)
        return known[module]

    return remembering


def by_part(work: Callable[[Part, Module], Result]) -> Callable[[Part, Module], Result]:
    """Work it out once for each part (a node) of a module."""
    known: WeakKeyDictionary[Module, dict[Part, Result]] = WeakKeyDictionary()

    @functools.wraps(work)
    def remembering(part: Part, module: Module) -> Result:
        parts = known.setdefault(module, {})
        if part not in parts:
            parts[part] = work(part, module)
        return parts[part]

    return remembering
