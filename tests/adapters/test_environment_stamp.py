import os

from autovet.adapters.environment_stamp import EnvironmentStamp


def test_it_changes_with_what_is_installed(tmp_path):
    packages = tmp_path / "lib" / "python3.11" / "site-packages"
    packages.mkdir(parents=True)
    now = [0.0]
    stamp = EnvironmentStamp(lambda: now[0])
    before = stamp(str(tmp_path))
    os.utime(packages, ns=(1, 1))
    assert stamp(str(tmp_path)) == before  # looked at once a second at most
    now[0] = 2.0
    assert stamp(str(tmp_path)) != before


def test_an_interpreter_stands_for_its_environment(tmp_path):
    (tmp_path / "bin").mkdir()
    python = tmp_path / "bin" / "python"
    python.touch()
    (tmp_path / "lib" / "python3.12" / "site-packages").mkdir(parents=True)
    stamp = EnvironmentStamp()
    assert stamp(str(python)) == stamp(str(tmp_path))
    assert EnvironmentStamp()(None)
