"""The same source, context and state give the same result, and nothing else does."""

import asyncio
import time

import msgspec
from record_examples import finding, validation

from autovet.domain.context import Context
from autovet.domain.policy import AdaptationRule, Policy
from autovet.domain.source import Source
from autovet.engines.healing.proof import Judged
from autovet.engines.optimization.experiments.disk_cache import DiskCache
from autovet.engines.optimization.experiments.result_cache import ResultCache
from autovet.layer import AutonomousAIOrchestrationLayer
from autovet.validation.kept_results import KeptResult, KeptResults

BAD = "import subprocess\n\ndef run(command):\n    return subprocess.run(command, shell=True)\n"


def _result(verdict="pass", *ids):
    findings = [{"id": name, "severity": "warning"} for name in ids]
    return {"verdict": verdict, "security": {"findings": findings}}


def _kept(result):
    return KeptResult(
        msgspec.msgpack.encode(result), validation(1, finding()), Judged("", (), (), True)
    )


def _key(results, text="x = 1\n", version="1", **context):
    return results.key(Source.from_text(text, "a.py"), Context(**context), Policy(version))


def test_the_key_tells_apart_what_matters():
    stamps = {"now": "1"}
    results = KeptResults(lambda _: stamps["now"])
    key = _key(results)
    assert _key(results) == key
    others = [
        _key(results, text="x = 2\n"),
        _key(results, version="2"),
        _key(results, files={"b.py": "y = 1"}),
        _key(results, constraints={"async_only": True}),
        _key(results, python="3.12"),
    ]
    stamps["now"] = "2"
    others.append(_key(results))
    assert len({key, *others}) == 7


def test_what_lies_on_disk_is_not_kept(tmp_path):
    assert _key(KeptResults(lambda _: ""), root=str(tmp_path)) is None


def test_a_caller_may_change_their_result():
    results = KeptResults(lambda _: "")
    results.keep("k", _kept(_result("fail", "a")), most=5)
    results.find("k").unpacked()["security"]["findings"].clear()
    assert results.find("k").unpacked() == _result("fail", "a")


def test_the_one_used_longest_ago_makes_room():
    results = KeptResults(lambda _: "")
    for name in "abc":
        results.keep(name, _kept(_result()), most=3)
    results.find("a")
    results.keep("d", _kept(_result()), most=3)
    assert results.find("b") is None
    assert results.find("a")
    assert results.status()["entries"] == 3


def test_a_hit_is_checked_again_now_and_then_and_a_wrong_one_drops_all():
    results = KeptResults(lambda _: "")
    results.keep("k", _kept(_result("pass")), most=5)
    hits = [results.find("k") is not None for _ in range(50)]
    assert hits == [True] * 49 + [False]
    assert results.keep("k", _kept(_result("pass")), most=5)
    assert not results.keep("k", _kept(_result("fail", "a")), most=5)
    assert results.status()["entries"] == 0
    assert results.status()["disagreements"] == 1


def test_a_result_outlives_the_process_and_a_damaged_one_is_worked_out_again(tmp_path):
    url = f"sqlite:///{tmp_path / 'a.db'}"

    async def validated():
        """In a layer of its own, as after a restart."""
        async with AutonomousAIOrchestrationLayer(store_url=url, background=False) as layer:
            await layer.warm()
            actions = layer.optimization_engine._actions
            actions.tuning = DiskCache().turned(ResultCache().turned(actions.tuning, 100), True)
            result = await layer.autonomous_orchestrate_validation(BAD, {"heal": "fast"})
            healed = await layer.healing_engine.detect_and_heal_issues(result)
            return result, healed["issues_detected"]

    first, issues = asyncio.run(validated())
    again, issues_again = asyncio.run(validated())
    assert "disk-cache" not in first["meta"]["stages_ms"]
    assert "disk-cache" in again["meta"]["stages_ms"]
    assert again["meta"]["first_validated_as"] == first["meta"]["validation_id"]
    assert again["security"] == first["security"]
    assert again["security"]["findings"]
    assert again["autonomous_healing"] == first["autonomous_healing"]
    assert issues_again == issues
    (file,) = (tmp_path / "results").glob("*.result")
    file.write_bytes(file.read_bytes()[:-20])
    third, _ = asyncio.run(validated())
    assert "disk-cache" not in third["meta"]["stages_ms"]
    assert third["verdict"] == first["verdict"]


def test_a_dismissal_that_has_ended_is_another_state():
    results = KeptResults(lambda _: "")
    source = Source.from_text("x = 1\n", "a.py")
    now = time.time()
    keys = {
        results.key(source, Context(), Policy("1", (_dismissal(now + away),)))
        for away in (-60, 3_600)
    }
    assert len(keys) == 2


def _dismissal(expires):
    return AdaptationRule("shell-call", "*", "dismiss", finding_id="f1", expires=expires)


def test_a_layer_that_keeps_results_gives_the_same_verdict_again(tmp_path):
    async def main():
        url = f"sqlite:///{tmp_path / 'a.db'}"
        async with AutonomousAIOrchestrationLayer(store_url=url, background=False) as layer:
            plain = [await layer.autonomous_orchestrate_validation(BAD, {}) for _ in range(2)]
            assert all("first_validated_as" not in result["meta"] for result in plain)
            actions = layer.optimization_engine._actions
            actions.tuning = ResultCache().turned(actions.tuning, 100)
            first, again, other = [
                await layer.autonomous_orchestrate_validation(BAD, {"python": python})
                for python in ("3.11", "3.11", "3.12")
            ]
            assert again["meta"]["first_validated_as"] == first["meta"]["validation_id"]
            assert again["meta"]["validation_id"] != first["meta"]["validation_id"]
            assert "first_validated_as" not in other["meta"]
            assert again["security"] == first["security"]
            assert again["security"]["findings"]
            healed = await layer.healing_engine.detect_and_heal_issues(again)
            assert healed["issues_detected"] == first["autonomous_healing"]["issues_detected"]

    asyncio.run(main())
