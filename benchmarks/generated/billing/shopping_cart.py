"""Shopping cart with coupons and shipping."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Dict, List, Optional


@dataclass
class Product:
    """A product in the catalogue."""

    sku: str
    name: str
    price: Decimal
    weight: float
    stock: int


@dataclass
class CartItem:
    """A product and how many of it."""

    product: Product
    quantity: int

    @property
    def subtotal(self) -> Decimal:
        """The price of all pieces."""
        return self.product.price * self.quantity


class OutOfStockError(Exception):
    """There are not enough pieces in stock."""


class Cart:
    """The cart of one customer."""

    def __init__(self, customer_id: str):
        self.customer_id = customer_id
        self.items: List[CartItem] = []
        self.coupon: Optional[str] = None

    def add(self, product: Product, quantity: int = 1) -> None:
        """Add a product to the cart."""
        for item in self.items:
            if item.product.sku == product.sku:
                if item.quantity + quantity > product.stock:
                    raise OutOfStockError(f"Not enough stock for {product.name}")
                item.quantity += quantity
                return
        if quantity > product.stock:
            raise OutOfStockError(f"Not enough stock for {product.name}")
        self.items.append(CartItem(product, quantity))

    def remove(self, sku: str) -> None:
        """Remove a product from the cart."""
        for item in self.items:
            if item.product.sku == sku:
                self.items.remove(item)

    def update_quantity(self, sku: str, quantity: int) -> None:
        """Change the quantity of a product."""
        if quantity <= 0:
            self.remove(sku)
            return
        for item in self.items:
            if item.product.sku == sku:
                item.quantity = quantity

    def subtotal(self) -> Decimal:
        """The price of all items before discounts."""
        total = Decimal("0")
        for item in self.items:
            total += item.subtotal
        return total

    def discount(self, coupons: Dict[str, Decimal]) -> Decimal:
        """The discount of the coupon, if there is one."""
        if self.coupon is None:
            return Decimal("0")
        percent = coupons.get(self.coupon, Decimal("0"))
        return self.subtotal() * percent / 100

    def shipping(self) -> Decimal:
        """The shipping cost by weight."""
        weight = sum(item.product.weight * item.quantity for item in self.items)
        if self.subtotal() >= 50:
            return Decimal("0")
        if weight < 1:
            return Decimal("4.99")
        elif weight < 5:
            return Decimal("7.99")
        elif weight < 20:
            return Decimal("12.99")
        else:
            return Decimal("24.99")

    def total(self, coupons: Dict[str, Decimal]) -> Decimal:
        """What the customer pays."""
        return self.subtotal() - self.discount(coupons) + self.shipping()
