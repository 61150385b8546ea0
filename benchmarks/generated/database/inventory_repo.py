"""Inventory repository for PostgreSQL."""

import logging
import os

import psycopg2
import psycopg2.extras

logger = logging.getLogger(__name__)


def get_connection():
    """Open a connection to the database."""
    return psycopg2.connect(
        host=os.getenv("DB_HOST", "localhost"),
        dbname=os.getenv("DB_NAME", "inventory"),
        user=os.getenv("DB_USER", "postgres"),
        password=os.getenv("DB_PASSWORD", "postgres"),
    )


def get_product(product_id):
    """Return one product, or None."""
    conn = get_connection()
    cur = conn.cursor(cursor_factory=psycopg2.extras.RealDictCursor)
    cur.execute("SELECT * FROM products WHERE id = %s", (product_id,))
    product = cur.fetchone()
    cur.close()
    conn.close()
    return product


def get_products(product_ids):
    """Return several products."""
    products = []
    for product_id in product_ids:
        product = get_product(product_id)
        if product is not None:
            products.append(product)
    return products


def search_products(name=None, category=None, min_price=None, max_price=None, sort="name"):
    """Search products by the given criteria."""
    query = "SELECT * FROM products WHERE 1=1"
    params = []
    if name:
        query += " AND name ILIKE %s"
        params.append(f"%{name}%")
    if category:
        query += " AND category = %s"
        params.append(category)
    if min_price is not None:
        query += " AND price >= %s"
        params.append(min_price)
    if max_price is not None:
        query += " AND price <= %s"
        params.append(max_price)
    query += f" ORDER BY {sort}"

    conn = get_connection()
    try:
        with conn.cursor(cursor_factory=psycopg2.extras.RealDictCursor) as cur:
            cur.execute(query, params)
            return cur.fetchall()
    finally:
        conn.close()


def update_stock(product_id, quantity):
    """Add a quantity, positive or negative, to the stock of a product."""
    conn = get_connection()
    try:
        cur = conn.cursor()
        cur.execute("SELECT stock FROM products WHERE id = %s", (product_id,))
        row = cur.fetchone()
        if row is None:
            return False
        new_stock = row[0] + quantity
        if new_stock < 0:
            return False
        cur.execute("UPDATE products SET stock = %s WHERE id = %s", (new_stock, product_id))
        conn.commit()
        return True
    except Exception as e:
        logger.error(f"Error updating stock: {e}")
        return False
    finally:
        conn.close()


def bulk_insert(products):
    """Insert many products."""
    conn = get_connection()
    cur = conn.cursor()
    for product in products:
        cur.execute(
            "INSERT INTO products (name, category, price, stock) VALUES (%s, %s, %s, %s)",
            (product["name"], product["category"], product["price"], product["stock"]),
        )
    conn.commit()
    cur.close()
    conn.close()
    logger.info("Inserted %s products", len(products))
