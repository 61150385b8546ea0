from pathlib import Path

from autovet.domain.category import Category
from autovet.interfaces.reports.reproducers import write_reproducers


def test_one_file_for_each_failing_call(tmp_path: Path) -> None:
    def finding(identity: str, evidence: dict[str, str]) -> dict[str, object]:
        return {
            "rule": "failing-example",
            "id": identity,
            "line": 1,
            "column": 1,
            "evidence": evidence,
        }

    result: dict[str, dict[str, list[object]]] = {c: {"findings": []} for c in Category}
    result[Category.BUSINESS_LOGIC]["findings"] = [
        finding("a1", {"reproducer": "def test_f():\n    assert False\n"}),
        finding("b2", {}),
    ]
    folder = tmp_path / "deep" / "tests"
    for _ in range(2):
        written = write_reproducers({"files": {"m.py": result}}, folder)
        assert [file.name for file in written] == ["test_failing_example_a1.py"]
    assert [file.name for file in folder.iterdir()] == ["test_failing_example_a1.py"]
    assert write_reproducers({"files": {}}, tmp_path / "none") == []
    assert not (tmp_path / "none").exists()
