"""Edits are made at exact places, all or none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autovet.domain.fix import Edit
from autovet.domain.span import Span
from autovet.source.edits import OverlappingEdits, apply_edits
from autovet.source.text_lines import TextLines


def test_replace_insert_delete() -> None:
    text = "a = 1\nb = 2\r\nc = 3"
    edits = [
        Edit(Span(1, 5, 1, 6), "10"),
        Edit(Span(2, 1, 2, 1), "# b\r\n"),
        Edit(Span(3, 1, 3, 6), ""),
    ]
    assert apply_edits(text, edits) == "a = 10\n# b\r\nb = 2\r\n"


def test_the_same_edit_twice_is_made_once() -> None:
    edit = Edit(Span(1, 1, 1, 1), "import os\n")
    assert apply_edits("x\n", [edit, edit]) == "import os\nx\n"


def test_overlap_is_refused() -> None:
    with pytest.raises(OverlappingEdits, match="line 1"):
        apply_edits("abcdef", [Edit(Span(1, 1, 1, 4), "x"), Edit(Span(1, 3, 1, 6), "y")])


@given(st.text(alphabet="aé\U0001f600\n\r", max_size=60), st.data())
def test_replacing_a_segment_by_itself_changes_nothing(text: str, data: st.DataObject) -> None:
    lines = TextLines(text)
    number = data.draw(st.integers(1, len(lines)))
    line = lines.line(number)
    first = data.draw(st.integers(1, len(line) + 1))
    last = data.draw(st.integers(first, len(line) + 1))
    span = Span(number, first, number, last)
    assert lines.segment(span) == line[first - 1 : last - 1]
    assert apply_edits(text, [Edit(span, lines.segment(span))]) == text


@given(st.text(alphabet="aéß\U0001f600", min_size=1, max_size=20), st.data())
def test_columns_count_characters(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    assert TextLines(text).column(1, len(text[:at].encode())) == at + 1
