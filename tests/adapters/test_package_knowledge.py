import os
from pathlib import Path

from autovet.adapters.package_knowledge import PackageKnowledge


def install(site: Path, name: str, version: str) -> None:
    info = site / f"{name}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Name: {name}\nVersion: {version}\n")
    (info / "RECORD").write_text(f"{name}.py,,\n")
    (site / f"{name}.py").write_text("")


def test_it_sees_what_is_installed_in_its_own_environment() -> None:
    knowledge = PackageKnowledge()
    modules = knowledge.installed_modules(None)
    assert modules is not None
    assert modules["packaging"] == ("packaging",)
    assert "packaging" in knowledge.installed_versions(None)


def test_an_unreadable_environment_is_unknown(tmp_path: Path) -> None:
    knowledge = PackageKnowledge()
    assert knowledge.installed_modules(str(tmp_path)) is None
    assert knowledge.installed_versions(str(tmp_path)) == {}


def test_a_later_installation_is_noticed(tmp_path: Path) -> None:
    site = tmp_path / "lib/python3.11/site-packages"
    install(site, "first", "1.0")
    knowledge = PackageKnowledge(fresh_s=0)
    assert set(knowledge.installed_modules(str(tmp_path)) or ()) == {"first"}
    install(site, "second", "2.0")
    os.utime(site, (1, 1))
    assert set(knowledge.installed_modules(str(tmp_path)) or ()) == {"first", "second"}
    assert knowledge.installed_versions(str(tmp_path)) == {"first": "1.0", "second": "2.0"}


def test_without_an_index_nothing_is_known_about_publication(tmp_path: Path) -> None:
    knowledge = PackageKnowledge(index=tmp_path)
    assert knowledge.is_published("requests") is None
    assert list(knowledge.nearest("requests")) == []


def test_the_shipped_index_answers() -> None:
    knowledge = PackageKnowledge()
    assert knowledge.is_published("Requests") is True
    assert knowledge.is_published("no-such-distribution-was-ever-published-here") is False
