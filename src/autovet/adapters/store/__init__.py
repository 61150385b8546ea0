"""The record in a SQL database: SQLite by default, PostgreSQL by another URL.

Only ``database``, ``schema``, ``migrate`` and ``migrations`` import SQLAlchemy or alembic; they
are loaded in a thread when the store is first used.
"""
