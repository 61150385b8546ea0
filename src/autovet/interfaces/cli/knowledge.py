"""``autovet knowledge``."""

import datetime as dt
import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from autovet.settings import load_settings

app = typer.Typer(
    name="knowledge",
    help="Look at what Autovet knows about packages offline, renew it, add libraries to it.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("info")
def info(
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON object.")] = False,
) -> None:
    """Show the list of published names, how fast it answers, and the indexed libraries."""
    from autovet.adapters.knowledge.inventory import take_inventory  # noqa: PLC0415 (heavy)

    inventory = take_inventory(_directory())
    if as_json:
        _say(json.dumps(inventory, indent=2))
        return
    names: dict[str, Any] = inventory["names"]
    if names["damage"]:
        _say(f"names      none: {names['damage']} ({names['directory']})")
    else:
        _say(f"names      {names['count']:,} as of {names['date']}, {names['bytes'] / 1e6:.1f} MB")
        _say(f"           {names['directory']}")
        _say(
            f"           read in {names['load_ms']:.1f} ms, one look-up {names['lookup_us']:.1f} us"
        )
    if inventory["rejected"]:
        _say(f"           not used: {inventory['rejected']}")
    _say(f"libraries  {len(inventory['libraries'])} indexed in {inventory['directory']}")
    for library in inventory["libraries"]:
        _say(f"           {library['name']}=={library['version']}: {', '.join(library['modules'])}")


@app.command("update")
def update(
    table: Annotated[
        Path | None,
        typer.Option("--from", help="A table of names, .xz too; else the index that pip uses."),
    ] = None,
) -> None:
    """Renew the list of published names; only this and add ever use the network."""
    from autovet.adapters.knowledge import pip, simple_index  # noqa: PLC0415 (heavy)
    from autovet.adapters.knowledge.directory import names_directory  # noqa: PLC0415
    from autovet.adapters.package_index.names import SHIPPED, PublishedNames  # noqa: PLC0415
    from autovet.adapters.package_index.updating import replace_index, table_lines  # noqa: PLC0415

    target = names_directory(_directory())
    known = PublishedNames(SHIPPED)
    if table is None:
        index = pip.configured_index()
        names = simple_index.listed_names(index, pip.configured_certificates())
        today = dt.datetime.now(tz=dt.UTC).date().isoformat()
        card = replace_index(names, target, known, today)
    else:
        card = replace_index(table_lines(table), target, known)
    _say(f"{card.names:,} names as of {card.date} in {target}")
    if known.card is not None and card.date < known.card.date:
        _say(f"the shipped list of {known.card.date} is newer and stays in use")


@app.command("add", no_args_is_help=True)
def add(
    wheels: Annotated[
        list[str], typer.Argument(help="NAME==VERSION, to be downloaded by pip, or a wheel's file.")
    ],
) -> None:
    """Index libraries without installing or running them."""
    from autovet.adapters.knowledge.directory import wheels_directory  # noqa: PLC0415 (heavy)
    from autovet.adapters.knowledge.pip import downloaded_wheel  # noqa: PLC0415
    from autovet.adapters.knowledge.wheel_store import WheelStore  # noqa: PLC0415

    store = WheelStore(wheels_directory(_directory()))
    for wanted in wheels:
        if wanted.endswith(".whl"):
            added = store.add(Path(wanted))
        else:
            with downloaded_wheel(wanted) as wheel:
                added = store.add(wheel)
        _say(f"indexed {added.name}=={added.version}")


@app.command("remove", no_args_is_help=True)
def remove(
    libraries: Annotated[
        list[str], typer.Argument(help="NAME for all versions, or NAME==VERSION.")
    ],
) -> None:
    """Remove indexed libraries."""
    from autovet.adapters.knowledge.directory import wheels_directory  # noqa: PLC0415 (heavy)
    from autovet.adapters.knowledge.wheel_store import WheelStore  # noqa: PLC0415

    store = WheelStore(wheels_directory(_directory()))
    for library in libraries:
        name, _, version = library.partition("==")
        for gone in store.remove(name.strip(), version.strip() or None):
            _say(f"removed {gone.name}=={gone.version}")


def _directory() -> Path:
    from autovet.adapters.knowledge.directory import knowledge_directory  # noqa: PLC0415 (heavy)

    return knowledge_directory(load_settings(pyproject=True).knowledge)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
