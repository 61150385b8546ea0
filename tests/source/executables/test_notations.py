import pytest

from autovet.source.executables import executables_of
from autovet.source.module import Module
from autovet.source.parsing import parse_module


def stated(lines: str, parameters: str = "n", name: str = "twice") -> list[tuple[str, str | None]]:
    body = "\n".join(f"    {line}" for line in lines.split("\n"))
    text = f'from decimal import Decimal\n\ndef {name}({parameters}):\n    """Do it.\n\n{body}\n    """\n'
    module = parse_module("tools.py", text)
    assert isinstance(module, Module)
    return [(e.call, e.returns) for e in executables_of(module)]


@pytest.mark.parametrize(
    "line",
    [
        "twice(2) == 4",
        "twice(2) = 4",
        "twice(2) => 4",
        "twice(2) ==> 4",
        "twice(2) -> 4",
        "twice(2) ➞ 4",
        "* twice(2) -> 4",
        "twice(2) returns 4",
        "twice(2) should return 4.",
        "twice(2)  # => 4",
        "assert twice(2) == 4",
        "twice(2) == 4 (as two and two make four)",
        "twice(2) == 1 + 3 = 4",
        ">>> twice(2) => 4",
    ],
)
def test_usual_notations(line: str) -> None:
    assert stated(line) == [("twice(2)", "4")]


@pytest.mark.parametrize(
    "line",
    [
        "twice(n) -> int",
        "twice(n) == 2 * n",
        "twice(2) -> int",
        "twice(2, ...) -> 4",
        "other(2) == 4",
        "twice(2) == twice(1) + 2",
        "twice(2) is about 4",
        "the value twice(2) == 4 matters",
    ],
)
def test_what_is_ambiguous_is_skipped(line: str) -> None:
    assert stated(line) == []


def test_spoken_values_and_the_modules_own_classes() -> None:
    assert stated("twice(2) => true") == [("twice(2)", "True")]
    assert stated('twice(2) == Decimal("4")') == [("twice(2)", "Decimal('4')")]


def test_call_over_several_lines() -> None:
    assert stated("twice([\n  [1, 2],\n  [3],\n]) == [[2, 4], [6]]") == [
        ("twice([[1, 2], [3]])", "[[2, 4], [6]]")
    ]


def test_only_what_follows_the_header_counts() -> None:
    assert stated("twice(1) == 3\nExamples:\ntwice(2) == 4") == [("twice(2)", "4")]


def test_an_old_name_counts_below_a_header_when_nothing_else_bears_it() -> None:
    assert stated("Example:\ndouble(2) == 4") == [("twice(2)", "4")]
    assert stated("Example:\ndouble(2) == 4\ntriple(2) == 6") == []
    assert stated("Example:\ndouble(2, 3) == 4") == []
    assert stated("Example:\nlen([1]) == 1") == []


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("For n = 2, the output should be 4", ("twice(2)", "4")),
        ("For N = 2 (say) the result should be 4.", ("twice(2)", "4")),
        ("Input: 2\nOutput: 4", ("twice(2)", "4")),
        ("Input: n = 2\n\nOutput: 4", ("twice(2)", "4")),
    ],
)
def test_sentences_and_pairs(lines: str, expected: tuple[str, str]) -> None:
    assert stated(lines) == [expected]


def test_sentences_must_fit_the_parameters() -> None:
    assert stated("For a = 1, b = 2 the output should be 3", "a, b") == [("twice(a=1, b=2)", "3")]
    assert stated("For a = 1 the output should be 3", "a, b") == []
    assert stated("Input: 1, 2, 3\nOutput: 3", "a, b") == []
    assert stated("For n = 2 the output should be a number") == []
