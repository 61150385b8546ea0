"""Libraries that are not installed, judged from indexed wheels; a damaged store harms nothing."""

import asyncio
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from made_wheels import make_wheel

from autovet import AutonomousAIOrchestrationLayer
from autovet.adapters.knowledge.wheel_store import WheelStore
from autovet.adapters.package_index.names import INDEX_FILE
from autovet.adapters.package_knowledge import PackageKnowledge

OLD = {"seafood/__init__.py": "def grill(fish): ...\n", "seafood/py.typed": ""}
NEW = {
    "seafood/__init__.py": "def bake(fish, *, minutes=1): ...\n\n\nclass Oven:\n    def heat(self): ...\n",
    "seafood/sauces.py": "MAYO = 1\n",
}
GRILL = "import seafood\nseafood.grill(1)\n"
BAKE = "from seafood import bake\nbake(1, minutes=2)\n"


@pytest.fixture
def knowledge(tmp_path: Path) -> Path:
    store = WheelStore(tmp_path / "own" / "wheels")
    for version, files in (("1.5", OLD), ("2.1", NEW)):
        store.add(make_wheel(tmp_path, "seafood", version, files))
    return tmp_path / "own"


def judge(
    knowledge: Path, tmp_path: Path, cases: list[tuple[str, Mapping[str, Any]]]
) -> list[dict[str, Any]]:
    store = f"sqlite+aiosqlite:///{tmp_path}/a.db"

    async def run() -> list[dict[str, Any]]:
        async with AutonomousAIOrchestrationLayer(
            store_url=store, background=False, knowledge=knowledge
        ) as layer:
            common = {"execute": False, "heal": "none", "environment": None}
            return [
                await layer.autonomous_orchestrate_validation(code, {**common, **context})
                for code, context in cases
            ]

    return asyncio.run(run())


def errors(result: dict[str, Any]) -> list[tuple[str, int]]:
    assert result["factual_accuracy"]["status"] != "undecided", result["factual_accuracy"]["reason"]
    findings = result["factual_accuracy"]["findings"]
    return [(f["rule"], f["line"]) for f in findings if f["severity"] == "error"]


def test_the_declared_version_decides_which_wheel_counts(knowledge: Path, tmp_path: Path) -> None:
    old = {"dependencies": ["seafood<2"]}
    new = {"pyproject": '[project]\nname = "x"\ndependencies = ["seafood>=2"]\n'}
    pinned = {"files": {"requirements.txt": "seafood==1.5\n", "app/a.py": ""}, "path": "app/b.py"}
    results = judge(
        knowledge,
        tmp_path,
        [
            (GRILL, old), (BAKE, old), (GRILL, new), (BAKE, new), (GRILL, pinned), (BAKE, pinned),
            (GRILL, {}), (BAKE, {}),
            ("import seafood\nseafood.Oven().cool()\nseafood.bake(1, hours=2)\n", new),
            ("from seafood.sauces import MAYO, AIOLI\n", new),
            ("from seafood.sauces import MAYO\n", {"dependencies": ["seafood==9"]}),
        ],
    )  # fmt: skip
    found = [errors(result) for result in results]
    absent, member = "nonexistent-attribute", "nonexistent-member"
    assert found[:6] == [[], [(member, 1)], [(absent, 2)], [], [], [(member, 1)]]
    assert found[6:8] == [[(absent, 2)], []], "without a declaration the newest counts"
    assert [line for _, line in found[8]] == [2, 3]
    assert found[9] == [(member, 1)]
    assert found[10] == [], "no indexed version is allowed, so nothing is known"


def test_what_is_installed_in_a_named_environment_counts_before_any_wheel(
    knowledge: Path, tmp_path: Path
) -> None:
    site = tmp_path / "env/lib/python3.12/site-packages"
    info = site / "seafood-1.5.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Name: seafood\nVersion: 1.5\n")
    (site / "seafood.py").write_text("def grill(fish): ...\n")
    named = {"environment": str(tmp_path / "env"), "dependencies": ["seafood"]}
    first, second = judge(knowledge, tmp_path, [(GRILL, named), (BAKE, named)])
    assert errors(first) == []
    assert errors(second) == [("nonexistent-member", 1)]


def test_packages_beside_autovet_give_way_to_what_the_project_declares(tmp_path: Path) -> None:
    code = "from pydantic import BaseSettings, validator\n\n\nclass S(BaseSettings):\n    x: int\n"
    old, new = judge(
        tmp_path / "own",
        tmp_path,
        [(code, {"dependencies": ["pydantic<2"]}), (code, {"dependencies": ["pydantic>=2"]})],
    )
    assert errors(old) == []
    assert any("pydantic" in entry["what"] for entry in old["factual_accuracy"]["unverified"])
    assert errors(new) == [("removed-library-api", 1)]


def damage(knowledge: Path, how: str) -> None:
    wheel = knowledge / "wheels" / "seafood-2.1"
    match how:
        case "no directory":
            shutil.rmtree(knowledge)
        case "a file":
            shutil.rmtree(knowledge / "wheels")
            (knowledge / "wheels").write_text("")
        case "an empty wheel":
            shutil.rmtree(wheel)
            wheel.mkdir()
        case "no metadata":
            shutil.rmtree(wheel / "seafood-2.1.dist-info")
            (wheel / "broken.dist-info").mkdir()
            (wheel / "broken.dist-info" / "METADATA").write_bytes(b"\xff\xfe\x00")
        case "a broken index":
            (knowledge / "names").mkdir()
            (knowledge / "names" / INDEX_FILE).write_bytes(b"We love Marisa.\0" + b"\xff" * 99)


@pytest.mark.parametrize(
    "how", ["no directory", "a file", "an empty wheel", "no metadata", "a broken index"]
)
def test_a_damaged_store_is_no_reason_to_fail(knowledge: Path, how: str) -> None:
    damage(knowledge, how)
    known = PackageKnowledge(knowledge=knowledge).for_project(None, dict)
    assert known.is_published("requests") is True
    assert "packaging" in (known.installed_modules(None) or {})


def test_damage_leaves_the_rest_of_the_verdict_as_it_was(knowledge: Path, tmp_path: Path) -> None:
    damage(knowledge, "an empty wheel")
    damage(knowledge, "a broken index")
    code = (
        "import json\nimport nobody_published_this_one\njson.dumpz(1)\n\n\ndef f(a=[]): return a\n"
    )
    plain = "import json\njson.dumpz(1)\n\n\ndef f(a=[]): return a\n"
    missing = {"environment": str(tmp_path / "nowhere")}
    result, without = judge(knowledge, tmp_path, [(code, {}), (plain, missing)])
    assert ("nonexistent-attribute", 3) in errors(result)
    assert ("nonexistent-package", 2) in errors(result)
    assert without["factual_accuracy"]["status"] == "undecided"
    assert "no environment" in without["factual_accuracy"]["reason"]
    for verdict in (result, without):
        assert "mutable-default" in {f["rule"] for f in verdict["code_quality"]["findings"]}
