"""The status as a screen to look at."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from autovet.interfaces.reports.sparkline import sparkline

_COLOURS = {"healthy": "green", "degraded": "yellow", "unhealthy": "red"}
_STATES = {"ready": "green", "idle": "dim", "starting": "cyan", "resting": "yellow"}
_LATEST_ACTIONS = 5


def status_screen(status: Mapping[str, Any]) -> RenderableType:
    """Health, the last two days, components, alerts, what optimization did and what was learned."""
    return Group(*_parts(status))


def _parts(status: Mapping[str, Any]) -> Iterator[RenderableType]:
    monitoring, optimization = status["monitoring_engine"], status["optimization_engine"]
    health = monitoring["overall_health"]
    yield Text.assemble("autovet is ", (health, f"bold {_COLOURS.get(health, 'red')}"))
    yield from _alerts(monitoring["active_alerts"])
    yield from _course(optimization["trends"])
    yield _components(status["components"])
    yield from _actions(optimization["actions"])
    yield from _opportunities(optimization["optimization_opportunities"])
    learning = status["learning_engine"]
    yield Text(
        f"\nlearned: {learning.get('adaptation_rules', 0)} adaptation rules, "
        f"state {learning.get('state_version', '0')}"
    )


def _alerts(alerts: list[Mapping[str, Any]]) -> Iterator[RenderableType]:
    for alert in alerts:
        colour = "red" if alert["severity"] == "error" else "yellow"
        yield Text.assemble((f"  {alert['name']}", f"bold {colour}"), f"  {alert['message']}")
        yield Text(f"    {alert['action']}", style="dim")


def _course(trends: Mapping[str, Any]) -> Iterator[RenderableType]:
    hours = trends.get("hours", [])
    if not hours:
        yield Text("\nno hour is complete yet: the course of the last two days comes later")
        return
    since = dt.datetime.fromtimestamp(hours[0]["at"], dt.UTC)
    grid = Table.grid(padding=(0, 2))
    for label, key, form in (
        ("validations an hour", "validations", "{:,.0f}"),
        ("median ms", "median_ms", "{:.1f}"),
        ("failed", "failed", "{:.0%}"),
        ("undecided", "undecided", "{:.1%}"),
    ):
        values = [hour[key] for hour in hours]
        latest = values[-1]
        now = "" if latest is None else form.format(latest)
        grid.add_row(label, Text(sparkline(values), style="cyan"), now)
    yield Text(f"\nsince {since:%Y-%m-%d %H:%M} UTC")
    yield grid
    for change in trends.get("change_points", []):
        at = dt.datetime.fromtimestamp(change["at"], dt.UTC)
        around = ", ".join(f"{e['kind']} {e['subject']}" for e in change["around"][:3])
        yield Text(
            f"  {at:%H:%M} {change['what']}: {change['before']} to {change['after']}"
            + (f" ({around})" if around else "")
        )


def _components(components: Mapping[str, Mapping[str, Any]]) -> Table:
    table = Table(box=None, padding=(0, 2), title_justify="left", title="\ncomponents")
    for heading in ("", "state", "restarts", "process", "why"):
        table.add_column(heading, justify="right" if heading in {"restarts", "process"} else "left")
    for name, facts in components.items():
        state = facts["state"]
        table.add_row(
            name,
            Text(state, style=_STATES.get(state, "red")),
            str(facts["restarts"]),
            str(facts["pid"] or ""),
            facts["reason"],
        )
    return table


def _actions(actions: list[Mapping[str, Any]]) -> Iterator[RenderableType]:
    if actions:
        yield Text("\nwhat optimization did", style="bold")
    for action in actions[-_LATEST_ACTIONS:]:
        effect = ", ".join(f"{key} {value}" for key, value in action["effect"].items())
        yield Text(f"  {action['id']} {action['state']}: {action['hypothesis']}")
        if effect or action.get("harm"):
            yield Text(f"    {action.get('harm') or effect}", style="dim")


def _opportunities(found: list[Mapping[str, Any]]) -> Iterator[RenderableType]:
    if found:
        yield Text("\nwhat could be better", style="bold")
    for each in found:
        yield Text(f"  {each['what']}: {each['why']}")
