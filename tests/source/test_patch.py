"""A diff is applied as a whole or not at all."""

from autovet.source.diff import unified_diff
from autovet.source.patch import apply_patch

BEFORE = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\n"


def test_a_diff_leads_from_one_text_to_the_other() -> None:
    after = BEFORE.replace("two", "2").replace("seven\n", "")
    assert apply_patch(BEFORE, unified_diff(BEFORE, after, "m.py")) == after


def test_wrong_line_numbers_are_forgiven_wrong_lines_are_not() -> None:
    diff = "@@ -1,2 +1,2 @@\n six\n-seven\n+7\n"
    assert apply_patch(BEFORE, diff) == BEFORE.replace("seven", "7")
    assert apply_patch(BEFORE, diff.replace(" six", " sixty")) is None
    assert apply_patch(BEFORE, "no diff") is None


def test_line_endings_are_those_of_the_file() -> None:
    windows = BEFORE.replace("\n", "\r\n")
    diff = "@@ -1,2 +1,2 @@\n one\n-two\n+2\n"
    assert apply_patch(windows, diff) == windows.replace("two", "2")
