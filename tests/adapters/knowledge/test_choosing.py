from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from autovet.adapters.knowledge.choosing import choose
from autovet.adapters.knowledge.wheel_store import IndexedWheel

INDEXED = [
    IndexedWheel(canonicalize_name(name), Version(version), Path(name, version))
    for name, version in [("fish", "1.5.3"), ("fish", "2.1"), ("fish", "2.0"), ("crab", "0.9rc1")]
]


@pytest.mark.parametrize(
    ("wanted", "installed", "named", "expected"),
    [
        ({}, {}, False, ["crab 0.9rc1", "fish 2.1"]),
        ({"fish": "<2"}, {}, False, ["crab 0.9rc1", "fish 1.5.3"]),
        ({"fish": ">=2,<2.1", "crab": ">=1"}, {}, False, ["fish 2.0"]),
        ({"fish": "==3.0"}, {}, False, ["crab 0.9rc1"]),
        # what a named environment holds is what the code will meet
        ({"fish": "<2"}, {"fish": "2.2"}, True, ["crab 0.9rc1"]),
        # Autovet's own packages are no evidence against the project's declarations
        ({"fish": "<2"}, {"fish": "2.2"}, False, ["crab 0.9rc1", "fish 1.5.3"]),
        ({"fish": ">=2"}, {"fish": "2.2"}, False, ["crab 0.9rc1"]),
        ({}, {"fish": "not a version", "crab": "1"}, False, []),
    ],
)
def test_the_newest_that_the_project_allows_stands_in_for_what_is_not_installed(
    wanted: dict[str, str], installed: dict[str, str], named: bool, expected: list[str]
) -> None:
    allowed = {name: SpecifierSet(text) for name, text in wanted.items()}
    chosen = choose(INDEXED, allowed, installed, environment_named=named)
    assert [f"{wheel.name} {wheel.version}" for wheel in chosen] == expected
