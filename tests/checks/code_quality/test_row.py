"""Rows of alike code and the piece that falls out of them."""

import ast

from autovet.checks.code_quality._row import odd_one_out, runs_of


def statements(text: str) -> list[ast.stmt]:
    return ast.parse(text).body


def test_a_run_is_of_neighbours_that_differ_in_words_alone() -> None:
    block = statements("a = x.a\nb = x.b\nc = x.c\nd = x['d']\ne = x['e']\nprint(a)")
    assert [len(run) for run in runs_of(block)] == [3]


def test_numbers_belong_to_the_shape() -> None:
    assert runs_of(statements("a = x[0]\nb = x[1]\nc = x[2]")) == []


def test_the_piece_that_says_its_neighbours_word_is_found() -> None:
    odd = odd_one_out(statements("a = x.a\nb = x.b\nc = x.b"))
    assert odd is not None
    assert (odd.position, odd.said, odd.meant) == (2, "b", "c")


def test_a_row_in_which_the_odd_one_comes_from_elsewhere_is_left_alone() -> None:
    assert odd_one_out(statements("a = x.a\nb = y.b\nc = x.b")) is None
    assert odd_one_out(statements("a = x.a\nb = x.b\nc = x.c")) is None
    assert odd_one_out(statements("a = x.b\nb = x.a\nc = x.b")) is None
