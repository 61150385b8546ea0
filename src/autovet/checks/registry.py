"""Finds all checks."""

import importlib
import pkgutil
from functools import cache

import autovet.checks
from autovet.checks.check import BrokenCheckError, Check, read_check
from autovet.domain.category import Category


@cache
def all_checks() -> tuple[Check, ...]:
    """Every check of every category, sorted by category and id; imports their files.

    Raises:
        BrokenCheckError: a file is no check, or two checks share an id.
    """
    found: dict[str, Check] = {}
    for category in Category:
        folder = f"{autovet.checks.__name__}.{category}"
        package = importlib.import_module(folder)
        for info in pkgutil.iter_modules(package.__path__):
            if info.name.startswith("_") or info.ispkg:
                continue
            check = read_check(importlib.import_module(f"{folder}.{info.name}"))
            if check.rule.id in found:
                raise BrokenCheckError(f"two checks are called {check.rule.id}")
            found[check.rule.id] = check
    return tuple(found.values())
