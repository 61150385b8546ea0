"""What runs again and again."""

import ast

import pytest

from autovet.checks.vocabulary.repetition import repetitions_of
from autovet.source.module import Module
from autovet.source.parsing import parse_module


def targets(code: str) -> list[frozenset[str]]:
    """The targets of what repeats the call of ``work``, innermost first."""
    module = parse_module("zoo/loops.py", code)
    assert isinstance(module, Module)
    (call,) = (c for c in module.nodes(ast.Call) if getattr(c.func, "id", "") == "work")
    return [r.targets for r in repetitions_of(call, module)]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("for a in b:\n    for c in d:\n        work()", [{"c"}, {"a"}]),
        ("for a in work():\n    pass", []),
        ("[work() for a in b for c in a]", [{"c"}, {"a"}]),
        ("[1 for a in work()]", []),
        ("[1 for a in b for c in work()]", [{"a"}]),
        ("[1 for a in b if work()]", [{"a"}]),
        ("while work():\n    pass", [set()]),
        ("for a in b:\n    def f():\n        work()", []),
        ("for a in b:\n    pass\nelse:\n    work()", []),
    ],
)
def test_loops_around_a_call(code: str, expected: list[set[str]]) -> None:
    assert targets(code) == expected


@pytest.mark.parametrize(
    ("iterable", "long"),
    [
        ("rows", True),
        ("range(n)", True),
        ("range(3)", False),
        ("(1, 2)", False),
        ("COLUMNS", False),
        ("enumerate(['a'])", False),
        ("UNITS.items()", False),
        ("[*rows]", True),
    ],
)
def test_short_iterables(iterable: str, long: bool) -> None:
    module = parse_module("zoo/loops.py", f"for a in {iterable}:\n    work()")
    assert isinstance(module, Module)
    call = module.nodes(ast.Call)[-1]
    assert [r.is_long for r in repetitions_of(call, module)] == [long]
