"""What only makes a report go away is no repair."""

import pytest

from autovet.engines.healing.tampering import tampering

BEFORE = '''"""Prices."""


def price(total: int) -> int:
    """Price.

    >>> price(1)
    2
    """
    if total < 0:
        raise ValueError(total)
    return total * 2


def test_price() -> None:
    assert price(2) == 4
'''


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("return total * 2", "return total * 2  # noqa", "silences"),
        ("return total * 2", "return total * 2  # type: ignore[x]", "silences"),
        (">>> price(1)\n    2", ">>> price(1)\n    3", "example"),
        (">>> price(1)\n    2\n", "", "example"),
        ("    assert price(2) == 4", "    price(2)", "test"),
        ("total: int", "total: object", "loosens"),
        ("total: int", "total", "loosens"),
        ("-> int", "-> Any", "loosens"),
        (
            "    return total * 2",
            "    try:\n        return total * 2\n    except Exception:\n        return 0",
            "swallows",
        ),
        (
            "    return total * 2",
            "    with contextlib.suppress(Exception):\n        return total * 2",
            "swallows",
        ),
        ("return total * 2", "return (", "parse"),
    ],
)
def test_cheating_is_named(old: str, new: str, word: str) -> None:
    assert old in BEFORE
    assert word in (tampering(BEFORE, BEFORE.replace(old, new, 1)) or "")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("total * 2", "total * 3"),
        ("total: int", "total: float"),
        ("raise ValueError(total)", "raise KeyError(total)"),
        ("    return total * 2", "    # doubled\n    return total * 2"),
    ],
)
def test_honest_changes_pass(old: str, new: str) -> None:
    assert tampering(BEFORE, BEFORE.replace(old, new, 1)) is None
