"""What is known about packages, where it lies and how fast it answers."""

import time
from pathlib import Path
from typing import Any

from autovet.adapters.knowledge.directory import names_directory, wheels_directory
from autovet.adapters.knowledge.wheel_store import IndexedWheel, WheelStore
from autovet.adapters.package_index.card import read_card
from autovet.adapters.package_index.installed import read_directory
from autovet.adapters.package_index.names import (
    INDEX_FILE,
    SHIPPED,
    PublishedNames,
    newest_sound,
)

_ASKED = 2_000


def take_inventory(knowledge: Path) -> dict[str, Any]:
    """Look at everything; times are measured now, in this process.

    Args:
        knowledge: the directory of the user's own knowledge.
    """
    own = names_directory(knowledge)
    directory = newest_sound(SHIPPED, own)
    store = WheelStore(wheels_directory(knowledge))
    return {
        "names": _names(directory),
        "rejected": _rejected(own) if own.exists() and directory != own else None,
        "directory": str(store.directory),
        "libraries": [_library(wheel) for wheel in store.indexed()],
    }


def _names(directory: Path) -> dict[str, Any]:
    started = time.perf_counter()
    names = PublishedNames(directory)
    known = names.known
    loaded = time.perf_counter()
    card = names.card
    if not known or card is None:
        return {"directory": str(directory), "damage": "the list is missing or damaged"}
    # every second one is not listed
    asked = [name + end for name in names.popular[: _ASKED // 2] for end in ("", "-nowhere")]
    started_asking = time.perf_counter()
    for name in asked:
        _ = name in names
    lookup_s = (time.perf_counter() - started_asking) / max(len(asked), 1)
    return {
        "directory": str(directory),
        "damage": None,
        "date": card.date,
        "count": card.names,
        "bytes": sum(file.stat().st_size for file in directory.glob("pypi_*")),
        "load_ms": (loaded - started) * 1e3,
        "lookup_us": lookup_s * 1e6,
    }


def _rejected(own: Path) -> str:
    card = read_card(own / INDEX_FILE)
    return f"{own} is damaged" if card is None else f"{own} of {card.date} is older"


def _library(wheel: IndexedWheel) -> dict[str, Any]:
    try:
        modules = sorted(read_directory(wheel.directory).modules)
    except OSError:
        modules = []
    return {
        "name": wheel.name,
        "version": str(wheel.version),
        "modules": modules,
        "directory": str(wheel.directory),
    }
