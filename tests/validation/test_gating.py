"""A gate gives the verdict of a whole validation, and stops when it is certain."""

import asyncio

import pytest

from autovet.domain.category import Category
from autovet.engines.optimization.experiments.gate_order import GateOrder
from autovet.engines.optimization.experiments.left_out import LeftOut
from autovet.layer import AutonomousAIOrchestrationLayer
from autovet.validation.gating import NOT_ASKED

INJECTED = """
import sqlite3

from flask import request


def orders() -> list[tuple[str, ...]]:
    with sqlite3.connect("shop.db") as shop:
        return shop.execute("select * from orders where id = " + request.args["id"]).fetchall()
"""
INVENTED = "import os\n\n\ndef size(path: str) -> int:\n    return os.path.getsizes(path)\n"
WRONG = 'def add(a: int, b: int) -> int:\n    """Add.\n\n    >>> add(1, 1)\n    3\n    """\n    return a + b\n'
GOOD = 'def add(a: int, b: int) -> int:\n    """Add.\n\n    >>> add(1, 1)\n    2\n    """\n    return a + b\n'
HUSHED = "import json\n\nprint(undefined_name)  # autovet: ignore\n"


def _both(layer, code, **context):
    return asyncio.gather(
        *(
            layer.autonomous_orchestrate_validation(code, {"heal": "none", "gate": gate, **context})
            for gate in (False, True)
        )
    )


def _statuses(result):
    return {category.value: result[category.value] for category in Category}


@pytest.mark.parametrize("held_back", [(), ("ruff", "ty"), ("ty", "execution")])
def test_a_gate_decides_as_a_whole_validation_does(tmp_path, held_back):
    async def main():
        url = f"sqlite:///{tmp_path / 'a.db'}"
        async with AutonomousAIOrchestrationLayer(store_url=url, background=False) as layer:
            actions = layer.optimization_engine._actions
            actions.tuning = GateOrder().turned(actions.tuning, held_back)
            for code in (INJECTED, INVENTED, WRONG, GOOD, HUSHED, "def broken(:\n"):
                whole, gate = await _both(layer, code)
                assert gate["verdict"] == whole["verdict"], code
                for name, part in _statuses(gate).items():
                    if part["reason"] == NOT_ASKED:
                        assert part["status"] == "undecided"
                        assert gate["verdict"] == "fail"
                        assert gate["meta"]["not_asked"]
                    elif part["status"] == "passed":
                        # a category that says that it passed was looked at by everybody
                        assert whole[name]["status"] == "passed", (code, name)
                if gate["verdict"] == "pass":
                    assert gate["meta"]["not_asked"] == []
                    assert _statuses(gate).keys() == _statuses(whole).keys()

    asyncio.run(main())


def test_what_is_held_back_is_not_asked_where_our_checks_fail_the_code(tmp_path):
    async def main():
        url = f"sqlite:///{tmp_path / 'a.db'}"
        async with AutonomousAIOrchestrationLayer(store_url=url, background=False) as layer:
            actions = layer.optimization_engine._actions
            actions.tuning = GateOrder().turned(actions.tuning, ("ruff", "ty"))
            result = await layer.autonomous_orchestrate_validation(INJECTED, {"gate": True})
            assert result["verdict"] == "fail"
            assert set(result["meta"]["not_asked"]) == {"ruff", "ty", "execution"}
            assert result["factual_accuracy"]["reason"] == NOT_ASKED
            assert result["autonomous_healing"]["healing_applied"] == []
            store = layer._runtime()._store
            await store.flush()
            (record,) = await store.validations(0.0)
            assert record.gate
            assert record.decided_by == "checks"
            assert "factual_accuracy" not in record.statuses
            # who was left in the middle answers the next one
            after = await layer.autonomous_orchestrate_validation(INVENTED, {"gate": False})
            assert after["factual_accuracy"]["status"] == "failed"

    asyncio.run(main())


def test_what_is_left_out_is_on_record_and_asked_now_and_then(tmp_path):
    async def main():
        url = f"sqlite:///{tmp_path / 'a.db'}"
        async with AutonomousAIOrchestrationLayer(store_url=url, background=False) as layer:
            actions = layer.optimization_engine._actions
            actions.tuning = LeftOut(0.01).turned(actions.tuning, {"*": ["ty"]})
            results = []
            for number in range(60):
                code = f"{INVENTED}\n\nREVISION = {number}\n"
                results.append(await layer.autonomous_orchestrate_validation(code, {}))
            left_out = [result["meta"]["left_out"] for result in results]
            verdicts = {
                (tuple(names), result["verdict"])
                for names, result in zip(left_out, results, strict=True)
            }
            # whoever is asked all the same says what there is to be said
            assert verdicts == {(("ty",), "pass"), ((), "fail")}
            assert 1 <= left_out.count([]) <= 12
            store = layer._runtime()._store
            await store.flush()
            records = await store.validations(0.0)
            explored = [record for record in records if record.explored == ("ty",)]
            assert len(explored) == left_out.count([])
            assert all(record.paid["ty"] == 1 for record in explored)
            assert all("ty" not in record.paid for record in records if record.left_out)

    asyncio.run(main())
