import ast

import pytest

from autovet.domain.business_rule import BusinessRule
from autovet.domain.context import Context
from autovet.domain.probe import Probe
from autovet.source.derivation import probes_of
from autovet.source.derivation.probing import MAX_FUNCTIONS, MAX_PROBES
from autovet.source.parsing import parse_module


def probes(text: str, path: str = "shop/fees.py", **context: object) -> tuple[Probe, ...]:
    module = parse_module(path, text)
    assert module is not None
    found = probes_of(module, Context(path=path, **context))  # type: ignore[arg-type] # a test's own
    return found.probes if found else ()


def functions(text: str, path: str = "shop/fees.py") -> set[str]:
    return {probe.function for probe in probes(text, path)}


def calls(text: str, tag: str) -> set[str]:
    return {p.call for p in probes(text) if p.tag == tag and not p.rule}


def test_only_functions_that_compute_are_tried() -> None:
    text = """
import math
import time
from elsewhere import helper

LIMIT = 3
MOST = 4
SEEN = []
SEEN.append(1)

def plain(n: int) -> int:
    return math.floor(n) + MOST + inner(n)

def inner(n: int) -> int:
    return n

def _private(n: int) -> int:
    return n

def writes(name: str) -> None:
    open(name, "w")

def waits(n: int) -> int:
    time.sleep(n)
    return n

def calls_out(n: int) -> int:
    return helper(n)

def reads_state(n: int) -> int:
    return SEEN[n]

def changes_state(n: int) -> int:
    global LIMIT
    LIMIT = n
    return n

async def later(n: int) -> int:
    return n

def unknown(order) -> int:
    return order.total

def open_ended(*numbers: int) -> int:
    return sum(numbers)
"""
    assert functions(text) == {"plain", "inner"}
    assert functions(text, "tests/test_fees.py") == set()


def test_the_slice_keeps_lines_and_loses_the_rest() -> None:
    text = '''"""Fees."""

import os
import math
from shop.missing import thing

RATE = 2


@thing.decorate
def other() -> None:
    os.remove("x")


def fee(n: int) -> int:
    return math.ceil(n) * RATE
'''
    module = parse_module("fees.py", text)
    assert module is not None
    found = probes_of(module, Context())
    assert found is not None
    tree = ast.parse(found.code)
    assert [getattr(s, "name", type(s).__name__) for s in tree.body] == [
        "ImportFrom",  # annotations are not evaluated
        "Import",
        "Assign",
        "fee",
    ]
    assert found.code.split("\n")[14] == "def fee(n: int) -> int:"


def test_inputs_keep_to_what_is_asked_for() -> None:
    text = '''
from typing import Annotated, Literal

def largest(xs: list[int]) -> int:
    """Return the largest; ``xs`` must not be empty and holds positive integers."""
    return max(xs)

def bounded(n: Annotated[int, "unused", Ge(3)], mode: Literal["a", "b"]) -> int:
    return n

def half(n: int) -> float:
    """Return half of a non-negative integer."""
    return n / 2
'''
    assert calls(text, "empty") == set()
    assert all("-" not in p.call and "0" not in p.call.replace("10", "") for p in probes(text) if p.function == "largest")  # fmt: skip
    numbers = {int(p.call[8:].partition(",")[0]) for p in probes(text) if p.function == "bounded"}
    assert min(numbers) >= 3
    assert {"'a'", "'b'"} == {p.call.partition(", ")[2][:-1] for p in probes(text) if p.function == "bounded"}  # fmt: skip
    assert "half(0)" in calls(text, "edge")
    assert calls(text, "negative") == set()


def test_edges_of_annotated_parameters() -> None:
    text = (
        "def pick(xs: list[str], n: int | None, name: str = 'x') -> str:\n    return xs[n] + name\n"
    )
    assert all(call.startswith("pick([], ") for call in calls(text, "empty"))
    assert any(call.endswith(", None)") for call in calls(text, "none"))
    assert any(call.endswith(", -1)") for call in calls(text, "negative"))
    default = "def shout(name: str | None = 'x') -> str:\n    return name.upper()\n"
    assert calls(default, "none") == {"shout(name=None)"}


def test_calls_of_the_module_itself() -> None:
    text = """
def mean(values):
    return sum(values) / len(values)

def report():
    return mean([])

def careful():
    try:
        return mean([0])
    except ZeroDivisionError:
        return 0
"""
    assert calls(text, "called") == {"mean([])"}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('(xs: list[int]):\n    """Return the sum of all numbers in xs."""', "sum([3, 5, 2])"),
        ('(xs: list[int]):\n    """Return the sum of the numbers above the mean."""', None),
        ('(a: int, b: int):\n    """Return the greatest common divisor of a and b."""', "gcd"),
        ('(w: float, h: float):\n    """Return w * h / 2."""', " / 2"),
        ('(w: float, h: float):\n    """Return w * h in square metres for a wall."""', None),
        ('(n: int):\n    """Check whether n is a prime number."""', "range(2, 3)"),
        ('(n: int):\n    """Return True if n is even, False otherwise."""', "% 2 == 0"),
        ('(n: int):\n    """Return True if n is even and positive."""', None),
        ('(text: str):\n    """Reverse the text, word by word."""', None),
        ('(text: str):\n    """Return the reversed string."""', "'abc'[::-1]"),
        ('(xs: list[int]):\n    """Return the average of the numbers, rounded."""', None),
        ('(xs: list[int]):\n    """Return the sum of the negative numbers."""', None),
        ('(a: int, b: int):\n    """Return the sum of the integers from a to b."""', None),
        ('(a: int, b: int):\n    """Return the sum of two integers."""', "3 + 5"),
        ('(n: int):\n    """Return the factorial of a positive integer n."""', "factorial(3)"),
        ('(n: int):\n    """Check if n is a power of two."""', "bin(3)"),
    ],
)
def test_sentences_with_a_meaning(body: str, expected: str | None) -> None:
    due = [p.returns or "" for p in probes(f"def f{body}\n    return 1\n") if p.returns]
    assert (not due) if expected is None else any(expected in text for text in due)


def test_names_speak_only_without_a_docstring() -> None:
    silent = "def is_even(n: int) -> bool:\n    return n % 2 == 0\n"
    assert any(p.returns for p in probes(silent))
    told = 'def is_even(n: int) -> bool:\n    """Say whether the balance is even."""\n    return n > 2\n'
    assert not any(p.returns for p in probes(told))
    shadowed = "def sum(xs: list[int]) -> int:\n    return 1\n"
    assert not any(p.returns for p in probes(shadowed))


def test_general_statements() -> None:
    text = '''
def to_words(n: int) -> str:
    return str(n)

def from_words(s: str) -> int:
    return int(s)

def edit_distance(a: str, b: str) -> int:
    return 0

def ranked(xs: list[int]) -> list[int]:
    """Return a new list in order, leaving the input unchanged."""
    return sorted(xs)

def collect(x: int, into: list[int] = []) -> list[int]:
    return into + [x]
'''
    stated = {(p.function, p.rule, p.call) for p in probes(text) if p.rule}
    assert ("to_words", "broken-property", "from_words(to_words(3))") in stated
    assert any(f == "edit_distance" and r == "broken-property" for f, r, _ in stated)
    assert ("ranked", "mutated-argument", "given") in stated
    assert any(f == "collect" and r == "result-depends-on-earlier-calls" for f, r, _ in stated)


def test_contracts_restrict_and_promise() -> None:
    text = """
import icontract

@icontract.require(lambda x: x > 2)
@icontract.ensure(lambda result, x: result > x)
def grow(x: int) -> int:
    return x
"""
    promised = [p for p in probes(text) if p.rule == "broken-contract"]
    assert promised[0].setup == ("result = grow(3)",)
    assert promised[0].requires == ("(lambda x: x > 2)(x=3)",)
    assert promised[0].because == "line 5 states lambda result, x: result > x"


def test_rules_of_the_caller_are_tried() -> None:
    text = "def fee(amount: int, rate: int = 2) -> int:\n    return amount * rate\n"
    rule = BusinessRule("Fees are small.", "fee", "result < 10 and rate == 2")
    found = [p for p in probes(text, business_rules=(rule,)) if p.rule == "broken-business-rule"]
    assert found[0].setup == ("rate = 2", "amount = 3", "result = fee(3)")
    assert not any(p.tag == "negative" for p in found)


def test_a_change_of_the_inside_is_compared() -> None:
    old = 'def fee(n: int) -> int:\n    """Fee."""\n    return n\n\ndef same(n: int) -> int:\n    return n\n'
    assert not [p for p in probes(old, previous=old) if p.rule]
    new = old.replace("return n\n\n", "return n + 1\n\n")
    assert {p.function for p in probes(new, previous=old) if p.rule} == {"fee"}
    announced = new.replace("Fee.", "Fee and one more.")
    assert not [p for p in probes(announced, previous=old) if p.rule]


def test_there_is_an_end_to_it_and_the_same_every_time() -> None:
    text = "".join(f"def f{n}(xs: list[int], k: int) -> int:\n    return k\n" for n in range(60))
    first = probes(text)
    assert len(first) <= MAX_PROBES
    assert len({p.function for p in first}) <= MAX_FUNCTIONS
    assert first == probes(text)
