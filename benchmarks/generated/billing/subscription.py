"""Subscriptions: plans, trials, upgrades and renewals."""

import datetime
import uuid


class SubscriptionManager:
    """Manages the subscriptions of customers."""

    PLANS = {
        "free": {"price": 0, "users": 1, "storage": 1},
        "basic": {"price": 9.99, "users": 3, "storage": 10},
        "pro": {"price": 29.99, "users": 10, "storage": 100},
        "enterprise": {"price": 99.99, "users": 100, "storage": 1000},
    }

    def __init__(self):
        self.subscriptions = {}

    def create_subscription(self, customer_id, plan, trial=False, annual=False, coupon=None, auto_renew=True):
        """Create a subscription."""
        if plan not in self.PLANS:
            return None
        sub_id = str(uuid.uuid4())
        start = datetime.datetime.now()
        if trial:
            end = start + datetime.timedelta(days=14)
            price = 0
        else:
            if annual:
                end = start + datetime.timedelta(days=365)
                price = self.PLANS[plan]["price"] * 12 * 0.8
            else:
                end = start + datetime.timedelta(days=30)
                price = self.PLANS[plan]["price"]
            if coupon:
                if coupon == "SAVE10":
                    price = price * 0.9
                elif coupon == "SAVE20":
                    price = price * 0.8
                elif coupon == "HALF":
                    price = price * 0.5
        self.subscriptions[sub_id] = {
            "id": sub_id,
            "customer_id": customer_id,
            "plan": plan,
            "start": start,
            "end": end,
            "price": price,
            "annual": annual,
            "status": "trial" if trial else "active",
            "auto_renew": auto_renew,
        }
        return sub_id

    def upgrade(self, sub_id, new_plan):
        """Switch to a more expensive plan and return what is to be paid."""
        sub = self.subscriptions.get(sub_id)
        if sub is None:
            return False
        old_price = self.PLANS[sub["plan"]]["price"]
        new_price = self.PLANS[new_plan]["price"]
        if new_price <= old_price:
            return False
        days_left = (sub["end"] - datetime.datetime.now()).days
        prorated = (new_price - old_price) * days_left / 30
        sub["plan"] = new_plan
        sub["price"] = new_price
        return round(prorated, 2)

    def cancel(self, sub_id):
        """Cancel a subscription."""
        try:
            self.subscriptions[sub_id]["status"] = "cancelled"
            self.subscriptions[sub_id]["auto_renew"] = False
            return True
        except KeyError:
            return False

    def process_renewals(self):
        """Renew or expire everything that has ended."""
        renewed = []
        now = datetime.datetime.now()
        for sub_id, sub in self.subscriptions.items():
            if sub["end"] < now and sub["status"] in ["active", "trial"]:
                if sub["auto_renew"]:
                    if sub["annual"]:
                        sub["end"] = now + datetime.timedelta(days=365)
                    else:
                        sub["end"] = now + datetime.timedelta(days=30)
                    sub["status"] = "active"
                    renewed.append(sub_id)
                else:
                    sub["status"] = "expired"
        return renewed

    def get_revenue(self):
        """Return the monthly recurring revenue."""
        total = 0
        for sub_id in self.subscriptions:
            if self.subscriptions[sub_id]["status"] == "active":
                if self.subscriptions[sub_id]["annual"]:
                    total += self.subscriptions[sub_id]["price"] / 12
                else:
                    total += self.subscriptions[sub_id]["price"]
        return total
