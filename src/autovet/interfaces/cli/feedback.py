"""``autovet feedback``."""

import asyncio
import enum
import getpass
import sys
from typing import Annotated

import typer

from autovet.interfaces.cli.targets import make_layer


class Opinion(enum.StrEnum):
    """Whether a finding was worth reporting."""

    USEFUL = "useful"
    NOT_USEFUL = "not-useful"


def feedback(
    finding: Annotated[str, typer.Argument(help="The id of a finding, or a unique start of it.")],
    opinion: Annotated[Opinion, typer.Argument(help="Whether it was worth reporting.")],
    why: Annotated[str, typer.Option(help="The reason, for whoever reads it later.")] = "",
    days: Annotated[
        float | None,
        typer.Option(min=0.0, help="How long a dismissal holds; for good if not given."),
    ] = None,
    author: Annotated[str, typer.Option(help="Who says so; you if not given.")] = "",
) -> int:
    """Tell whether a finding was useful; one that was not stays dismissed when lines move."""
    said = asyncio.run(_feedback(finding, opinion, why, author or author_name(), days))
    sys.stdout.write(said + "\n")
    return 0


async def _feedback(
    finding: str, opinion: Opinion, why: str, author: str, days: float | None
) -> str:
    async with make_layer(background=False) as layer:
        recorded = await layer.record_feedback(
            finding, opinion.value, why=why, author=author, days=days
        )
    action = "stays dismissed" if opinion is Opinion.NOT_USEFUL else "counts as useful"
    return f"{recorded['rule']} {recorded['finding_id']} {action}"


def author_name() -> str:
    """Who runs the command."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
