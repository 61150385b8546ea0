"""Runs many variants of one module in one step of the sandbox, and tells what they did.

The standard output carries how far it got, so that the service knows which variant ended it.
"""

import contextlib
import faulthandler
import gc
import hashlib
import importlib
import io
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Generator, Mapping
from typing import Any

from .recording import Recorder
from .variants import Text

_ANSWER_CHARACTERS = 180_000
_KEPT = ("kind", "value", "error", "error_bases", "holds", "text", "stdout", "message")
_GRACE_S = 0.5


class OutOfTimeError(BaseException):
    """A variant used up the time that one call may take."""


def run(name: str, file: str) -> str:
    """Run the variants of the specification against its steps, as far as answers may be long."""
    with open(os.path.join(os.path.dirname(__file__), "spec.json"), encoding="utf-8") as source:  # noqa: PTH123, PTH118, PTH120 (no need for pathlib in there)
        spec: Mapping[str, Any] = json.load(source)
    sys.setrecursionlimit(600)
    gc.disable()  # a collection in the midst of a call would count as its time
    text = Text(spec["code"], name, file)
    if spec.get("record") is not None:
        return _types(text, spec)
    answers = _Answers()
    deadline = time.monotonic() + spec["budget_s"]
    for index, edits in enumerate(spec["variants"]):
        os.write(1, f"{index}\n".encode())
        patience_s = _GRACE_S + 2 * len(spec["steps"]) * spec["step_s"]
        faulthandler.dump_traceback_later(patience_s, exit=True, file=2)
        answers.add(_variant_outcomes(text, edits, spec))
        faulthandler.cancel_dump_traceback_later()
        if answers.size > _ANSWER_CHARACTERS or time.monotonic() > deadline:
            break
    return answers.text()


def _variant_outcomes(
    text: Text, edits: "list[Any]", spec: Mapping[str, Any]
) -> "list[dict[str, Any]]":
    try:
        variant = text.variant([(start, end, new) for start, end, new in edits])
    except (SyntaxError, ValueError):
        return [{"kind": "import-failed"}]
    outcomes: list[dict[str, Any]] = []
    timeouts = 0
    for step in spec["steps"]:
        outcomes.append(_outcome(variant, step, spec))
        if outcomes[-1]["kind"] in spec["last"]:
            break
        timeouts += outcomes[-1]["kind"] == "timeout"
        if timeouts > spec["most_timeouts"]:
            outcomes += [{"kind": "timeout"}] * (len(spec["steps"]) - len(outcomes))
            break
    return outcomes


def _types(text: Text, spec: Mapping[str, Any]) -> str:
    """The types of expressions, and the processor time of the slowest call that ends."""
    original, slowest = text.variant([]), 0.0
    for step in spec["steps"]:
        if _outcome(original, step, spec)["kind"] != "timeout":
            started = time.process_time()  # of the second run, when all is warm
            _outcome(original, step, spec)
            slowest = max(slowest, time.process_time() - started)
    recorder = Recorder()
    variant = text.recording(spec["record"], recorder)
    for step in spec["steps"]:
        _outcome(variant, step, spec)
    types_seen = {key: sorted(seen) for key, seen in recorder.seen.items()}
    return json.dumps({"types": types_seen, "slowest_s": slowest})


@contextlib.contextmanager
def _limited(seconds: float) -> "Generator[None, None, None]":
    """Raise in what takes more processor time; a busy machine changes nothing."""
    started = time.process_time()
    patience = time.monotonic() + 20 * seconds + 0.2

    def look(*_: object) -> None:
        if time.process_time() - started > seconds or time.monotonic() > patience:
            raise OutOfTimeError

    signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, seconds / 2, seconds / 4)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _outcome(variant: Any, step: "dict[str, Any]", spec: Mapping[str, Any]) -> "dict[str, Any]":
    evaluate: Callable[..., dict[str, Any]]
    evaluate = importlib.import_module("autovet_sandbox.evaluation").evaluate
    printed = io.StringIO()
    answer: dict[str, Any] = {"kind": "timeout"}
    try:
        with contextlib.redirect_stdout(printed), _limited(spec["step_s"]):
            answer = evaluate(variant, step)
    except OutOfTimeError:
        answer = {"kind": "timeout"}
    if answer.get("error") == "OutOfTimeError":
        return {"kind": "timeout"}
    kept = {key: answer[key] for key in _KEPT if answer.get(key) is not None}
    kept["text"] = kept.get("text", "")[:200]
    kept["message"] = kept.get("message", "")[:80]
    kept["stdout"] = printed.getvalue()[:400]
    written = str(kept.get("value"))
    if len(written) > spec["longest"]:
        digest = hashlib.sha256(written.encode("utf-8", "replace")).hexdigest()
        kept["value"] = ["bytes", digest] if spec["digests"] else ["opaque", "too long"]
    return kept


class _Answers:
    """Distinct outcomes, and for each variant which of them it had."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.rows: list[list[int]] = []
        self.size = 0

    def add(self, outcomes: "list[dict[str, Any]]") -> None:
        row = []
        for outcome in outcomes:
            key = json.dumps(outcome)
            if key not in self.numbers:
                self.numbers[key] = len(self.numbers)
                self.size += len(key)
            row.append(self.numbers[key])
        self.rows.append(row)
        self.size += 6 * len(row)

    def text(self) -> str:
        table = ",".join(self.numbers)
        return f'{{"outcomes":[{table}],"rows":{json.dumps(self.rows)}}}'
