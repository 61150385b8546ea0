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
        "Example: twice(2) -> 4",
        "e.g. twice(2) is 4",
        "twice(2) # 4",
        "twice(2): 4",
        "``twice(2)`` → ``4``",
        "For example, twice(2) gives 4, which is even.",
        "twice(2)\n4",
        "twice(2)\n# 4",
        "twice(2)\n-> 4",
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
        "unlike twice(2) == 4",
        "1 + twice(2) == 4",
        "twice(2)  # 4 items",
        "twice(2) raises trouble",
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


def test_several_on_one_line() -> None:
    assert stated("twice(1) -> 2; twice(2) -> 4") == [("twice(1)", "2"), ("twice(2)", "4")]
    assert stated("twice(1) is 2, twice(2) is 4 and twice(3) is 6.") == [
        ("twice(1)", "2"),
        ("twice(2)", "4"),
        ("twice(3)", "6"),
    ]


def test_exceptions() -> None:
    text = 'def half(n):\n    """Halve.\n\n    half(3) raises ValueError\n    half(5) => throws an OddError\n    """\n\nclass OddError(Exception): ...\n'
    module = parse_module("tools.py", text)
    assert module is not None
    assert [(e.call, e.raises) for e in executables_of(module)] == [
        ("half(3)", "ValueError"),
        ("half(5)", "OddError"),
    ]


def test_a_line_of_an_interpreter_is_no_other_notation() -> None:
    assert stated(">>> n = 3\n>>> assert twice(n) == Decimal(6)") == []


@pytest.mark.parametrize(
    "lines",
    [
        "Input:\n    [1, 2], 3\nOutput:\n    [4, 5]",
        "Example input: [1, 2], 3\nExample output: [4, 5]",
        "a = [1, 2], b = 3 => [4, 5]",
        "For a = [1, 2] and b = 3 the output should be [4, 5]",
        "If a = [1, 2] and b = 3, the function returns [4, 5].",
        "a = [1,\n     2]\nb = 3\nOutput: [4, 5]",
        "a : [1, 2]\nb : 3\nResult: [4, 5]",
    ],
)
def test_arguments_by_name_or_place(lines: str) -> None:
    found = stated(lines, "a, b")
    assert found in (
        [("twice([1, 2], 3)", "[4, 5]")],
        [("twice(a=[1, 2], b=3)", "[4, 5]")],
    )


def test_values_side_by_side() -> None:
    assert stated('"a b" becomes "a-b"', "n: str") == [("twice('a b')", "'a-b'")]
    assert stated("Examples:\n2 -> 4\n3 -> 6") == [("twice(2)", "4"), ("twice(3)", "6")]
    assert stated("2 -> 4") == []  # it may be the edge of a graph
    assert stated("2 -> 4", "n: list") == []
    assert stated("Divide, e.g. 4 for 8.", "n: int") == [("twice(8)", "4")]


def test_sentences_must_fit_the_parameters() -> None:
    assert stated("For a = 1, b = 2 the output should be 3", "a, b") == [("twice(a=1, b=2)", "3")]
    assert stated("For a = 1 the output should be 3", "a, b") == []
    assert stated("Input: 1, 2, 3\nOutput: 3", "a, b") == []
    assert stated("For n = 2 the output should be a number") == []
