"""The stand-in says what pytest says."""

import pytest

from autovet.validation.execution.bundled import pytest_stand_in as stand_in
from autovet.validation.execution.bundled import with_pytest


def test_raises_catches_what_is_expected() -> None:
    with stand_in.raises(ValueError, match="b+") as caught:
        raise ValueError("abba")
    assert (str(caught.value), caught.type) == ("abba", ValueError)
    assert isinstance(stand_in.raises((KeyError, ValueError), int, "x").value, ValueError)
    with pytest.raises(stand_in.Failed, match="DID NOT RAISE"), stand_in.raises(ValueError):
        pass
    with pytest.raises(stand_in.Failed), stand_in.raises(ValueError, match="z"):
        raise ValueError("abba")
    with pytest.raises(KeyError), stand_in.raises(ValueError):
        raise KeyError


@pytest.mark.parametrize(
    ("want", "got", "same"),
    [
        (0.3, 0.1 + 0.2, True),
        (1.0, 1.1, False),
        ([0.3, 1], [0.1 + 0.2, 1], True),
        ([0.3], [0.3, 0.3], False),
        ({"a": 0.3}, {"a": 0.1 + 0.2}, True),
        ("x", "x", True),
        (None, 0, False),
    ],
)
def test_approx(want: object, got: object, same: bool) -> None:
    assert (got == stand_in.approx(want)) is same
    assert (got == pytest.approx(want)) is same


def test_approx_with_a_tolerance() -> None:
    assert stand_in.approx(1.0, abs=0.2) == 1.1
    assert stand_in.approx(100, rel=0.1) == 109
    assert stand_in.approx(100, rel=0.1) != 111


def test_marks_leave_functions_alone() -> None:
    def function() -> int:
        return 1

    assert stand_in.mark.parametrize("a", [1])(function) is function
    assert stand_in.mark.slow(function) is function
    assert stand_in.fixture(function) is function
    assert stand_in.fixture(scope="module")(function) is function
    assert stand_in.param(1, 2, id="x") == (1, 2)
    with pytest.raises(stand_in.Skipped):
        stand_in.skip("not here")
    with pytest.raises(stand_in.Skipped):
        stand_in.importorskip("no_such_module_anywhere")
    with pytest.raises(AssertionError):
        stand_in.fail("no")


def test_it_is_laid_out_unless_there_is_one() -> None:
    files = with_pytest({"a.py": ""})
    compile(files["pytest.py"], "pytest.py", "exec")
    assert with_pytest({"pytest/__init__.py": "x"}) == {"pytest/__init__.py": "x"}
