"""Where a file is said to come from."""

import sysconfig
from pathlib import Path

import pytest

from autovet.adapters.api_index.places import SearchPath
from autovet.adapters.ty.library_evidence import Provenance

LIBRARY = Path(sysconfig.get_path("stdlib"))


@pytest.mark.parametrize(
    ("path", "file"),
    [
        (LIBRARY / "pathlib.py", "pathlib.py"),
        (Path("/opt/tool/typeshed/stdlib/json/__init__.pyi"), "json/__init__.pyi"),
    ],
)
def test_the_standard_library(path: Path, file: str, tmp_path: Path) -> None:
    found = Provenance(SearchPath([tmp_path])).of(path, "Owner")
    assert found == {"distribution": "the standard library", "file": file, "owner": "Owner"}


def test_a_file_of_the_project_that_was_shown_is_of_no_distribution(tmp_path: Path) -> None:
    found = Provenance(SearchPath([tmp_path / "site"])).of(tmp_path / "shown" / "models.py", "")
    assert found == {"file": "models.py"}
