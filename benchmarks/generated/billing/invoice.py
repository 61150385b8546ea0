"""Invoices with tax and discounts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum

CENT = Decimal("0.01")


class TaxRate(Enum):
    """Tax rates in percent."""

    STANDARD = Decimal("20")
    REDUCED = Decimal("10")
    ZERO = Decimal("0")


def round_money(amount: Decimal) -> Decimal:
    """Round to whole cents, half up."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class Line:
    """One position of an invoice."""

    description: str
    quantity: int
    unit_price: Decimal
    tax: TaxRate = TaxRate.STANDARD
    discount_percent: Decimal = Decimal("0")

    def __post_init__(self) -> None:
        if self.quantity <= 0:
            raise ValueError("quantity must be positive")
        if not 0 <= self.discount_percent <= 100:
            raise ValueError("discount must be between 0 and 100")

    @property
    def net(self) -> Decimal:
        """The price without tax."""
        gross = self.quantity * self.unit_price
        return round_money(gross * (100 - self.discount_percent) / 100)

    @property
    def tax_amount(self) -> Decimal:
        """The tax on the net price."""
        return round_money(self.net * self.tax.value / 100)


@dataclass
class Invoice:
    """An invoice to one customer."""

    number: str
    customer: str
    issued: date
    lines: list[Line] = field(default_factory=list)
    payment_days: int = 30
    paid_on: date | None = None

    @property
    def due(self) -> date:
        """The last day to pay."""
        return self.issued + timedelta(days=self.payment_days)

    @property
    def net_total(self) -> Decimal:
        """The sum without tax."""
        return sum((line.net for line in self.lines), Decimal("0"))

    @property
    def tax_total(self) -> Decimal:
        """The sum of all taxes."""
        return sum((line.tax_amount for line in self.lines), Decimal("0"))

    @property
    def total(self) -> Decimal:
        """What the customer pays."""
        return self.net_total + self.tax_total

    def is_overdue(self, today: date) -> bool:
        """Whether the invoice should have been paid."""
        return self.paid_on is None and today > self.due

    def pay(self, on: date) -> None:
        """Mark the invoice as paid.

        Raises:
            ValueError: it was paid already.
        """
        if self.paid_on is not None:
            raise ValueError(f"invoice {self.number} was paid on {self.paid_on}")
        self.paid_on = on
