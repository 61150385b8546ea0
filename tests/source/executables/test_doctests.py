from autovet.domain.inspection import Executable
from autovet.source.executables import executables_of
from autovet.source.module import Module
from autovet.source.parsing import parse_module


def examples(text: str, path: str = "shop/tools.py") -> list[Executable]:
    module = parse_module(path, text)
    assert isinstance(module, Module)
    return list(executables_of(module))


def test_value_exception_and_place() -> None:
    found = examples('''
def half(n):
    """Halve an even number.

    >>> half(8)
    4
    >>> half(3)
    Traceback (most recent call last):
        ...
    ValueError: odd
    """
''')
    assert [(e.call, e.returns, e.raises, e.line, e.function) for e in found] == [
        ("half(8)", "4", None, 5, "half"),
        ("half(3)", None, "ValueError", 7, "half"),
    ]


def test_statements_are_set_up_and_changes_are_replayed() -> None:
    found = examples('''
class Pile:
    """A pile.

    >>> from shop.tools import Pile
    >>> pile = Pile()
    >>> pile.put(1)
    >>> pile.take()
    1
    >>> pile.size()
    0
    """
''')
    assert [e.call for e in found] == ["pile.take()", "pile.size()"]
    assert found[0].setup == ("pile = Pile()", "pile.put(1)")
    assert found[1].setup == ("pile = Pile()", "pile.put(1)", "pile.take()")
    assert found[0].function == "Pile"


def test_output_that_is_no_expression_is_kept_as_text() -> None:
    (shown, elided) = examples('''
def thing(n):
    """
    >>> thing(1)
    <thing 1>
    >>> thing(100)
    [0, 1, ..., 99]
    """
''')
    assert (shown.returns, shown.repr_text) == (None, "<thing 1>")
    assert (elided.returns, elided.repr_text) == (None, "[0, 1, ..., 99]")


def test_equality_becomes_an_expected_value() -> None:
    found = examples('''
def twice(n):
    """
    >>> twice(2) == 4
    True
    >>> twice(3) == 6
    """
''')
    assert [(e.call, e.returns) for e in found] == [("twice(2)", "4"), ("twice(3)", "6")]


def test_what_cannot_be_run_is_left_out() -> None:
    assert not examples('''
import os

def twice(n):
    """
    >>> twice(2)  # doctest: +SKIP
    4
    >>> twice(unknown)
    8
    >>> 1 + 1
    2
    """

def outer():
    def inner(n):
        """
        >>> inner(1)
        1
        """
''')


def test_several_statements_on_a_line_are_set_up_and_assertions_are_examples() -> None:
    found = examples('''
class Pile:
    """A pile.

    >>> pile = Pile(); pile.put(1)
    >>> assert pile.take() == 1
    >>> pile.size()
    0
    """
''')
    assert [(e.call, e.returns) for e in found] == [("pile.take()", "1"), ("pile.size()", "0")]
    assert found[0].setup == ("pile = Pile(); pile.put(1)",)
    assert found[1].setup == ("pile = Pile(); pile.put(1)", "assert pile.take() == 1")
