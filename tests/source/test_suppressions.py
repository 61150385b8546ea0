"""Autovet's own suppressions: which rules, which line, why."""

from autovet.source.comments import comments_of
from autovet.source.suppressions import suppressions_of


def test_forms() -> None:
    text = (
        "x = 1  # autovet: ignore[sql-injection, weak-hash] checked by hand\n"
        "# autovet: ignore\n"
        "y = 2\n"
        "z = '# autovet: ignore'\n"
    )
    first, second = suppressions_of(comments_of(text))
    assert (first.line, first.rules, first.reason) == (
        1, ("sql-injection", "weak-hash"), "checked by hand",
    )  # fmt: skip
    assert (second.line, second.rules, second.reason) == (3, (), "")
