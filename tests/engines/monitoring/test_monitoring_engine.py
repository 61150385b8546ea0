import asyncio
import json
from dataclasses import replace

import pytest
from virtual_clock import VirtualClock

from autovet.adapters.store.sql_store import SqlStore
from autovet.domain.health import ComponentHealth, HostSample, ProcessUsage
from autovet.engines.monitoring.alert_rules import ALERT_RULES
from autovet.engines.monitoring.engine import AutonomousMonitoringEngine

GIGABYTE = 2**30
QUIET = HostSample(
    at=1.0,
    cpu_percent=10.0,
    memory_used_bytes=4 * GIGABYTE,
    memory_total_bytes=16 * GIGABYTE,
    disk_free_bytes=50 * GIGABYTE,
    disk_total_bytes=100 * GIGABYTE,
    open_files=40,
    load_1m=0.5,
    loop_lag_ms=1.0,
    processes=(
        ProcessUsage(10, "service", 5.0, 80 * 2**20),
        ProcessUsage(11, "ty", 2.0, 200 * 2**20),
    ),
    open_files_limit=1024,
    cores=2,
)


class ScriptedProbe:
    def __init__(self, sample=QUIET):
        self.now = sample

    async def sample(self):
        if isinstance(self.now, Exception):
            raise self.now
        return self.now


class Scene:
    def __init__(self, store):
        self.probe = ScriptedProbe()
        self.parts = [ComponentHealth("ruff", "ready"), ComponentHealth("store", "ready")]
        self.clock = VirtualClock(5_000.0)
        self.store = store
        self.engine = AutonomousMonitoringEngine(self.probe, lambda: self.parts, store, self.clock)

    async def look(self, **changes):
        if changes:
            self.probe.now = replace(QUIET, **changes)
        await self.clock.advance(60)
        return await self.engine.monitor_system_health()

    async def events(self):
        await self.store.flush()
        return [(event.kind, event.subject) for event in await self.store.events(0.0)]


def _names(report):
    return [alert["name"] for alert in report["alerts"]]


def test_a_quiet_host_is_healthy_and_the_report_is_json(play):
    async def scenario(scene):
        before = scene.engine.summary()
        assert (before["overall_health"], before["metrics"]) == ("healthy", {})
        assert scene.engine.snapshot() is None
        report = await scene.look()
        assert json.loads(json.dumps(report)) == report
        assert report["overall_health"] == "healthy"
        assert report["metrics"]["cpu"]["percent"] == 10.0
        assert report["metrics"]["memory"]["percent"] == 25.0
        assert report["metrics"]["memory"]["own_bytes"] == 280 * 2**20
        assert report["metrics"]["disk"]["used_percent"] == 50.0
        assert report["metrics"]["load"]["per_core"] == 0.25
        assert [c["name"] for c in report["components"]] == ["ruff", "store", "host-probe"]
        assert report["baselines"]["cpu_percent"] == {"median": 10.0, "mad": 0.0, "n": 1}
        assert scene.engine.snapshot().sample == QUIET
        assert json.dumps(scene.engine.status())

    play(scenario)


def test_an_alert_is_raised_after_n_samples_and_cleared_below_the_lower_limit(play):
    async def scenario(scene):
        for _ in range(4):
            assert _names(await scene.look(cpu_percent=99.0)) == []
        report = await scene.look()
        assert _names(report) == ["cpu-saturated"]
        assert report["overall_health"] == "degraded"
        assert "99%" in report["alerts"][0]["message"]
        assert report["alerts"][0]["since"] == 5_300.0
        assert "7% of one core" in report["recommendations"][0]
        # Between the two limits nothing changes but the figure.
        report = await scene.look(cpu_percent=90.0)
        assert report["alerts"][0]["value"] == 90.0
        assert report["alerts"][0]["since"] == 5_300.0
        assert _names(await scene.look(cpu_percent=70.0)) == []
        assert await scene.events() == [
            ("alert.raised", "cpu-saturated"),
            ("alert.cleared", "cpu-saturated"),
        ]
        (_, cleared) = await scene.store.events(0.0)
        assert cleared.detail["lasted_s"] == 120.0

    play(scenario)


def test_a_single_peak_does_not_alarm(play):
    async def scenario(scene):
        for _ in range(6):
            assert _names(await scene.look(cpu_percent=99.0)) == []
            assert _names(await scene.look(cpu_percent=20.0)) == []

    play(scenario)


def test_a_full_disk_is_unhealthy_and_comes_first(play):
    async def scenario(scene):
        report = await scene.look(disk_free_bytes=GIGABYTE // 10)
        assert report["overall_health"] == "unhealthy"
        assert _names(report) == ["disk-full", "disk-low"]
        assert "102 MB" in report["alerts"][0]["message"]

    play(scenario)


def test_growth_beyond_the_baseline_is_noticed(play):
    async def scenario(scene):
        for number in range(40):
            usage = ProcessUsage(10, "service", 5.0, (100 + number % 3) * 2**20)
            assert _names(await scene.look(processes=(usage,))) == []
        leaking = ProcessUsage(10, "service", 5.0, 400 * 2**20)
        for _ in range(3):
            report = await scene.look(processes=(leaking,))
        assert _names(report) == ["process-growing:service"]
        assert "service holds 400 MB, usual are 101 MB" in report["alerts"][0]["message"]
        assert "service (process 10, 400 MB)" in report["alerts"][0]["action"]

    play(scenario)


def test_a_component_in_trouble_alarms_and_must_be_well_twice(play):
    async def scenario(scene):
        scene.parts = [ComponentHealth("ruff", "resting", 3, reason="exit 134"), scene.parts[1]]
        report = await scene.look()
        assert _names(report) == ["component:ruff"]
        assert "exit 134" in report["alerts"][0]["message"]
        assert report["overall_health"] == "degraded"
        scene.parts = [ComponentHealth("ruff", "ready"), scene.parts[1]]
        assert _names(await scene.look()) == ["component:ruff"]
        assert _names(await scene.look()) == []
        assert [kind for kind, _ in await scene.events()] == ["alert.raised", "alert.cleared"]

    play(scenario)


def test_half_of_the_components_failed_is_unhealthy_even_before_the_first_look(play):
    async def scenario(scene):
        scene.parts = [ComponentHealth(name, "failed", reason="gone") for name in ("a", "b")]
        assert scene.engine.summary()["overall_health"] == "unhealthy"
        assert (await scene.look())["overall_health"] == "unhealthy"

    play(scenario)


def test_a_probe_that_breaks_is_an_alert_not_an_exception(play):
    async def scenario(scene):
        scene.probe.now = OSError("no /proc")
        report = await scene.look()
        assert report["metrics"] == {}
        assert _names(report) == ["component:host-probe"]
        assert "no /proc" in report["alerts"][0]["message"]
        assert report["overall_health"] == "degraded"

    play(scenario)


def test_baselines_survive_a_restart(play):
    async def scenario(scene):
        for number in range(35):
            await scene.look(loop_lag_ms=float(number % 5))
        await scene.engine.aclose()
        second = Scene(scene.store)
        report = await second.look()
        assert report["baselines"]["loop_lag_ms"]["n"] == 36

    play(scenario)


def test_a_store_that_cannot_be_used_does_not_keep_health_from_answering(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")

    async def main():
        store = SqlStore(f"sqlite:///{blocked / 'store.db'}")
        scene = Scene(store)
        scene.parts = []
        await scene.look()
        scene.parts = [store.health()]
        report = await scene.look()
        blocked.unlink()
        await store.aclose()
        return report

    report = asyncio.run(main())
    assert _names(report) == ["component:store"]
    assert report["metrics"]["cpu"]["percent"] == 10.0


@pytest.mark.parametrize("rule", ALERT_RULES, ids=lambda rule: rule.name)
def test_every_rule_can_be_raised_and_worded(rule, play):
    from autovet.engines.monitoring.alarm import Alarm
    from autovet.engines.monitoring.figures import figures_of, words_of

    figure = rule.figure.replace("*", "ty")
    name = f"{rule.name}:ty" if "*" in rule.figure else rule.name
    figures = figures_of(QUIET) | {figure: rule.above + 1}
    if figure.endswith("_deviation"):
        known = figure.removesuffix("_deviation")
        figures |= {known: 8.0, f"{known}_usual": 5.0}
    alarm = Alarm((rule,))
    for _ in range(rule.samples):
        raised, _ = alarm.watch_figures(figures, words_of(QUIET), 1.0)
    assert [alert.name for alert in raised] == [name]
    assert rule.below < rule.above
    figures[figure] = rule.below - 0.1
    assert [alert.name for alert in alarm.watch_figures(figures, {}, 2.0)[1]] == [name]
