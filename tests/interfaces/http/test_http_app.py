"""The service over HTTP, with a real layer behind it."""

import asyncio

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from autovet.interfaces.http.app import MOST_BYTES, make_app
from autovet.layer import AutonomousAIOrchestrationLayer

BAD = "import subprocess\n\ndef run(command):\n    return subprocess.run(command, shell=True)\n"


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """What one running service says to one client."""
    directory = tmp_path_factory.mktemp("service")

    async def main():
        layer = AutonomousAIOrchestrationLayer(
            store_url=f"sqlite:///{directory / 'a.db'}", background=False
        )
        app = make_app(layer)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(
                transport=httpx.ASGITransport(app), base_url="http://service"
            ) as client,
        ):
            posts = {
                "bad": {"code": BAD, "context": {"path": "a.py"}},
                "wrong type": {"code": "x = 1", "context": {"python": 3}},
                "root": {"code": "x = 1", "context": {"root": "/etc"}},
                "no code": {"context": {}},
                "list": [1],
            }
            found = {
                name: await client.post("/validate", json=body) for name, body in posts.items()
            }
            found["no json"] = await client.post("/validate", content=b"{")
            found["huge"] = await client.post("/validate", content=b" " * (MOST_BYTES + 1))
            for name in ("health", "status", "metrics"):
                found[name] = await client.get(f"/{name}")
            return found

    return asyncio.run(main())


def test_code_is_validated(answers):
    assert answers["bad"].status_code == 200
    result = answers["bad"].json()
    assert result["security"]["findings"]
    assert result["meta"]["path"] == "a.py"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("wrong type", "python"),
        ("root", "context.root"),
        ("no code", '"code"'),
        ("list", '"code"'),
        ("no json", "no JSON"),
        ("huge", "at most"),
    ],
)
def test_a_wrong_request_gets_a_clear_answer(answers, name, words):
    assert answers[name].status_code == 400
    assert words in answers[name].json()["error"]


def test_health_and_status(answers):
    assert answers["health"].json()["health"] in {"healthy", "degraded"}
    assert answers["health"].status_code == 200
    assert "monitoring_engine" in answers["status"].json()


def test_prometheus_reads_the_metrics(answers):
    assert answers["metrics"].headers["content-type"].startswith("text/plain; version=0.0.4")
    families = {f.name: f for f in text_string_to_metric_families(answers["metrics"].text)}
    verdicts = {s.labels["verdict"]: s.value for s in families["autovet_validations"].samples}
    assert sum(verdicts.values()) == 1
    seconds = families["autovet_validation_seconds"]
    assert seconds.type == "histogram"
    counts = [s.value for s in seconds.samples if s.name.endswith("_bucket")]
    assert counts == sorted(counts)
    assert counts[-1] == 1
    up = {s.labels["component"]: s.value for s in families["autovet_component_up"].samples}
    assert {"ruff", "ty", "workers", "store", "sandbox"} <= set(up)
    stages = {s.labels["stage"] for s in families["autovet_stage_seconds"].samples}
    assert {"ruff", "ty", "checks"} <= stages
