"""``autovet doctor``."""

import asyncio
import sys
from typing import Annotated

import msgspec
import typer

from autovet.interfaces.cli.targets import make_layer

_MARK = {True: "ok  ", False: "FAIL"}


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> int:
    """Try every part once: analyzers, workers, sandbox layers, store, package index."""
    checks = asyncio.run(_examine())
    if as_json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(checks), indent=2).decode() + "\n")
    else:
        for check in checks:
            sys.stdout.write(f"{_MARK[bool(check['ok'])]} {check['what']:<22} {check['detail']}\n")
    return 0 if all(check["ok"] for check in checks) else 1


async def _examine() -> list[dict[str, object]]:
    async with make_layer(background=False) as layer:
        return await layer.examine()
