"""Alerts that come and go with hysteresis."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from autovet.domain.health import Alert, ComponentHealth
from autovet.domain.severity import Severity
from autovet.engines.monitoring.alert_rules import AlertRule

_TROUBLED = {"failed", "resting"}
_GOOD_SAMPLES = 2
"""A component must look well this often in a row before its alert is cleared."""


@dataclass(slots=True)
class Alarm:
    """Which alerts are up, and how close others are to being raised."""

    rules: tuple[AlertRule, ...]
    active: dict[str, Alert] = field(default_factory=dict)
    _above: dict[str, int] = field(default_factory=dict)
    _well: dict[str, int] = field(default_factory=dict)

    def watch_figures(
        self, figures: Mapping[str, float], words: Mapping[str, str], at: float
    ) -> tuple[list[Alert], list[Alert]]:
        """Apply the rules to the figures; returns the alerts raised and those cleared now."""
        raised, cleared = [], []
        for rule, figure, subject in self._matches(figures):
            value = figures[figure]
            name = f"{rule.name}:{subject}" if subject else rule.name
            self._above[name] = self._above.get(name, 0) + 1 if value > rule.above else 0
            known = self.active.get(name)
            if known and value < rule.below:
                cleared.append(self.active.pop(name))
            elif known or self._above[name] >= rule.samples:
                facts: dict[str, float | str] = {**figures, **words, "subject": subject}
                facts |= _compared(figure, figures)
                alert = _alert(rule, name, value, facts, known.since if known else at)
                self.active[name] = alert
                if not known:
                    raised.append(alert)
        return raised, cleared

    def _matches(self, figures: Mapping[str, float]) -> Iterator[tuple[AlertRule, str, str]]:
        """Every rule with each figure that it is about, and what its ``*`` stands for there."""
        for rule in self.rules:
            start, star, end = rule.figure.partition("*")
            if not star:
                if rule.figure in figures:
                    yield rule, rule.figure, ""
                continue
            for figure in figures:
                if figure.startswith(start) and figure.endswith(end):
                    yield rule, figure, figure[len(start) : len(figure) - len(end)]

    def watch_components(
        self, components: Iterable[ComponentHealth], at: float
    ) -> tuple[list[Alert], list[Alert]]:
        """Raise an alert for each component in trouble; returns those raised and cleared now."""
        raised, cleared = [], []
        seen = {f"component:{component.name}": component for component in components}
        for name, component in seen.items():
            known = self.active.get(name)
            if component.state in _TROUBLED:
                self._well[name] = 0
                alert = _component_alert(name, component, known.since if known else at)
                self.active[name] = alert
                if not known:
                    raised.append(alert)
            elif known:
                self._well[name] = self._well.get(name, 0) + 1
                if self._well[name] >= _GOOD_SAMPLES:
                    cleared.append(self.active.pop(name))
        gone = [n for n in self.active if n.startswith("component:") and n not in seen]
        cleared.extend(self.active.pop(name) for name in gone)
        return raised, cleared


def _compared(figure: str, figures: Mapping[str, float]) -> dict[str, float]:
    """The figure that deviates, and what it usually is."""
    name = figure.removesuffix("_deviation")
    if name == figure:
        return {}
    return {"now": figures[name], "usual": figures[f"{name}_usual"]}


def _alert(
    rule: AlertRule, name: str, value: float, known: Mapping[str, float | str], since: float
) -> Alert:
    facts = {**known, "value": value, "limit": rule.above}
    return Alert(
        name=name,
        severity=rule.severity,
        message=rule.message.format_map(facts),
        action=rule.action.format_map(facts),
        value=round(value, 3),
        limit=rule.above,
        since=since,
    )


def _component_alert(name: str, component: ComponentHealth, since: float) -> Alert:
    why = f": {component.reason}" if component.reason else ""
    helps = {
        "resting": "It is tried again by itself; what needs it is undecided meanwhile.",
        "failed": "What needs it is undecided or not recorded until the cause is removed.",
    }
    return Alert(
        name=name,
        severity=Severity.WARNING,
        message=f"{component.name} has {_state_words(component)}{why}",
        action=helps[component.state],
        value=float(component.restarts),
        limit=0.0,
        since=since,
    )


def _state_words(component: ComponentHealth) -> str:
    restarts = f" after {component.restarts} restarts" if component.restarts else ""
    return ("failed" if component.state == "failed" else "stopped to rest") + restarts
