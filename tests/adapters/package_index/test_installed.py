from pathlib import Path

import pytest

from autovet.adapters.package_index.installed import read_directory, site_directories, united


def distribution(
    site: Path, name: str, version: str, files: dict[str, str], top_level: str = ""
) -> None:
    info = site / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n\nText.\n"
    )
    for path, text in files.items():
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_text(text)
    (info / "RECORD").write_text("".join(f"{path},,\n" for path in files))
    if top_level:
        (info / "top_level.txt").write_text(top_level)


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    site = tmp_path / "venv/lib/python3.12/site-packages"
    distribution(site, "Python-Dates", "2.1", {"dates/__init__.py": "", "dates/parser.py": ""})
    distribution(site, "half-a", "1.0", {"whole/a/__init__.py": ""})
    distribution(site, "half-b", "1.1", {"whole/b/__init__.py": ""})
    distribution(site, "speedy", "0.3", {"_speedy.cpython-312-x86_64-linux-gnu.so": ""}, "speedy\n")
    (site / "loose.py").write_text("raise SystemExit('nothing may be run')\n")
    (tmp_path / "venv/pyvenv.cfg").write_text(
        "home = /nowhere/bin\ninclude-system-site-packages = false\n"
    )
    (tmp_path / "venv/bin").mkdir()
    (tmp_path / "venv/bin/python").write_text("")
    return tmp_path / "venv"


def test_modules_are_told_with_the_distributions_that_provide_them(venv: Path) -> None:
    [site] = site_directories(str(venv))
    found = read_directory(site)
    assert found.modules["dates"] == ("python-dates",)
    assert found.modules["whole"] == ("half-a", "half-b")
    assert found.modules["_speedy"] == ("speedy",)
    assert found.modules["speedy"] == ("speedy",)
    assert found.modules["loose"] == ()
    assert found.versions == {
        "python-dates": "2.1",
        "half-a": "1.0",
        "half-b": "1.1",
        "speedy": "0.3",
    }


def test_an_interpreter_stands_for_its_environment(venv: Path) -> None:
    assert site_directories(str(venv / "bin/python")) == site_directories(str(venv))


def test_the_base_installation_counts_only_when_it_is_let_in(venv: Path, tmp_path: Path) -> None:
    base = tmp_path / "base/lib/python3.12/site-packages"
    distribution(base, "basic", "1", {"basic.py": ""})
    config = venv / "pyvenv.cfg"
    config.write_text(f"home = {tmp_path / 'base/bin'}\ninclude-system-site-packages = false\n")
    assert base not in site_directories(str(venv))
    config.write_text(f"home = {tmp_path / 'base/bin'}\ninclude-system-site-packages = true\n")
    assert base in site_directories(str(venv))


def test_a_development_install_is_followed_to_its_sources(venv: Path, tmp_path: Path) -> None:
    (tmp_path / "work/src/homemade").mkdir(parents=True)
    [site] = site_directories(str(venv))
    (site / "homemade.pth").write_text(
        f"# comment\nimport os\n{tmp_path / 'work/src'}\n/no/such/place\n"
    )
    assert "homemade" in read_directory(site).modules


def test_no_environment_has_no_directories(tmp_path: Path) -> None:
    assert site_directories(str(tmp_path / "nothing")) == []


def test_the_version_found_first_wins(venv: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    distribution(other, "half-a", "9.9", {"more.py": ""})
    [site] = site_directories(str(venv))
    both = united([read_directory(site), read_directory(other)])
    assert both.versions["half-a"] == "1.0"
    assert both.modules["more"] == ("half-a",)
