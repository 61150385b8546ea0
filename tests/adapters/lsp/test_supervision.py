import asyncio
import itertools
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import psutil
import pytest
from processes import stop

from autovet.adapters.lsp.batcher import Batcher
from autovet.adapters.lsp.circuit_breaker import CircuitBreaker
from autovet.adapters.lsp.executable import find_executable, plain_environment
from autovet.adapters.lsp.server_pool import ServerPool
from autovet.adapters.lsp.server_spec import ServerSpec
from autovet.adapters.lsp.supervised_server import SupervisedServer
from autovet.domain.document import Document
from autovet.domain.errors import AnalyzerTimeout, AnalyzerUnavailable

FAKE = Path(__file__).with_name("fake_server.py")


class Anywhere:
    folders = ()

    def __init__(self):
        self.numbers = itertools.count()

    async def place(self, connection, document):
        same = document.path.startswith("same")
        return "file:///same" if same else f"file:///{next(self.numbers)}"

    async def tidy(self, connection):
        pass

    async def aclose(self):
        pass


def spec(mode: str = "good", command: list[str] | None = None) -> ServerSpec:
    return ServerSpec(
        name="fake",
        label=mode,
        find_command=lambda: command or [sys.executable, str(FAKE), mode],
        environment=plain_environment(),
        directory=str(FAKE.parent),
        options={},
        open_workspace=Anywhere,
        canary=Document("canary.py", "canary"),
        canary_codes=frozenset({"canary"}),
    )


class Rig:
    """A supervised fake server with a batcher, and what was told of it."""

    def __init__(self, mode="good", cap=1 << 30, breaker=None, command=None):
        self.events: list[tuple[str, dict]] = []
        self.server = SupervisedServer(
            spec(mode, command),
            memory_cap_bytes=cap,
            on_event=lambda kind, subject, detail: self.events.append((kind, dict(detail))),
            breaker=breaker,
        )
        self.batcher = Batcher(self.server)

    async def ask(self, text: str, timeout_s: float = 10.0, path: str = "a.py") -> str:
        return (await self.batcher.ask(Document(path, text), timeout_s))[0].code

    @property
    def kinds(self) -> list[str]:
        return [kind for kind, _ in self.events]

    async def aclose(self) -> None:
        await self.batcher.aclose()
        await self.server.aclose()


def run(scenario: Callable[[Rig], Awaitable[None]], **setup) -> Rig:
    rig = Rig(**setup)

    async def main():
        pids = set()
        try:
            await scenario(rig)
        finally:
            pids |= {detail["pid"] for kind, detail in rig.events if kind == "analyzer.started"}
            await rig.aclose()
            await rig.aclose()
        assert not [pid for pid in pids if psutil.pid_exists(pid)]

    asyncio.run(main())
    return rig


def test_answers_and_reports_its_health():
    async def scenario(rig):
        assert rig.server.health().state == "idle"
        assert await rig.ask("x") == "seen:x"
        health = rig.server.health()
        assert (health.state, health.restarts, health.name) == ("ready", 0, "fake:good")
        assert psutil.pid_exists(health.pid)

    assert run(scenario).kinds == ["analyzer.started"]


def test_twenty_concurrent_questions_get_their_own_answers():
    async def scenario(rig):
        texts = [f"text {n}" for n in range(20)]
        assert await asyncio.gather(*map(rig.ask, texts)) == [f"seen:{text}" for text in texts]

    run(scenario)


def test_two_texts_for_one_place_are_asked_one_after_the_other():
    async def scenario(rig):
        texts = [f"text {n}" for n in range(5)]
        answers = await asyncio.gather(*(rig.ask(text, path="same.py") for text in texts))
        assert answers == [f"seen:{text}" for text in texts]

    run(scenario)


def test_a_document_that_crashes_the_server_fails_alone():
    async def scenario(rig):
        texts = ["one", "CRASH", "two", "three"]
        answers = await asyncio.gather(*map(rig.ask, texts), return_exceptions=True)
        assert [answers[0], *answers[2:]] == ["seen:one", "seen:two", "seen:three"]
        assert isinstance(answers[1], AnalyzerUnavailable)
        assert "panicked at a bad document" in str(answers[1])
        assert await rig.ask("after") == "seen:after"
        assert rig.server.health().restarts == 2

    assert run(scenario).kinds.count("analyzer.crashed") == 2


def test_a_server_killed_in_flight_is_replaced():
    async def scenario(rig):
        assert await rig.ask("x") == "seen:x"
        pending = asyncio.create_task(rig.ask("HANG"))
        await asyncio.sleep(0.1)
        os.kill(rig.server.health().pid, signal.SIGKILL)
        with pytest.raises(AnalyzerUnavailable, match="status -9"):
            await pending
        assert await rig.ask("y") == "seen:y"
        assert rig.server.health().restarts == 1

    run(scenario)


def test_a_server_killed_while_idle_is_replaced():
    async def scenario(rig):
        assert await rig.ask("x") == "seen:x"
        os.kill(rig.server.health().pid, signal.SIGKILL)
        await asyncio.sleep(0.1)
        assert rig.server.health().state == "failed"
        assert await rig.ask("y") == "seen:y"
        assert rig.server.health().state == "ready"

    assert run(scenario).kinds == ["analyzer.started", "analyzer.crashed", "analyzer.started"]


def test_a_stopped_server_times_out_in_time_and_is_replaced():
    async def scenario(rig):
        assert await rig.ask("x") == "seen:x"
        pid = rig.server.health().pid
        stop(pid)
        begun = time.monotonic()
        with pytest.raises(AnalyzerTimeout):
            await rig.ask("y", timeout_s=0.3)
        assert time.monotonic() - begun < 2
        assert await rig.ask("z") == "seen:z"
        assert not psutil.pid_exists(pid)

    assert run(scenario).kinds == ["analyzer.started", "analyzer.timeout", "analyzer.started"]


def test_a_server_that_hangs_is_replaced_long_before_the_deadline_and_asked_again():
    async def scenario(rig):
        assert await rig.ask("x") == "seen:x"
        stop(rig.server.health().pid)
        begun = time.monotonic()
        assert await rig.ask("y", timeout_s=30) == "seen:y"
        assert time.monotonic() - begun < 6

    rig = run(scenario)
    assert rig.kinds == ["analyzer.started", "analyzer.timeout", "analyzer.started"]
    assert "no sign of life" in rig.events[1][1]["reason"]


def test_a_document_that_hangs_the_server_again_fails():
    async def scenario(rig):
        with pytest.raises(AnalyzerUnavailable, match="no sign of life"):
            await rig.ask("HANG", timeout_s=30)
        assert await rig.ask("after") == "seen:after"

    assert run(scenario).kinds.count("analyzer.timeout") == 2


@pytest.mark.parametrize("work", ["BUSY", "ELSEWHERE"])
def test_a_server_that_is_only_slow_is_left_alone(work):
    async def scenario(rig):
        assert await rig.ask(work, timeout_s=60) == f"seen:{work}"

    assert run(scenario).kinds == ["analyzer.started"]


def test_others_are_answered_although_one_holds_the_server_up():
    async def scenario(rig):
        await rig.ask("warm")
        held_up = rig.ask("HANG", timeout_s=0.3)
        answers = await asyncio.gather(held_up, rig.ask("x"), return_exceptions=True)
        assert isinstance(answers[0], AnalyzerTimeout)
        assert answers[1] == "seen:x"

    run(scenario)


def test_a_cancelled_question_disturbs_nobody():
    async def scenario(rig):
        await rig.ask("warm")
        tasks = [asyncio.create_task(rig.ask(f"LATER {n}")) for n in range(4)]
        await asyncio.sleep(0.06)
        tasks[1].cancel()
        answers = await asyncio.gather(*tasks, return_exceptions=True)
        assert isinstance(answers.pop(1), asyncio.CancelledError)
        assert answers == ["seen:LATER 0", "seen:LATER 2", "seen:LATER 3"]
        assert await rig.ask("after") == "seen:after"

    assert run(scenario).kinds == ["analyzer.started"]


def test_a_cancelled_question_does_not_hold_the_server_for_long():
    async def scenario(rig):
        await rig.ask("warm")
        task = asyncio.create_task(rig.ask("HANG", timeout_s=25))
        await asyncio.sleep(0.05)
        task.cancel()
        begun = time.monotonic()
        assert await rig.ask("x", timeout_s=10) == "seen:x"
        assert time.monotonic() - begun < 5

    assert run(scenario).kinds == ["analyzer.started", "analyzer.timeout", "analyzer.started"]


def test_garbage_is_a_failure_and_no_hang():
    async def scenario(rig):
        begun = time.monotonic()
        with pytest.raises(AnalyzerUnavailable, match="broke the protocol"):
            await rig.ask("GARBAGE")
        assert time.monotonic() - begun < 5
        assert await rig.ask("x") == "seen:x"

    run(scenario)


def test_a_refused_document_fails_without_a_restart():
    async def scenario(rig):
        with pytest.raises(AnalyzerUnavailable, match="cannot"):
            await rig.ask("REFUSE")
        assert await rig.ask("x") == "seen:x"

    assert run(scenario).kinds == ["analyzer.started"]


def test_a_text_that_cannot_be_encoded_fails_alone():
    async def scenario(rig):
        answers = await asyncio.gather(rig.ask("\ud800"), rig.ask("x"), return_exceptions=True)
        assert isinstance(answers[0], AnalyzerUnavailable)
        assert answers[1] == "seen:x"

    assert run(scenario).kinds == ["analyzer.started"]


def test_a_bloated_server_is_recycled():
    async def scenario(rig):
        assert await rig.ask("x") == "seen:x"
        while "analyzer.recycled" not in rig.kinds:
            await asyncio.sleep(0.01)
        assert await rig.ask("y") == "seen:y"
        assert rig.server.health().restarts == 1

    rig = run(scenario, mode="bloated", cap=50 << 20)
    recycled = dict(rig.events)["analyzer.recycled"]
    assert recycled["rss_bytes"] > recycled["cap_bytes"] == 50 << 20


@pytest.mark.parametrize(
    ("mode", "said"), [("dead", "no licence"), ("misconfigured", "configuration is not in force")]
)
def test_a_server_that_does_not_work_from_the_start_is_unavailable(mode, said):
    async def scenario(rig):
        with pytest.raises(AnalyzerUnavailable, match=said):
            await rig.ask("x")
        assert rig.server.health().state == "failed"
        assert said in rig.server.health().reason

    run(scenario, mode=mode)


def test_it_rests_after_failures_and_comes_back():
    async def scenario(rig):
        for _ in range(2):
            with pytest.raises(AnalyzerUnavailable, match="panicked"):
                await rig.ask("CRASH")
        assert rig.server.health().state == "resting"
        with pytest.raises(AnalyzerUnavailable, match="rests for"):
            await rig.ask("x")
        await asyncio.sleep(0.3)
        assert await rig.ask("x") == "seen:x"
        assert rig.server.health().state == "ready"

    rig = run(scenario, breaker=CircuitBreaker(threshold=2, first_rest_s=0.25))
    assert rig.kinds.count("analyzer.resting") == 1


def test_a_missing_executable_is_named():
    with pytest.raises(AnalyzerUnavailable, match="no-such-analyzer is neither installed"):
        find_executable("no-such-analyzer")


def test_an_executable_that_cannot_run_is_unavailable(tmp_path):
    async def scenario(rig):
        with pytest.raises(AnalyzerUnavailable, match="does not start"):
            await rig.ask("x")

    run(scenario, command=[str(tmp_path / "nothing")])


def test_closing_fails_what_waits():
    async def scenario(rig):
        pending = asyncio.create_task(rig.ask("HANG"))
        await asyncio.sleep(0.3)
        await rig.aclose()
        with pytest.raises(AnalyzerUnavailable, match="closed"):
            await pending

    run(scenario)


def test_an_event_loop_that_ends_takes_its_server_along():
    pids: list[int] = []
    pool = ServerPool[str](
        "fake",
        spec,
        memory_cap_bytes=1 << 30,
        on_event=lambda kind, subject, detail: pids.append(detail["pid"]),
    )

    async def main():
        assert (await pool.ask("good", Document("a.py", "x"), 10))[0].code == "seen:x"

    asyncio.run(main())
    assert not psutil.pid_exists(pids[0])
    asyncio.run(main())
    assert len(pids) == 2
    assert not psutil.pid_exists(pids[1])


def test_the_pool_keeps_three_servers_and_nothing_after_closing():
    async def main():
        pids: list[int] = []
        pool = ServerPool[str](
            "fake",
            lambda label: spec("good"),
            memory_cap_bytes=1 << 30,
            on_event=lambda kind, subject, detail: pids.append(detail["pid"]),
        )
        assert pool.health().state == "idle"
        for key in "abcd":
            await pool.ask(key, Document("a.py", key), 10)
        assert not psutil.pid_exists(pids[0])
        assert all(psutil.pid_exists(pid) for pid in pids[1:])
        health = pool.health()
        assert (health.state, len(health.detail["servers"])) == ("ready", 3)
        assert health.detail["latency_ms"]["p50"] > 0
        await pool.aclose()
        await pool.aclose()
        assert not any(psutil.pid_exists(pid) for pid in pids)
        with pytest.raises(AnalyzerUnavailable, match="closed"):
            await pool.ask("a", Document("a.py", "x"), 10)

    asyncio.run(main())


def test_more_keys_at_once_than_servers_all_get_answers_and_leave_nothing():
    async def main():
        pids: list[int] = []
        pool = ServerPool[str](
            "fake",
            lambda label: spec("good"),
            memory_cap_bytes=1 << 30,
            on_event=lambda kind, subject, detail: pids.append(detail["pid"]),
        )
        documents = [Document("a.py", f"LATER {n}") for n in range(6)]
        answers = await asyncio.gather(*(pool.ask(str(n), d, 10) for n, d in enumerate(documents)))
        assert [a[0].code for a in answers] == [f"seen:LATER {n}" for n in range(6)]
        await pool.ask("another", documents[0], 10)
        assert len(pool.health().detail["servers"]) <= 3
        await pool.aclose()
        assert not any(psutil.pid_exists(pid) for pid in pids)

    asyncio.run(main())
