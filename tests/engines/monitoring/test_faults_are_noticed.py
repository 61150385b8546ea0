"""Faults alarm within two looks with the right cause, and noise alone never does."""

import random
from dataclasses import replace

import pytest
from record_examples import validation
from virtual_clock import VirtualClock

from autovet.domain.health import ComponentHealth, HostSample, ProcessUsage
from autovet.engines.monitoring.engine import AutonomousMonitoringEngine

MEGABYTE = 2**20
CATEGORIES = ("security", "performance", "factual_accuracy")


class NoisyProbe:
    """An ordinary host: every figure wanders about its middle."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.changes = {}
        self.leaked_mb = 0.0

    def _about(self, middle, share):
        return max(0.0, self.random.gauss(middle, share * middle))

    async def sample(self):
        usual = HostSample(
            at=1.0,
            cpu_percent=min(100.0, self._about(35.0, 0.4)),
            memory_used_bytes=int(self._about(5_000 * MEGABYTE, 0.05)),
            memory_total_bytes=16_000 * MEGABYTE,
            disk_free_bytes=50_000 * MEGABYTE,
            disk_total_bytes=100_000 * MEGABYTE,
            open_files=int(self._about(60, 0.2)),
            load_1m=self._about(1.0, 0.4),
            loop_lag_ms=self._about(8.0, 0.6),
            processes=(
                ProcessUsage(10, "service", 5.0, int(self._about(80 * MEGABYTE, 0.03))),
                ProcessUsage(
                    11, "ty", 2.0, int(self._about((150 + self.leaked_mb) * MEGABYTE, 0.03))
                ),
            ),
            open_files_limit=1024,
            cores=2,
        )
        return replace(usual, **self.changes)


class Scene:
    """A service that validates forty sources a minute."""

    def __init__(self, store, seed=1):
        self.probe = NoisyProbe(seed)
        self.random = random.Random(seed)
        self.clock = VirtualClock(1_700_000_000.0)
        self.told = []
        self.engine = AutonomousMonitoringEngine(
            self.probe,
            lambda: [ComponentHealth("ty", "ready"), ComponentHealth("store", "ready")],
            store,
            self.clock,
            sinks=(lambda raised, cleared: self.told.append((raised, cleared)),),
        )
        self.ty_ms = 5.0
        self.failing = 0.2
        self.number = 0

    async def look(self):
        for _ in range(40):
            self.number += 1
            failed = "failed" if self.random.random() < self.failing else "passed"
            statuses = dict.fromkeys(CATEGORIES, "passed") | {"security": failed}
            stages = {
                "ty": self.random.lognormvariate(0, 0.5) * self.ty_ms,
                "checks": self.random.lognormvariate(0, 0.5) * 6,
            }
            self.engine.observe(validation(self.number, statuses=statuses, stages=stages))
        await self.clock.advance(60)
        report = await self.engine.monitor_system_health()
        return {alert["name"]: alert for alert in report["alerts"]}

    async def minutes(self, count):
        return [await self.look() for _ in range(count)]


@pytest.mark.parametrize("seed", range(5))
def test_no_alert_in_an_hour_of_noise_after_the_first(play, seed):
    async def scenario(scene):
        scene.probe.random.seed(seed)
        scene.random.seed(seed)
        for alerts in await scene.minutes(100):
            assert alerts == {}
        assert scene.told == []

    play(scenario)


def _slow_analyzer(scene):
    scene.ty_ms = 55.0


def _leak(scene):
    scene.probe.leaked_mb += 60.0


def _full_disk(scene):
    scene.probe.changes = {"disk_free_bytes": 100 * MEGABYTE}


def _blocked_loop(scene):
    scene.probe.changes = {"loop_lag_ms": 700.0}


def _bad_rule(scene):
    scene.failing = 0.8


def _mend(scene):
    scene.ty_ms, scene.failing, scene.probe.leaked_mb = 5.0, 0.2, 0.0
    scene.probe.changes = {}


@pytest.mark.parametrize(
    ("fault", "alert", "word"),
    [
        (_slow_analyzer, "stage-slow:ty", "ty takes"),
        (_leak, "process-growing:ty", "ty holds"),
        (_full_disk, "disk-full", "disk of the store"),
        (_blocked_loop, "event-loop-blocked", "event loop"),
        (_bad_rule, "category-fails-more:security", "security fails"),
    ],
    ids=lambda part: getattr(part, "__name__", None),
)
def test_a_fault_alarms_within_two_looks_and_resolves(play, fault, alert, word):
    async def scenario(scene):
        for alerts in await scene.minutes(60):
            assert alerts == {}
        fault(scene)
        await scene.look()
        fault(scene)
        alerts = await scene.look()
        assert alert in alerts
        assert set(alerts) <= {alert, "disk-low"}
        assert word in alerts[alert]["message"]
        _mend(scene)
        await scene.minutes(3)
        assert await scene.look() == {}
        raised = [each.name for some, _ in scene.told for each in some]
        cleared = [each.name for _, some in scene.told for each in some]
        assert sorted(raised) == sorted(cleared)

    play(scenario)


def test_an_hour_that_is_always_busy_is_usual_once_there_is_a_week(play):
    async def scenario(scene):
        for day in range(8):
            for hour in range(24):
                busy = hour == 14
                scene.ty_ms = 80.0 if busy else 5.0
                for _ in range(3):
                    alerts = await scene.look()
                    await scene.clock.advance(1140)
                if busy and day == 0:
                    assert "stage-slow:ty" in alerts
                if busy and day == 7:
                    assert alerts == {}

    play(scenario)


def test_a_silenced_alert_is_in_the_report_and_nowhere_else(play):
    async def scenario(scene):
        scene.engine.silence("disk", 3600)
        _full_disk(scene)
        alerts = await scene.look()
        assert "disk-full" in alerts
        assert scene.engine.summary()["recommendations"] == []
        assert scene.told == []
        await scene.clock.advance(3600)
        _mend(scene)
        await scene.look()
        assert {each.name for each in scene.told[0][1]} == {"disk-full", "disk-low"}

    play(scenario)


def test_a_sink_that_fails_stops_nothing(play):
    def broken(raised, cleared):
        raise RuntimeError(len(raised) + len(cleared))

    async def scenario(scene):
        scene.engine._sinks = (broken, *scene.engine._sinks)
        _full_disk(scene)
        assert "disk-full" in await scene.look()
        assert scene.told

    play(scenario)
