"""Watch product pages and send a notification when a price drops."""

import asyncio
import logging
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Optional

import httpx

logger = logging.getLogger(__name__)

PRICE_PATTERN = re.compile(r"(\d+[.,]\d{2})")


@dataclass
class Product:
    """A product whose price is watched."""

    name: str
    url: str
    target_price: Decimal
    last_price: Optional[Decimal] = None


class PriceWatcher:
    """Checks prices again and again."""

    def __init__(self, products, webhook_url, interval=300):
        self.products = products
        self.webhook_url = webhook_url
        self.interval = interval
        self.running = False

    async def fetch_price(self, client: httpx.AsyncClient, product: Product):
        """Return the price on a product page, or None."""
        try:
            response = await client.get(product.url)
            response.raise_for_status()
        except httpx.HTTPError as exc:
            logger.warning("Could not fetch %s: %s", product.url, exc)
            return None
        match = PRICE_PATTERN.search(response.text)
        if match is None:
            return None
        return Decimal(match.group(1).replace(",", "."))

    async def notify(self, client: httpx.AsyncClient, product: Product, price: Decimal):
        """Send a message to the webhook."""
        message = f"{product.name} is now {price} (target {product.target_price})"
        await client.post(self.webhook_url, json={"text": message})
        logger.info("Notification sent: %s", message)

    async def check_product(self, client: httpx.AsyncClient, product: Product):
        """Check one product."""
        price = await self.fetch_price(client, product)
        if price is None:
            return
        if price <= product.target_price and price != product.last_price:
            await self.notify(client, product, price)
        product.last_price = price

    async def check_all(self):
        """Check all products."""
        async with httpx.AsyncClient(timeout=10, follow_redirects=True) as client:
            for product in self.products:
                await self.check_product(client, product)

    async def run(self):
        """Check until stopped."""
        self.running = True
        while self.running:
            await self.check_all()
            await asyncio.sleep(self.interval)

    def stop(self):
        """Stop after the current round."""
        self.running = False


async def main():
    """Watch two example products."""
    logging.basicConfig(level=logging.INFO)
    products = [
        Product("Keyboard", "https://shop.example.com/keyboard", Decimal("79.00")),
        Product("Monitor", "https://shop.example.com/monitor", Decimal("249.00")),
    ]
    watcher = PriceWatcher(products, "https://hooks.example.com/notify")
    await watcher.run()


if __name__ == "__main__":
    asyncio.run(main())
