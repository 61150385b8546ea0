"""Evaluates many calls in one process, each within a bound of processor time."""

import json
import signal
import time
from typing import Any

from .report import raised, returned

_BYTES = 200 << 10
"""What all outcomes together may take of the step's answer."""
_BYTES_EACH = 4 << 10
_PATIENCE = 2
"""How many calls of a group may use up their time before no more of it are made."""


class _Overtime(BaseException):
    """The call has used up its processor time."""


def sweep(
    step: "dict[str, Any]", namespace: "dict[str, Any]", file: str
) -> "list[list[dict[str, Any]]]":
    """The outcomes of the step's further calls, for as long as there is room, time and patience.

    A call is bound by processor time, so that a busy host changes nothing.
    """
    signal.signal(signal.SIGPROF, _ring)
    until = time.monotonic() + step["calls_s"]
    room = _BYTES
    groups: list[list[dict[str, Any]]] = []
    for calls in step["calls"]:
        outcomes: list[dict[str, Any]] = []
        groups.append(outcomes)
        patience = _PATIENCE
        for call in calls:
            if time.monotonic() > until or patience == 0 or room < _BYTES_EACH:
                break
            outcome = _outcome(call, namespace, file, step["call_cpu_s"])
            size = len(json.dumps(outcome))
            if size > _BYTES_EACH and outcome["kind"] == "returned":
                outcome["value"] = ["opaque", "big"]
                size = len(json.dumps(outcome))
            room -= size
            patience -= outcome["kind"] == "overtime"
            outcomes.append(outcome)
    return groups


def _outcome(call: str, namespace: "dict[str, Any]", file: str, cpu_s: float) -> "dict[str, Any]":
    try:
        try:
            signal.setitimer(signal.ITIMER_PROF, cpu_s)
            result = eval(call, namespace)  # noqa: S307 (what this process is for)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        return returned(result)
    except _Overtime:
        return {"kind": "overtime"}
    except BaseException as error:  # noqa: BLE001 (also SystemExit is an outcome)
        return raised(error, file)


def _ring(_number: int, _frame: object) -> None:
    raise _Overtime
