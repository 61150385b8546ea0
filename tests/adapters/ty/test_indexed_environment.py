from pathlib import Path

import pytest

from autovet.adapters.ty.environment import Environment, find_environment
from autovet.adapters.ty.indexed_environment import IndexedEnvironments
from autovet.domain.libraries import Libraries


@pytest.fixture
def installed(tmp_path: Path) -> Environment:
    site = tmp_path / "env/lib/python3.12/site-packages"
    for name in ("fish", "fish_tank"):
        (site / name).mkdir(parents=True)
        (site / name / "__init__.py").write_text("")
    (site / "linked.pth").write_text("/elsewhere/src\nimport nothing\n")
    (tmp_path / "env/pyvenv.cfg").write_text("version = 3.12.1\n")
    return find_environment(str(tmp_path / "env"))


def shown(environment: Environment) -> list[Path]:
    [file] = Path(environment.python).glob("lib/python3.12/site-packages/*.pth")
    return [Path(line) for line in file.read_text("utf-8").splitlines()]


def test_nothing_to_change_leaves_the_environment_alone(installed: Environment) -> None:
    assert IndexedEnvironments().change(installed, Libraries()) is installed


def test_indexed_libraries_come_first_and_linked_sources_stay(installed: Environment) -> None:
    made = IndexedEnvironments()
    changed = made.change(installed, Libraries(indexed=("/wheels/crab-1.0",)))
    assert shown(changed) == [
        Path("/wheels/crab-1.0"), *installed.site_packages, Path("/elsewhere/src")
    ]  # fmt: skip
    assert (Path(changed.python) / "pyvenv.cfg").read_text() == "version = 3.12.1\n"
    assert made.change(installed, Libraries(indexed=("/wheels/crab-1.0",))) is changed
    made.remove()
    assert not Path(changed.python).exists()
    assert installed.site_packages[0].is_dir()


def test_what_is_hidden_is_the_only_thing_that_is_gone(installed: Environment) -> None:
    made = IndexedEnvironments()
    first, *_ = shown(made.change(installed, Libraries(hidden=("fish",))))
    assert sorted(path.name for path in first.iterdir()) == ["fish_tank", "linked.pth"]
    made.remove()
    assert (installed.site_packages[0] / "fish" / "__init__.py").is_file()
