import json
from typing import Any

import pytest

from autovet.adapters.sandbox.answer import read_outcome
from autovet.adapters.sandbox.inside.wire import ANSWERED, CRASHED, TIMEOUT

RETURNED: dict[str, Any] = {"kind": "returned", "value": ["int", "1"], "text": "1"}
RAISED: dict[str, Any] = {
    "kind": "raised",
    "error": "KeyError",
    "error_bases": ["KeyError"],
    "line": 2,
}


def read(answer: object, how: int = ANSWERED, data: bytes | None = None) -> Any:
    result = json.dumps(answer).encode() if data is None else data
    return read_outcome(how, 5.0, result, b"out\xff", lines=3)


def test_reads_what_is_well_formed() -> None:
    outcome = read(RETURNED)
    assert (outcome.kind, outcome.value, outcome.stdout) == ("returned", ["int", "1"], "out\ufffd")
    outcome = read(RAISED)
    assert (outcome.kind, outcome.error, outcome.error_bases, outcome.line) == (
        "raised",
        "KeyError",
        ("KeyError",),
        2,
    )


def test_a_step_cannot_claim_more_time_than_passed() -> None:
    assert read({**RETURNED, "elapsed_ms": 1e9}).elapsed_ms == 5.0


@pytest.mark.parametrize(
    "answer",
    [
        {**RETURNED, "kind": "timeout"},
        {**RETURNED, "kind": "perfect"},
        {**RETURNED, "value": 1},
        {**RETURNED, "value": ["int", 1]},
        {**RETURNED, "extra": 1},
        {**RETURNED, "text": "x" * 2000},
        {**RETURNED, "elapsed_ms": -1},
        {**RETURNED, "holds": "yes"},
        {**RETURNED, "error": "KeyError"},
        {**RAISED, "line": 99},
        {**RAISED, "line": 0},
        {**RAISED, "error": ""},
        {**RAISED, "error_bases": ["x"] * 1000},
        {**RAISED, "holds": True},
        [],
        None,
    ],
)
def test_what_does_not_fit_is_a_crash(answer: object) -> None:
    assert read(answer).kind == "crashed"


@pytest.mark.parametrize("data", [b"", b"{", b"\xff", b"[" * 100_000, b'{"kind": NaN}'])
def test_what_is_no_json_is_a_crash(data: bytes) -> None:
    assert read(None, data=data).kind == "crashed"


def test_how_it_ended_comes_first() -> None:
    assert read(RETURNED, how=TIMEOUT).kind == "timeout"
    assert read(RETURNED, how=CRASHED).kind == "crashed"
