"""Client for a payment provider."""

import logging
import time
from dataclasses import dataclass
from typing import Optional

import requests

logger = logging.getLogger(__name__)


class PaymentError(Exception):
    """A payment could not be made."""


@dataclass
class PaymentResult:
    """What the provider said."""

    success: bool
    transaction_id: Optional[str] = None
    error: Optional[str] = None


class PaymentGateway:
    """Talks to the payment provider."""

    def __init__(self, api_key: str, base_url: str = "https://api.payments.example.com/v1"):
        self.api_key = api_key
        self.base_url = base_url

    def _headers(self):
        return {"Authorization": f"Bearer {self.api_key}", "Content-Type": "application/json"}

    def charge(self, amount: float, currency: str, card_token: str, max_retries: int = 3) -> PaymentResult:
        """Charge a card, trying again when the provider cannot be reached."""
        payload = {"amount": int(amount * 100), "currency": currency, "source": card_token}
        for attempt in range(max_retries):
            try:
                response = requests.post(
                    f"{self.base_url}/charges", json=payload, headers=self._headers(), timeout=10
                )
                if response.status_code == 200:
                    data = response.json()
                    return PaymentResult(success=True, transaction_id=data["id"])
                elif response.status_code >= 500:
                    logger.warning("Server error, retrying...")
                    time.sleep(1)
                else:
                    return PaymentResult(success=False, error=response.json()["error"]["message"])
            except requests.exceptions.RequestException as e:
                logger.error(f"Payment request failed: {e}")
                time.sleep(1)
        return PaymentResult(success=False, error="Max retries exceeded")

    def refund(self, transaction_id: str, amount: Optional[float] = None) -> PaymentResult:
        """Refund a charge, wholly or in part."""
        payload = {"charge": transaction_id}
        if amount:
            payload["amount"] = int(amount * 100)
        response = requests.post(
            f"{self.base_url}/refunds", json=payload, headers=self._headers()
        )
        if response.status_code == 200:
            return PaymentResult(success=True, transaction_id=response.json()["id"])
        else:
            return PaymentResult(success=False, error=response.text)

    def get_transaction(self, transaction_id: str) -> dict:
        """Return a transaction."""
        response = requests.get(
            f"{self.base_url}/charges/{transaction_id}", headers=self._headers(), timeout=10
        )
        return response.json()

    def list_transactions(self, limit: int = 100) -> list:
        """Return the latest transactions."""
        response = requests.get(
            f"{self.base_url}/charges",
            params={"limit": limit},
            headers=self._headers(),
            timeout=10,
        )
        response.raise_for_status()
        return response.json()["data"]

    def daily_total(self, transaction_ids: list) -> float:
        """Return the sum of the given transactions."""
        total = 0.0
        for transaction_id in transaction_ids:
            transaction = self.get_transaction(transaction_id)
            if transaction["status"] == "succeeded":
                total += transaction["amount"] / 100
        return total
