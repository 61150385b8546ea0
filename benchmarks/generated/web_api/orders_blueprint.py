"""Orders blueprint for the Flask shop."""

import hmac
import hashlib
import os

from flask import Blueprint, abort, current_app, jsonify, request
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()
bp = Blueprint("orders", __name__, url_prefix="/orders")

WEBHOOK_SECRET = os.environ.get("WEBHOOK_SECRET", "changeme")


class Customer(db.Model):
    """A customer of the shop."""

    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(120), nullable=False)
    email = db.Column(db.String(255), unique=True, nullable=False)
    orders = db.relationship("Order", back_populates="customer")


class Order(db.Model):
    """An order of a customer."""

    id = db.Column(db.Integer, primary_key=True)
    customer_id = db.Column(db.Integer, db.ForeignKey("customer.id"), nullable=False)
    total = db.Column(db.Float, nullable=False)
    status = db.Column(db.String(20), default="pending")
    customer = db.relationship("Customer", back_populates="orders")

    def to_dict(self):
        """Return the order as a dictionary."""
        return {
            "id": self.id,
            "customer": self.customer.name,
            "total": self.total,
            "status": self.status,
        }


@bp.get("/")
def list_orders():
    """List all orders."""
    orders = Order.query.all()
    return jsonify([order.to_dict() for order in orders])


@bp.post("/")
def create_order():
    """Create an order from the posted JSON."""
    data = request.get_json()
    if not data or "customer_id" not in data or "total" not in data:
        abort(400, description="customer_id and total are required")
    order = Order(customer_id=data["customer_id"], total=data["total"])
    db.session.add(order)
    db.session.commit()
    return jsonify(order.to_dict()), 201


@bp.get("/<int:order_id>")
def get_order(order_id):
    """Return one order."""
    order = Order.query.get_or_404(order_id)
    return jsonify(order.to_dict())


@bp.put("/<int:order_id>/status")
def update_status(order_id):
    """Change the status of an order."""
    order = Order.query.get_or_404(order_id)
    status = request.get_json().get("status")
    if status == "pending" or status == "paid" or status == "shipped" or status == "cancelled":
        order.status = status
        db.session.commit()
        return jsonify(order.to_dict())
    return jsonify({"error": "invalid status"}), 400


@bp.get("/summary")
def summary():
    """Return the total revenue per customer."""
    result = []
    for customer in Customer.query.all():
        orders = Order.query.filter_by(customer_id=customer.id).all()
        result.append(
            {
                "customer": customer.name,
                "orders": len(orders),
                "revenue": sum(order.total for order in orders),
            }
        )
    return jsonify(result)


@bp.post("/webhook")
def payment_webhook():
    """Mark an order as paid when the payment provider says so."""
    signature = request.headers.get("X-Signature", "")
    expected = hmac.new(WEBHOOK_SECRET.encode(), request.data, hashlib.sha256).hexdigest()
    if signature != expected:
        abort(401)
    event = request.get_json()
    if event["type"] == "payment.succeeded":
        order = Order.query.get(event["order_id"])
        order.status = "paid"
        db.session.commit()
        current_app.logger.info("order %s paid", order.id)
    return "", 204
