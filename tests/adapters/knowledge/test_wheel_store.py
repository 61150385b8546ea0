import stat
import zipfile
from pathlib import Path

import pytest
from made_wheels import make_wheel

from autovet.adapters.knowledge import wheel_file
from autovet.adapters.knowledge.wheel_store import WheelStore
from autovet.adapters.package_index.installed import read_directory
from autovet.domain.errors import KnowledgeError

SOURCE = "def swim(metres): ...\n"


@pytest.fixture
def store(tmp_path: Path) -> WheelStore:
    return WheelStore(tmp_path / "knowledge" / "wheels")


def listed(store: WheelStore) -> list[str]:
    return [f"{wheel.name}=={wheel.version}" for wheel in store.indexed()]


def test_a_wheel_is_listed_with_its_modules_and_only_with_what_can_be_read(
    store: WheelStore, tmp_path: Path
) -> None:
    wheel = make_wheel(
        tmp_path,
        "Sea_Food",
        "1.2",
        {
            "seafood/__init__.py": SOURCE,
            "seafood/py.typed": "",
            "seafood/_fast.cpython-311-x86_64-linux-gnu.so": b"\x7fELF not for us",
            "seafood/data/prices.bin": b"x" * 1000,
            "Sea_Food-1.2.data/purelib/sardine.py": "",
            "Sea_Food-1.2.data/scripts/install.py": "raise SystemExit",
        },
    )
    added = store.add(wheel)
    assert listed(store) == ["sea-food==1.2"]
    held = {p.relative_to(added.directory).as_posix(): p for p in added.directory.rglob("*.*")}
    assert held["seafood/__init__.py"].read_text("utf-8") == SOURCE
    assert held["seafood/_fast.cpython-311-x86_64-linux-gnu.so"].read_bytes() == b""
    assert not {name for name in held if name.endswith(("prices.bin", "install.py"))}
    found = read_directory(added.directory)
    assert found.modules == {"seafood": ("sea-food",), "sardine": ("sea-food",)}
    assert found.versions == {"sea-food": "1.2"}


def test_versions_stand_beside_each_other_and_go_one_by_one(
    store: WheelStore, tmp_path: Path
) -> None:
    for version in ("1.0", "2.0rc1", "10.0"):
        store.add(make_wheel(tmp_path, "fish", version, {"fish.py": ""}))
    store.add(make_wheel(tmp_path, "fish_tank", "1.0", {"tank.py": ""}))
    assert listed(store) == ["fish==1.0", "fish==2.0rc1", "fish==10.0", "fish-tank==1.0"]
    assert [str(gone.version) for gone in store.remove("Fish", "2.0rc1")] == ["2.0rc1"]
    assert len(store.remove("fish")) == 2
    assert listed(store) == ["fish-tank==1.0"]


@pytest.mark.parametrize(("name", "version"), [("crab", None), ("fish", "9"), ("fish", "new")])
def test_removing_what_is_not_there_removes_nothing(
    store: WheelStore, tmp_path: Path, name: str, version: str | None
) -> None:
    store.add(make_wheel(tmp_path, "fish", "1.0", {"fish.py": ""}))
    with pytest.raises(KnowledgeError):
        store.remove(name, version)
    assert listed(store) == ["fish==1.0"]


def test_the_same_version_again_replaces_the_first(store: WheelStore, tmp_path: Path) -> None:
    store.add(make_wheel(tmp_path, "fish", "1.0", {"fish.py": "", "old.py": ""}))
    again = store.add(make_wheel(tmp_path, "fish", "1.0", {"fish.py": SOURCE}))
    assert (again.directory / "fish.py").read_text("utf-8") == SOURCE
    assert not (again.directory / "old.py").exists()
    assert [path.name for path in store.directory.iterdir()] == ["fish-1.0"]


@pytest.mark.parametrize(
    "path",
    ["../outside.py", "/tmp/outside.py", "fish/../../outside.py", "C:outside.py", "a\\b.py"],
)
def test_a_path_that_leads_outside_is_refused(store: WheelStore, tmp_path: Path, path: str) -> None:
    wheel = make_wheel(tmp_path, "fish", "1.0", {"fish.py": "", path: "escaped = True"})
    with pytest.raises(KnowledgeError, match="unsafe path"):
        store.add(wheel)
    assert listed(store) == []
    assert not list(tmp_path.rglob("outside.py"))
    assert list(store.directory.iterdir()) == []


def test_a_link_is_refused(store: WheelStore, tmp_path: Path) -> None:
    wheel = make_wheel(tmp_path, "fish", "1.0", {"fish.py": ""})
    link = zipfile.ZipInfo("fish_link.py")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(wheel, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(KnowledgeError, match="link"):
        store.add(wheel)


def test_the_same_file_twice_is_refused(store: WheelStore, tmp_path: Path) -> None:
    wheel = make_wheel(
        tmp_path, "fish", "1.0", {"fish.py": "", "fish-1.0.data/purelib/fish.py": ""}
    )
    with pytest.raises(KnowledgeError, match="twice"):
        store.add(wheel)


def test_a_bomb_is_refused_before_it_fills_the_disk(store: WheelStore, tmp_path: Path) -> None:
    big = b"#" * (wheel_file.BIGGEST_FILE + 1)
    wheel = make_wheel(tmp_path, "fish", "1.0", {"fish.py": big})
    assert wheel.stat().st_size < 100_000
    with pytest.raises(KnowledgeError, match="too much"):
        store.add(wheel)
    assert list(store.directory.iterdir()) == []


def test_many_files_that_are_too_much_together_are_refused(
    store: WheelStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wheel_file, "MOST_BYTES", 50_000)
    files = {f"fish/m{n}.py": "#" * 10_000 for n in range(6)}
    with pytest.raises(KnowledgeError, match="too much"):
        store.add(make_wheel(tmp_path, "fish", "1.0", files))
    monkeypatch.setattr(wheel_file, "MOST_FILES", 5)
    with pytest.raises(KnowledgeError, match="more than 5"):
        store.add(make_wheel(tmp_path, "fish", "1.0", files))


def test_a_header_that_understates_the_size_does_not_help(
    store: WheelStore, tmp_path: Path
) -> None:
    wheel = make_wheel(tmp_path, "fish", "1.0", {"fish.py": b"#" * 5_000_000})
    data = wheel.read_bytes()
    wheel.write_bytes(data.replace((5_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little")))
    with pytest.raises(KnowledgeError):
        store.add(wheel)
    assert listed(store) == []


@pytest.mark.parametrize("damage", ["text", "empty", "truncated", "flipped"])
def test_what_is_no_wheel_is_refused(store: WheelStore, tmp_path: Path, damage: str) -> None:
    wheel = make_wheel(tmp_path, "fish", "1.0", {"fish.py": SOURCE * 500})
    data = wheel.read_bytes()
    damaged = {
        "text": b"<html>404</html>",
        "empty": b"",
        "truncated": data[:-40],
        "flipped": data[:60] + bytes(b ^ 0xFF for b in data[60:90]) + data[90:],
    }
    wheel.write_bytes(damaged[damage])
    with pytest.raises(KnowledgeError, match=r"fish-1\.0"):
        store.add(wheel)
    assert listed(store) == []


@pytest.mark.parametrize(
    ("metadata", "complaint"),
    [
        ("Name: crab\nVersion: 1.0\n", "named wrongly"),
        ("Name: fish\nVersion: 2.0\n", "named wrongly"),
        ("Name: fish\n", "which version"),
    ],
)
def test_a_wheel_that_is_something_else_is_refused(
    store: WheelStore, tmp_path: Path, metadata: str, complaint: str
) -> None:
    with pytest.raises(KnowledgeError, match=complaint):
        store.add(make_wheel(tmp_path, "fish", "1.0", {"fish.py": ""}, metadata=metadata))


def test_names_that_are_no_wheels(store: WheelStore, tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="no file"):
        store.add(tmp_path / "absent-1.0-py3-none-any.whl")
    other = tmp_path / "fish-1.0.tar.gz"
    other.write_bytes(b"")
    with pytest.raises(KnowledgeError, match="named like a wheel"):
        store.add(other)


def test_a_wheel_without_modules_is_refused(store: WheelStore, tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="no Python module"):
        store.add(make_wheel(tmp_path, "fish", "1.0", {"fish/readme.txt": ""}))


def test_what_lies_around_in_the_directory_is_no_wheel(store: WheelStore, tmp_path: Path) -> None:
    store.add(make_wheel(tmp_path, "fish", "1.0", {"fish.py": ""}))
    (store.directory / "notes.txt").write_text("")
    (store.directory / ".unfinished-1.0").mkdir()
    (store.directory / "crab-new").mkdir()
    (store.directory / "link-1.0").symlink_to(tmp_path)
    assert listed(store) == ["fish==1.0"]
