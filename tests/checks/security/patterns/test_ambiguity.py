"""The attacks are measured on short texts: the work grows many times with a few characters more."""

import re
import time

import pytest

from autovet.checks.security.patterns.ambiguity import attack_on


def seconds(pattern: str, text: str) -> float:
    start = time.perf_counter()
    re.fullmatch(pattern, text)
    return time.perf_counter() - start


@pytest.mark.parametrize(
    "pattern", [r"(a+)+b", r"(\w+\s?)*;", r"(?:a|ab|b)+c", r"([a-z0-9]+[._-]?)+", r"(x*)*y"]
)
def test_finds_exponential_patterns(pattern: str) -> None:
    attack = attack_on(pattern, 0, True)
    assert attack is not None
    pumped, _, end = attack.partition("...")
    unit = pumped[1:] or pumped
    short, long = pumped[:1] + unit * 3 + end, pumped[:1] + unit * 6 + end
    assert seconds(pattern, long) > 2 * seconds(pattern, short)


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?:a+b)+c",
        r"[a-z]+(?:-[a-z]+)*",
        r'"(?:[^"\\]|\\.)*"',
        r"\d+\.\d+",
        r"(?:ab|cd)*e",
        r"(a)\1+",
        r"(",
    ],
)
def test_leaves_others_alone(pattern: str) -> None:
    assert attack_on(pattern, 0, True) is None


def test_what_may_stop_anywhere_cannot_fail() -> None:
    assert attack_on(r"(?:[a-z]+,?)+", 0, False) is None
