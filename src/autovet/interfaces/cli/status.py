"""``autovet status``."""

import asyncio
import sys
from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
import typer

from autovet.interfaces.cli.targets import make_layer


def status(
    as_json: Annotated[bool, typer.Option("--json", help="Print the status as JSON.")] = False,
) -> int:
    """Show the four engines, the store and the host, from the record and one look around."""
    found = asyncio.run(_status())
    if as_json:
        encoded = msgspec.json.format(msgspec.json.encode(found), indent=2)
        sys.stdout.write(encoded.decode() + "\n")
        return 0
    for name, part in found.items():
        sys.stdout.write(f"{name.replace('_', ' ')}\n")
        _tell(part, 1)
    return 0


async def _status() -> dict[str, Any]:
    async with make_layer(background=False) as layer:
        await layer.monitoring_engine.monitor_system_health()
        await layer.optimization_engine.analyze_performance_trends()
        return await layer.get_autonomous_status()


def _tell(part: Any, depth: int) -> None:
    indent = "  " * depth
    entries = part.items() if isinstance(part, Mapping) else enumerate(part, 1)
    for name, value in entries:
        label = str(name).replace("_", " ")
        if isinstance(value, (Mapping, list, tuple)) and value:
            sys.stdout.write(f"{indent}{label}\n")
            _tell(value, depth + 1)
        elif value not in (None, "", [], {}, ()):
            shown = f"{value:,.2f}" if isinstance(value, float) else str(value)
            sys.stdout.write(f"{indent}{label:<28} {shown}\n")
