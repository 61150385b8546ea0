"""``autovet status``."""

import asyncio
import sys
from typing import Annotated, Any

import msgspec
import typer

from autovet.interfaces.cli.targets import make_layer
from autovet.layer import AutonomousAIOrchestrationLayer

_EVERY_S = 2.0


def status(
    as_json: Annotated[bool, typer.Option("--json", help="Print the status as JSON.")] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Look again every two seconds, until interrupted.")
    ] = False,
) -> int:
    """Show how the system is: health, alerts, the last two days, what was tried and learned."""
    asyncio.run(_watched() if watch and not as_json else _once(as_json))
    return 0


async def _once(as_json: bool) -> None:
    async with make_layer(background=False) as layer:
        found = await _status(layer)
    if as_json:
        encoded = msgspec.json.format(msgspec.json.encode(found), indent=2)
        sys.stdout.write(encoded.decode() + "\n")
        return
    from rich.console import Console  # noqa: PLC0415 (heavy)

    from autovet.interfaces.reports.status_screen import status_screen  # noqa: PLC0415 (heavy)

    Console().print(status_screen(found))


async def _watched() -> None:
    from rich.live import Live  # noqa: PLC0415 (heavy)

    from autovet.interfaces.reports.status_screen import status_screen  # noqa: PLC0415 (heavy)

    async with make_layer(background=False) as layer:
        with Live(status_screen(await _status(layer)), screen=True) as live:
            while True:
                await asyncio.sleep(_EVERY_S)
                live.update(status_screen(await _status(layer)))


async def _status(layer: AutonomousAIOrchestrationLayer) -> dict[str, Any]:
    await layer.monitoring_engine.monitor_system_health()
    await layer.optimization_engine.analyze_performance_trends()
    return await layer.get_autonomous_status()
