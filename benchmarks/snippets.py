"""Distinct snippets of about 60 lines, as an assistant would write them for a web service."""

from itertools import islice, product

NOUNS = ("order", "invoice", "ticket", "parcel", "booking", "member", "device", "report")
FIELDS = (
    ("amount", "Decimal"),
    ("weight", "float"),
    ("title", "str"),
    ("count", "int"),
    ("label", "str"),
)
STORES = ("memory", "sqlite", "queue", "cache", "ledger")

TEMPLATE = '''"""Keeps {noun}s in the {store} and answers questions about them."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel

logger = logging.getLogger(__name__)
router = APIRouter(prefix="/v1/{noun}s")


class {Noun}In(BaseModel):
    """What a client sends."""

    name: str
    {name}: {kind}


@dataclass
class {Store}:
    """Holds {noun}s by number."""

    entries: dict[int, {Noun}In] = field(default_factory=dict)

    def add(self, entry: {Noun}In) -> int:
        """Store an entry and return its number."""
        number = max(self.entries, default=0) + 1
        self.entries[number] = entry
        logger.info("{noun} %d stored", number)
        return number

    def get(self, number: int) -> {Noun}In:
        """Return an entry; unknown numbers raise ``KeyError``."""
        return self.entries[number]


{store} = {Store}()


def names(entries: Iterable[{Noun}In], start: str = "{start}") -> list[str]:
    """Return the names that begin with ``start``, sorted."""
    return sorted(entry.name for entry in entries if entry.name.startswith(start))


@router.post("/")
def create(entry: {Noun}In) -> dict[str, int]:
    """Store a new {noun}."""
    return {{"number": {store}.add(entry)}}


@router.get("/{{number}}")
def read(number: int) -> {Noun}In:
    """Return one {noun}."""
    try:
        return {store}.get(number)
    except KeyError as error:
        raise HTTPException(status_code=404, detail="unknown {noun}") from error
'''


def snippets(count: int) -> list[str]:
    """Return ``count`` distinct texts."""
    choices = islice(product(NOUNS, FIELDS, STORES), count)
    return [
        TEMPLATE.format(
            noun=noun, Noun=noun.capitalize(), name=name, kind=kind, store=store,
            Store=store.capitalize() + "Store", start=f"{noun[0]}{number}",
        )
        for number, (noun, (name, kind), store) in enumerate(choices)
    ]  # fmt: skip
