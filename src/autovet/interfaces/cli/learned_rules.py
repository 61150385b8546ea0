"""What was learned, for people to read."""

import asyncio
import sys
import time
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from autovet.interfaces.cli.targets import make_layer


def show_learned(rule: str = "", *, as_json: bool = False) -> int:
    """Print the adaptation rules, of one rule or of all; returns the exit code."""
    learned, version = asyncio.run(_learned())
    chosen = [r for r in learned if rule in {"", r["rule"], r["id"]}]
    if as_json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(chosen), indent=2).decode() + "\n")
        return 0
    for line in _lines(chosen, full=bool(rule)):
        sys.stdout.write(line + "\n")
    sys.stdout.write(f"state {version}: {len(chosen)} learned about {rule or 'all rules'}\n")
    return 0


async def _learned() -> tuple[list[dict[str, Any]], str]:
    async with make_layer(background=False) as layer:
        engine = layer.learning_engine
        return engine.learned(), engine.policy().version


def _lines(rules: Iterable[Mapping[str, Any]], *, full: bool) -> Iterable[str]:
    for rule in rules:
        scope = rule["scope"] if rule["scope"] != "*" else "all projects"
        where = [scope, *(rule[key] for key in ("kind", "generator") if rule[key])]
        yield (
            f"{rule['id']}  {rule['state']:<8} {rule['action']:<9} {rule['rule']:<32} "
            f"{' / '.join(where)}"
        )
        if not full:
            continue
        day = time.strftime("%Y-%m-%d", time.gmtime(rule["at"]))
        yield f"          since      {day} ({rule['origin']})"
        for name, value in rule["evidence"].items():
            yield f"          {name:<10} {value}"
        yield f"          effect     {rule['effect']['findings_changed']} findings changed so far"
