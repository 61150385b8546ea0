"""The shipped tables must agree with the interpreter that runs the tests."""

import builtins
import importlib
import inspect
import sys
import warnings

import pytest

from autovet.checks.vocabulary.library_history import library_history
from autovet.checks.vocabulary.stdlib_history import stdlib_history

PLATFORM = {
    "os.listdrives",
    "os.listmounts",
    "os.listvolumes",
    "os.unshare",
    "os.setns",
    "os.eventfd",
    "os.pidfd_open",
    "os.timerfd_create",
}


def exists(name: str) -> bool:
    """Whether a dotted name can be reached in this interpreter."""
    parts = name.split(".")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for length in range(len(parts), 0, -1):
            try:
                found: object = importlib.import_module(".".join(parts[:length]))
            except ImportError:
                continue
            for part in parts[length:]:
                if not hasattr(found, part):
                    return False
                found = getattr(found, part)
            return True
    return False


ADDED = sorted(n for n, v in stdlib_history().added.items() if "(" not in n and n not in PLATFORM)
REMOVED = sorted(n for n in stdlib_history().removed if "(" not in n)


@pytest.mark.parametrize("name", ADDED)
def test_an_added_name_exists_exactly_from_its_version_on(name: str) -> None:
    present = sys.version_info[:2] >= stdlib_history().added[name]
    assert exists(name) is present


@pytest.mark.parametrize("name", REMOVED)
def test_a_removed_name_is_gone_from_its_version_on(name: str) -> None:
    if sys.version_info[:2] >= stdlib_history().removed[name][0]:
        root = name.partition(".")[0]
        assert root not in sys.stdlib_module_names or "." in name
        if root in sys.stdlib_module_names or hasattr(builtins, root):
            assert not exists(name)


def test_every_substitute_on_older_versions_belongs_to_a_name_that_was_added() -> None:
    history = stdlib_history()
    assert set(history.before) <= set(history.added)


def test_a_parameter_that_is_too_new_is_no_parameter_here() -> None:
    for name, since in stdlib_history().added.items():
        function, _, parameter = name.removesuffix(")").partition("(")
        if (
            parameter
            and sys.version_info[:2] < since
            and function.startswith(("asyncio.", "shutil."))
        ):
            module, _, attribute = function.rpartition(".")
            signature = inspect.signature(getattr(importlib.import_module(module), attribute))
            assert parameter not in signature.parameters


def test_removals_name_a_version_and_a_distribution() -> None:
    for name, removal in library_history().removed.items():
        assert removal.version[0].isdigit(), name
        assert removal.distribution == removal.distribution.lower()
