"""The monitoring engine of the seed."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

from autovet.domain.errors import StoreError
from autovet.domain.event import Event, ValidationRecord
from autovet.domain.health import Alert, ComponentHealth, Health, HostSample
from autovet.engines.monitoring.alarm import Alarm
from autovet.engines.monitoring.alert_rules import ALERT_RULES, AlertRule
from autovet.engines.monitoring.baseline import Baselines
from autovet.engines.monitoring.counters import Counters
from autovet.engines.monitoring.figures import figures_of, figures_of_components, words_of
from autovet.engines.monitoring.report import alert_mapping, component_mapping, metrics, overall
from autovet.engines.monitoring.service import Service
from autovet.ports import AlertSink, Clock, HostProbe, Store

_STATE = "monitoring"
_SAVED_EVERY = 5
"""Looks from one saving of the baselines to the next; a crash costs the minutes between."""
_STORE_PATIENCE_S = 2.0
"""A look at the health must not wait longer than this for a store in trouble."""


class AutonomousMonitoringEngine:
    """Watches the host, our processes and the components, and raises and clears alerts.

    Args:
        probe: looks at the host.
        components: gives the health of every component at the moment.
        store: keeps the baselines, and the record of alerts raised and cleared.
        clock: the time of alerts.
        rules: when to alarm.
        sinks: are told of every alert raised and cleared that is not silenced.
    """

    def __init__(
        self,
        probe: HostProbe,
        components: Callable[[], Iterable[ComponentHealth]],
        store: Store,
        clock: Clock,
        rules: tuple[AlertRule, ...] = ALERT_RULES,
        sinks: tuple[AlertSink, ...] = (),
    ) -> None:
        self._sinks = sinks
        self._silenced: dict[str, float] = {}
        self.counters = Counters()
        self._probe = probe
        self._components = components
        self._store = store
        self._clock = clock
        self._alarm = Alarm(rules)
        self._baselines = Baselines()
        self._service = Service()
        self._restored = False
        self._snapshot: Health | None = None
        self._samples = self._raised = self._cleared = 0

    def observe(self, record: ValidationRecord) -> None:
        """Count a validation; costs microseconds."""
        self._service.add(record)
        self.counters.add(record)

    def silence(self, name: str, seconds: float) -> None:
        """Keep an alert from sinks and recommendations for that long; it stays in the report.

        Args:
            name: of the alert, or the beginning of its name.
            seconds: how long from now on; 0 ends a silence.
        """
        self._silenced[name] = self._clock.time() + seconds

    async def monitor_system_health(self) -> dict[str, Any]:
        """Take a look at everything.

        Returns:
            ``overall_health`` (healthy, degraded, unhealthy), ``metrics``, ``components``,
            ``alerts``, ``recommendations`` and ``baselines``. ``metrics`` is empty where the host
            cannot be looked at; an alert says why.
        """
        await self._restore()
        sample, probed = await self._look()
        components = (*self._components(), probed)
        now = self._clock.time()
        if sample:
            serving, noise = self._service.drain()
            figures = figures_of(sample) | serving | figures_of_components(components)
            figures |= self._baselines.deviations(figures, noise, now)
            self._note(*self._alarm.watch_figures(figures, words_of(sample), now), now)
            self._baselines.add(figures, now)
            self._samples += 1
        self._note(*self._alarm.watch_components(components, now), now)
        alerts = self._alerts()
        baselines = self._baselines.summary()
        if sample:
            self._snapshot = Health(
                overall(alerts, components),
                sample,
                components,
                alerts,
                tuple(alert.action for alert in self._heard(alerts)),
                baselines,
            )
            if self._samples % _SAVED_EVERY == 1:
                await self._save()
        return self._report(sample, components) | {
            "components": [component_mapping(component) for component in components],
            "baselines": baselines,
        }

    def components(self) -> tuple[ComponentHealth, ...]:
        """How every part is at this moment."""
        return tuple(self._components())

    def snapshot(self) -> Health | None:
        """What the last look showed; None before the first."""
        return self._snapshot

    def summary(self) -> dict[str, Any]:
        """The last look, without waiting, for a validation's result.

        Before the first look it is about the components alone, and ``metrics`` is empty.
        """
        if self._snapshot is None:
            components = tuple(self._components())
            alarm = Alarm(())
            alarm.watch_components(components, self._clock.time())
            alerts = tuple(alarm.active.values())
            return _summary(None, components, alerts)
        return self._report(self._snapshot.sample, self._snapshot.components)

    def status(self) -> dict[str, Any]:
        """How monitoring itself is doing, in figures."""
        last = self._snapshot
        return {
            "samples": self._samples,
            "last_sample_at": last.sample.at if last else None,
            "overall_health": self.summary()["overall_health"],
            "active_alerts": [alert_mapping(alert) for alert in self._alerts()],
            "alerts_raised": self._raised,
            "alerts_cleared": self._cleared,
            "alert_rules": len(self._alarm.rules),
            "baselines": self._baselines.summary(),
            "silenced_until": {n: t for n, t in self._silenced.items() if t > self._clock.time()},
        }

    async def aclose(self) -> None:
        """Save the baselines, so that the next process starts with them."""
        if self._samples:
            await self._save()

    async def _look(self) -> tuple[HostSample | None, ComponentHealth]:
        try:
            return await self._probe.sample(), ComponentHealth("host-probe", "ready")
        except Exception as error:  # noqa: BLE001 (whatever breaks the probe, health must answer)
            reason = f"{type(error).__name__}: {error}"
            return None, ComponentHealth("host-probe", "failed", reason=reason)

    def _alerts(self) -> tuple[Alert, ...]:
        """The most severe first, then the oldest."""
        active = self._alarm.active.values()
        return tuple(sorted(active, key=lambda alert: (-alert.severity.rank, alert.since)))

    def _note(self, raised: list[Alert], cleared: list[Alert], now: float) -> None:
        self._raised += len(raised)
        self._cleared += len(cleared)
        for alert in raised:
            self._store.record_event(Event(now, "alert.raised", alert.name, alert_mapping(alert)))
        for alert in cleared:
            detail = alert_mapping(alert) | {"lasted_s": round(now - alert.since, 3)}
            self._store.record_event(Event(now, "alert.cleared", alert.name, detail))
        raised, cleared = self._heard(raised), self._heard(cleared)
        if raised or cleared:
            for sink in self._sinks:
                try:
                    sink(raised, cleared)
                except Exception as error:  # noqa: BLE001 (a sink of others must not stop the watch)
                    detail = {"error": f"{type(error).__name__}: {error}"}
                    self._store.record_event(Event(now, "alert.undelivered", repr(sink), detail))

    def _heard(self, alerts: Iterable[Alert]) -> list[Alert]:
        """Those that nobody has silenced."""
        now = self._clock.time()
        quiet = tuple(name for name, until in self._silenced.items() if until > now)
        return [alert for alert in alerts if not alert.name.startswith(quiet)]

    def _report(
        self, sample: HostSample | None, components: tuple[ComponentHealth, ...]
    ) -> dict[str, Any]:
        alerts = self._alerts()
        summary = _summary(sample, components, alerts)
        return summary | {"recommendations": [alert.action for alert in self._heard(alerts)]}

    async def _restore(self) -> None:
        if self._restored:
            return
        try:
            async with asyncio.timeout(_STORE_PATIENCE_S):
                state = await self._store.load_state(_STATE)
        except (StoreError, TimeoutError):
            return  # the store's own health says so; the next look tries again
        if not self._restored:
            self._restored = True
            self._baselines.restore(state or {})
            saved = (state or {}).get("silenced", {})
            self._silenced = {n: float(until) for n, until in saved.items()} | self._silenced

    async def _save(self) -> None:
        if not self._restored:
            return  # saving now would replace the baselines that could not be read yet
        state = self._baselines.as_state() | {"silenced": self._silenced}
        try:
            async with asyncio.timeout(_STORE_PATIENCE_S):
                await self._store.save_state(_STATE, state)
        except (StoreError, TimeoutError):
            return  # the store keeps the newest state and its own health says so


def _summary(
    sample: HostSample | None,
    components: tuple[ComponentHealth, ...],
    alerts: tuple[Alert, ...],
) -> dict[str, Any]:
    return {
        "overall_health": overall(alerts, components).value,
        "metrics": metrics(sample) if sample else {},
        "alerts": [alert_mapping(alert) for alert in alerts],
        "recommendations": [alert.action for alert in alerts],
    }
