"""What the single conventions see in a module."""

import pytest

from autovet.project.conventions import (
    docstrings,
    formatting,
    imports,
    lookups,
    paths,
    reporting,
    testing,
)
from autovet.project.conventions.convention import Observe
from autovet.project.conventions.parameters import parameter_lists
from autovet.source.parsing import parse_module


def seen(observe: Observe, text: str, path: str = "app/module.py") -> list[str]:
    module = parse_module(path, text)
    assert module is not None
    return [observation.value for observation in observe(module)]


@pytest.mark.parametrize(
    ("text", "style"),
    [
        ("Add.\n\nArgs:\n    a: One.\n", docstrings.GOOGLE),
        ("Add.\n\nReturns\n-------\nint\n", docstrings.NUMPY),
        ("Add.\n\n:param a: One.\n:returns: It.\n", docstrings.REST),
        ("Add.\n\n@param a: One.\n", docstrings.EPYDOC),
        ("Returns: the sum of both.", None),
        ("Add.\n\nArgs:\n    a: One.\n\n:param b: Two.\n", None),
    ],
)
def test_docstring_styles_are_told_apart(text: str, style: str | None) -> None:
    assert docstrings.style_of(text) == style


def test_prints_for_the_terminal_are_no_reports() -> None:
    text = """
import logging
log = logging.getLogger(__name__)

def work():
    print("working")
    log.info("done")
    self.logger.error("x")
    math.log(3)

def print_usage():
    print("usage")

if __name__ == "__main__":
    def demo():
        print("demo")
"""
    assert seen(reporting.reports, text) == [reporting.PRINT, reporting.LOGGER, reporting.LOGGER]
    assert reporting.PRINT not in seen(reporting.reports, text, "app/cli.py")
    assert reporting.PRINT not in seen(reporting.reports, text, "scripts/load.py")


def test_lookups_are_told_by_what_they_do_about_a_missing_thing() -> None:
    text = """
def get_a(store, key):
    found = store.get(key)
    if found is None:
        raise NotFound(key)
    return found

def fetch_b(store, key) -> B | None:
    return store.get(key)

def load_c(store, key):
    if key in store:
        return store[key]
    return None

def get_d(store):
    if store is None:
        raise ValueError("no store")
    return store.d

def get_e_or_none(store, key):
    return None
"""
    assert seen(lookups.lookups, text) == [lookups.RAISES, lookups.NONE, lookups.NONE]


def test_forms_of_tests() -> None:
    text = """
import unittest

class A(unittest.TestCase):
    def test_x(self): ...

class TestB:
    def test_y(self): ...

def test_z(): ...
def helper(): ...
"""
    assert seen(testing.forms_of_tests, text) == [testing.CLASSES, testing.FUNCTIONS]


def test_ways_of_paths_imports_and_formatting() -> None:
    text = """
import os
from pathlib import Path
from app.other import x
from . import y
from os import path as p

a = p.join("a", os.path.basename("b"))
b = Path(a)
c = "%s" % a + "{}".format(b) + f"{c}" + str(7 % 3)
"""
    assert sorted(seen(paths.path_uses, text)) == [paths.OS_PATH, paths.OS_PATH, paths.PATHLIB]
    assert sorted(seen(imports.internal_imports, text)) == [imports.ABSOLUTE, imports.RELATIVE]
    assert sorted(seen(formatting.formatted_strings, text)) == [
        formatting.PERCENT,
        formatting.F_STRING,
        formatting.FORMAT,
    ]


def test_parameters_that_a_framework_passes_do_not_count() -> None:
    module = parse_module(
        "app/m.py",
        """
def plain(db, key, limit=3, *, flag): ...
@route("/")
def handler(key, db): ...
class Store:
    def put(self, key, db): ...
class Special(Store):
    def put(self, db, key): ...
def single(db): ...
""",
    )
    assert module is not None
    assert [p.names for p in parameter_lists(module)] == [("db", "key"), ("key", "db")]
