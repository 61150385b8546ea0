"""Invoices and what is still to be paid on them."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Position:
    """One line of an invoice."""

    article: str
    quantity: int
    unit_price: Decimal

    @property
    def total(self) -> Decimal:
        """The price of all units."""
        return self.unit_price * self.quantity


def outstanding(positions: Iterable[Position], paid: Decimal) -> Decimal:
    """Return what is still to be paid; an overpaid invoice owes nothing.

    >>> outstanding([Position("pen", 3, Decimal("1.50"))], Decimal("2.00"))
    Decimal('2.50')
    >>> outstanding([], Decimal("5.00"))
    Decimal('0')
    """
    due = sum((position.total for position in positions), Decimal(0))
    return max(due - paid, Decimal(0))
