"""Meter API usage and work out the bill of each customer."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple


class Tier(NamedTuple):
    """From how many calls on a price per thousand calls holds."""

    start: int
    price: Decimal


@dataclass(frozen=True)
class UsageEvent:
    """Calls of one customer."""

    customer: str
    endpoint: str
    calls: int
    at: datetime


@dataclass(frozen=True)
class Bill:
    """What a customer owes for a month."""

    customer: str
    month: str
    calls: int
    amount: Decimal


class TieredPricing:
    """Prices that fall with the number of calls."""

    def __init__(self, tiers: Iterable[Tier]) -> None:
        self._tiers = sorted(tiers)
        if not self._tiers or self._tiers[0].start != 0:
            raise ValueError("the first tier must start at 0")

    def tier_of(self, calls: int) -> Tier:
        """Return the tier that a number of calls falls into."""
        starts = [tier.start for tier in self._tiers]
        return self._tiers[bisect_right(starts, calls) - 1]

    def amount(self, calls: int) -> Decimal:
        """Return the price of a number of calls, tier by tier."""
        total = Decimal("0")
        ends = [tier.start for tier in self._tiers[1:]] + [calls]
        for tier, end in zip(self._tiers, ends):
            if calls <= tier.start:
                break
            total += (min(calls, end) - tier.start) * tier.price / 1000
        return total.quantize(Decimal("0.01"))


class UsageMeter:
    """Collects usage and makes bills of it."""

    def __init__(self, pricing: TieredPricing) -> None:
        self._pricing = pricing
        self._usage: dict[tuple[str, str], int] = defaultdict(int)

    def record(self, event: UsageEvent) -> None:
        """Count the calls of an event."""
        if event.calls < 0:
            raise ValueError("calls must not be negative")
        self._usage[event.customer, event.at.strftime("%Y-%m")] += event.calls

    def record_all(self, events: Iterable[UsageEvent]) -> None:
        """Count the calls of many events."""
        for event in events:
            self.record(event)

    def bills(self, month: str) -> list[Bill]:
        """Return the bills of a month, by customer."""
        return [
            Bill(customer, month, calls, self._pricing.amount(calls))
            for (customer, used_in), calls in sorted(self._usage.items())
            if used_in == month
        ]
