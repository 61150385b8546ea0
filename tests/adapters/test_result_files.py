"""What was written comes back whole or not at all, in as much room as there is."""

import os
import subprocess
import sys

import pytest

from autovet.adapters.result_files import ResultFiles


def _files(tmp_path, most=1_000_000, *settings):
    files = ResultFiles(tmp_path / "results", most, settings)
    files.prepare()
    return files


def _only(tmp_path):
    (place,) = (tmp_path / "results").glob("*.result")
    return place


def test_another_object_finds_what_was_written(tmp_path):
    assert _files(tmp_path).write("k", b"body")
    later = _files(tmp_path)
    assert later.holds("k")
    assert later.read("k") == b"body"
    assert later.read("other") is None


def test_another_setting_does_not(tmp_path):
    _files(tmp_path).write("k", b"body")
    assert _files(tmp_path, 1_000_000, "ignore this rule").read("k") is None


def test_a_changed_file_that_results_rest_on_does_not(tmp_path):
    table = tmp_path / "table.toml"
    table.write_text("one")
    made = [ResultFiles(tmp_path / "results", 1_000_000, files=[table]) for _ in range(2)]
    made[0].prepare()
    made[0].write("k", b"body")
    os.utime(table, ns=(1, 1))
    made[1].prepare()
    assert made[1].read("k") is None


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:-1],
        lambda data: b"",
        lambda data: data[:40] + bytes([data[40] ^ 1]) + data[41:],
        lambda data: data + b"more",
        lambda data: b"\0" * len(data),
    ],
    ids=["torn", "emptied", "one bit", "longer", "zeros"],
)
def test_a_damaged_file_is_absent_and_goes(tmp_path, damage):
    files = _files(tmp_path)
    files.write("k", b"a body of some length")
    place = _only(tmp_path)
    place.write_bytes(damage(place.read_bytes()))
    assert files.read("k") is None
    assert not files.holds("k")


def test_a_file_under_the_name_of_another_key_is_absent(tmp_path):
    files = _files(tmp_path)
    files.write("mine", b"body")
    mine = _only(tmp_path)
    files.write("yours", b"other body")
    (yours,) = set((tmp_path / "results").glob("*.result")) - {mine}
    yours.write_bytes(mine.read_bytes())
    assert files.read("yours") is None


def test_what_was_used_longest_ago_makes_room(tmp_path):
    files = _files(tmp_path, 100_000)
    body = b"x" * 5_000
    for number in range(40):
        assert files.write(str(number), body)
        for place in (tmp_path / "results").iterdir():
            os.utime(place, (place.stat().st_mtime - 60,) * 2)
        files.read("0")
    size = sum(place.stat().st_size for place in (tmp_path / "results").iterdir())
    assert size <= 110_000
    assert files.holds("0")
    assert not files.holds("1")
    assert files.holds("39")


def test_one_that_is_too_large_is_not_written(tmp_path):
    files = _files(tmp_path, 16_000)
    assert not files.write("k", b"x" * 2_000)
    assert not files.holds("k")


def test_a_directory_that_cannot_be_made_costs_nothing_but_the_results(tmp_path):
    (tmp_path / "results").write_text("a file is in the way")
    files = _files(tmp_path)
    assert not files.write("k", b"body")
    assert files.read("k") is None


def test_only_the_owner_may_look(tmp_path):
    _files(tmp_path).write("k", b"body")
    assert (tmp_path / "results").stat().st_mode & 0o077 == 0
    assert _only(tmp_path).stat().st_mode & 0o077 == 0


def test_processes_that_write_the_same_key_leave_one_whole_body(tmp_path):
    code = (
        "import sys; from pathlib import Path; from autovet.adapters.result_files import ResultFiles\n"
        "files = ResultFiles(Path(sys.argv[1]), 1_000_000); files.prepare()\n"
        "for n in range(200):\n"
        "    files.write('k', sys.argv[2].encode() * 10_000)\n"
        "    assert len(set(files.read('k'))) == 1\n"
    )
    place = str(tmp_path / "results")
    running = [subprocess.Popen([sys.executable, "-c", code, place, each]) for each in "ab"]
    assert [process.wait(60) for process in running] == [0, 0]
    assert _files(tmp_path).read("k") in {b"a" * 10_000, b"b" * 10_000}
    assert not list((tmp_path / "results").glob("*.tmp"))
