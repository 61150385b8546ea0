"""A guess of the type checker is told from what it knows."""

import pytest

from autovet.adapters.lsp.diagnostic import Diagnostic
from autovet.adapters.ty.document_tree import parsed
from autovet.adapters.ty.loose_values import is_loose_value
from autovet.adapters.ty.statement_facts import facts_of
from autovet.domain.span import Span


def loose(text: str, marked: str, statement: str) -> bool:
    """Judge a report about the last place of ``marked``."""
    at = text.rindex(marked)
    line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    span = Span(line, column, line, column + len(marked))
    told = Diagnostic("missing-attribute", 1, statement, span)
    return is_loose_value(told, facts_of(statement), parsed(text))


def lacks(receiver: str, name: str) -> str:
    return f"Object of type `{receiver}` has no attribute `{name}`"


@pytest.mark.parametrize(
    ("text", "marked", "statement"),
    [
        ("for row in rows():\n    row.month\n", "row.month", lacks("tuple[Any, ...]", "month")),
        ("total = (a[0] / a[1]).subs(x)\n", "(a[0] / a[1]).subs", lacks("float", "subs")),
        ("self.file.read()\n", "self.file.read", lacks("None", "read")),
        (
            (
                "class Lexer:\n    mark = r'>'\n\n    def __init__(self):\n"
                "        self.mark = re.compile(self.mark)\n\n    def run(self):\n"
                "        return self.mark.match('x')\n"
            ),
            "self.mark.match",
            lacks("str", "match"),
        ),
        (
            (
                "def make(exp):\n    exp = re.compile(exp)\n\n    def run(text):\n"
                "        return exp.match(text)\n\n    return run\n"
            ),
            "exp.match",
            lacks("str", "match"),
        ),
        (
            "type(first)(1970, 1, 1)\n",
            "type(first)(1970, 1, 1)",
            "Too many positional arguments to constructor `day.__new__`: expected 2, got 3",
        ),
        (
            "self.widget.show(1)\n",
            "self.widget.show(1)",
            "No argument provided for required parameter `value` of function `Widget.show`",
        ),
    ],
)
def test_guesses(text: str, marked: str, statement: str) -> None:
    assert loose(text, marked, statement)


@pytest.mark.parametrize(
    ("text", "marked", "statement"),
    [
        ("pair.month\n", "pair.month", lacks("tuple[int, str]", "month")),
        ("name = 'x'\nname.pull()\n", "name.pull", lacks("str", "pull")),
        ("found = None\nfound.read()\n", "found.read", lacks("None", "read")),
        (
            (
                "class Box:\n    def __init__(self):\n        self.rows = []\n\n"
                "    def reset(self):\n        self.rows = []\n        self.rows.push(1)\n"
            ),
            "self.rows.push",
            lacks("list[Unknown]", "push"),
        ),
        (
            "Widget.show(1)\n",
            "Widget.show(1)",
            "No argument provided for required parameter `value` of function `Widget.show`",
        ),
    ],
)
def test_knowledge(text: str, marked: str, statement: str) -> None:
    assert not loose(text, marked, statement)
