"""Tables of a user's own: what they change, and what is said about mistakes in them."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from autovet import AutonomousAIOrchestrationLayer
from autovet.checks.security.taint.models import Models
from autovet.checks.security.taint.tables import read_models
from autovet.domain.errors import SettingsError

OWN = """
[source]
"harbour.inbox.next_message" = { kind = "request" }
".cargo_note" = { kind = "request" }

[[sink]]
kind = "shell"
calls = ["harbour.cranes.order"]
arguments = [0, "line"]

[[effect]]
action = "keep"
calls = ["harbour.words.plain"]
safe = ["shell"]

[predicate]
"harbour.words.is_known" = ["shell"]
"""
HEAD = "import os\nfrom harbour import cranes, inbox, words\n\n\n"


def own(folder: Path, text: str = OWN) -> Path:
    path = folder / "own.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_own_tables_come_beside_ours(tmp_path: Path) -> None:
    models, ours = read_models(own(tmp_path)), read_models()
    assert isinstance(models, Models)
    assert models.sinks["harbour.cranes.order"][0].keywords == ("line",)
    assert set(ours.sinks) < set(models.sinks)
    assert models.stated >= {"harbour.words.plain", "harbour.inbox.next_message"}
    assert not ours.stated


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[sources]\n", "there is no table 'sources'"),
        ("[sink]\n", "write [[sink]]"),
        ('[[sink]]\nkind = "sql"\n', "sink 1 has no 'calls'"),
        ('[[sink]]\nkind = "sqll"\ncalls = ["a.b"]\n', "kind 'sqll' is none of"),
        ('[[sink]]\nkind = "sql"\ncalls = "a.b"\n', "'calls' must be a list"),
        ('[[sink]]\nkind = "sql"\ncalls = [1]\n', "holds something that is no name"),
        ('[[effect]]\ncalls = ["a.b"]\naction = "wash"\n', "action 'wash' is none of"),
        ('[[effect]]\ncalls = ["a"]\naction = "keep"\nsafe = ["sq"]\n', "'sq' is none of"),
        (
            '[[effect]]\ncalls = ["a"]\naction = "keep"\nsave = ["sql"]\n',
            "nothing is called 'save'",
        ),
        ('[source]\n"a.b" = { kind = "remote" }\n', "kind 'remote' is none of"),
        ('[source]\n"a.b" = "request"\n', "source 'a.b' must be a table"),
        ('[predicate]\n"a.b" = "sql"\n', "predicate 'a.b' must be a list"),
        ('[result]\n"a.b" = 3\n', "result 'a.b' must be a text"),
        ("[source\n", "own.toml"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_models(own(tmp_path, text))
    assert said in str(caught.value)
    assert "own.toml" in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"absent\.toml"):
        read_models(tmp_path / "absent.toml")


def rules(result: dict[str, Any]) -> list[tuple[str, int]]:
    return [(f["rule"], f["line"]) for f in result["security"]["findings"]]


def test_the_workers_know_them_and_the_code_cannot_change_them(tmp_path: Path) -> None:
    bodies = {
        "sink": "def load():\n    cranes.order('lift ' + inbox.next_message())\n",
        "method": "def load(ship):\n    os.system('lift ' + ship.cargo_note())\n",
        "cleaned": "def load():\n    cranes.order('lift ' + words.plain(inbox.next_message()))\n",
        "tested": "def load():\n    m = inbox.next_message()\n    if words.is_known(m):\n        cranes.order('lift ' + m)\n",
    }
    harmless = '[[effect]]\naction = "clean"\ncalls = ["harbour.inbox.next_message"]\n'
    context = {
        "execute": False,
        "heal": "none",
        "path": "dock.py",
        "files": {".autovet/taint.toml": harmless, "taint.toml": harmless},
        "pyproject": '[tool.autovet]\ntaint_models = "taint.toml"\n',
    }

    async def main() -> dict[str, list[tuple[str, int]]]:
        layer = AutonomousAIOrchestrationLayer(
            store_url=f"sqlite+aiosqlite:///{tmp_path / 'own.db'}",
            taint_models=own(tmp_path),
            background=False,
            workers=1,
        )
        async with layer:
            found = {}
            for name, body in bodies.items():
                result = await layer.autonomous_orchestrate_validation(HEAD + body, context)
                found[name] = [r for r in rules(result) if r[0] == "command-injection"]
            return found

    found = asyncio.run(main())
    assert found["sink"] == [("command-injection", 6)]
    assert found["method"] == [("command-injection", 6)]
    assert found["cleaned"] == []
    assert found["tested"] == []


def test_a_layer_with_a_wrong_file_does_not_start(tmp_path: Path) -> None:
    async def main() -> None:
        async with AutonomousAIOrchestrationLayer(
            store_url=f"sqlite+aiosqlite:///{tmp_path / 'own.db'}",
            taint_models=own(tmp_path, "[[sink]]\n"),
            background=False,
        ) as layer:
            await layer.autonomous_orchestrate_validation("x = 1\n", {})

    with pytest.raises(SettingsError, match="sink 1 has no"):
        asyncio.run(main())
