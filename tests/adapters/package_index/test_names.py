from pathlib import Path

import pytest

from autovet.adapters.package_index.build import build
from autovet.adapters.package_index.names import INDEX_FILE, PublishedNames

TABLE = """\
Requests\t2026-01\t3
requests-mock\t2026-03\t400
reqests\t2011-02\t
zope.interface\t2025-11\t120
flask\t2026-02\t40
Flask-Login\t2025-01\t900
obscure-thing\t2014-01\t
"""


@pytest.fixture
def names(tmp_path: Path) -> PublishedNames:
    assert build(TABLE.splitlines(keepends=True), tmp_path) == 7
    return PublishedNames(tmp_path)


@pytest.mark.parametrize(
    "name", ["requests", "REQUESTS", "zope_interface", "Flask.Login", "obscure_thing"]
)
def test_any_spelling_of_a_listed_name_is_found(names: PublishedNames, name: str) -> None:
    assert name in names


@pytest.mark.parametrize("name", ["request", "requestss", "", "flask-logins"])
def test_what_is_not_listed_is_not_found(names: PublishedNames, name: str) -> None:
    assert name not in names


def test_nearest_prefers_the_popular_name_among_equally_near_ones(names: PublishedNames) -> None:
    assert next(iter(names.nearest("requsts", 2))) == "requests"


def test_nearest_finds_rare_names_one_edit_away(names: PublishedNames) -> None:
    assert "obscure-thing" in names.nearest("obscure-thinh", 3)


def test_nearest_of_something_quite_different_is_empty(names: PublishedNames) -> None:
    assert list(names.nearest("qqqqqqqqqqqq", 3)) == []


@pytest.mark.parametrize("damage", ["missing", "empty", "truncated", "garbage"])
def test_a_missing_or_damaged_index_means_that_nothing_is_known(
    tmp_path: Path, damage: str
) -> None:
    build(TABLE.splitlines(keepends=True), tmp_path)
    file = tmp_path / INDEX_FILE
    data = file.read_bytes()
    match damage:
        case "missing":
            file.unlink()
        case "empty":
            file.write_bytes(b"")
        case "truncated":
            file.write_bytes(data[: len(data) // 2])
        case "garbage":
            file.write_bytes(b"\xff" * len(data))
    broken = PublishedNames(tmp_path)
    assert broken.known is False
    assert "requests" not in broken
    assert list(broken.nearest("requests", 3)) == []


def test_the_shipped_index_knows_well_known_names() -> None:
    shipped = PublishedNames()
    assert shipped.known
    for name in ("requests", "numpy", "django", "scikit-learn", "opencv-python", "pyyaml"):
        assert name in shipped
    assert "no-such-distribution-was-ever-published-here" not in shipped
    assert "requests" in shipped.nearest("reqeusts", 3)


def test_a_name_run_together_is_spelled_out_by_popular_ones(names: PublishedNames) -> None:
    assert list(names.spelled_out("requestsmock")) == ["requests-mock"]
    assert list(names.spelled_out("FlaskLogin")) == ["flask-login"]
    # one word alone, an underscore, and what nobody uses do not count
    for module in ("flask", "flask_login", "obscurething", ""):
        assert list(names.spelled_out(module)) == []


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("reqests", "requests"),
        ("Reqeusts", "requests"),
        ("flassk", "flask"),
        ("requests", None),
        ("rqsts", None),
        ("flsk", None),
    ],
)
def test_a_slip_of_the_finger_resembles_the_popular_name(
    names: PublishedNames, name: str, meant: str | None
) -> None:
    assert names.resembled(name) == meant
