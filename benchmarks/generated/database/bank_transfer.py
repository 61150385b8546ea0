"""Accounts and transfers on SQLite."""

import sqlite3
from contextlib import contextmanager
from typing import Iterator

SCHEMA = """
CREATE TABLE IF NOT EXISTS accounts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    owner TEXT NOT NULL,
    balance INTEGER NOT NULL DEFAULT 0 CHECK (balance >= 0)
);
CREATE TABLE IF NOT EXISTS transfers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source INTEGER NOT NULL REFERENCES accounts(id),
    target INTEGER NOT NULL REFERENCES accounts(id),
    amount INTEGER NOT NULL CHECK (amount > 0),
    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);
"""


class InsufficientFunds(Exception):
    """The source account does not hold enough."""


class AccountNotFound(Exception):
    """There is no such account."""


class Bank:
    """Accounts in a SQLite database; amounts are in cents."""

    def __init__(self, path: str = ":memory:") -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA foreign_keys = ON")
        self._connection.executescript(SCHEMA)

    def close(self) -> None:
        """Close the database."""
        self._connection.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield self._connection
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def open_account(self, owner: str, balance: int = 0) -> int:
        """Open an account and return its number."""
        with self._transaction() as connection:
            cursor = connection.execute(
                "INSERT INTO accounts (owner, balance) VALUES (?, ?)", (owner, balance)
            )
            return cursor.lastrowid

    def balance(self, account: int) -> int:
        """Return the balance of an account.

        Raises:
            AccountNotFound: there is no such account.
        """
        row = self._connection.execute(
            "SELECT balance FROM accounts WHERE id = ?", (account,)
        ).fetchone()
        if row is None:
            raise AccountNotFound(account)
        return row["balance"]

    def transfer(self, source: int, target: int, amount: int) -> int:
        """Move money between accounts and return the number of the transfer.

        Raises:
            ValueError: the amount is not positive or both accounts are the same.
            AccountNotFound: one of the accounts does not exist.
            InsufficientFunds: the source account does not hold enough.
        """
        if amount <= 0:
            raise ValueError("amount must be positive")
        if source == target:
            raise ValueError("cannot transfer to the same account")
        with self._transaction() as connection:
            if self.balance(source) < amount:
                raise InsufficientFunds(source)
            self.balance(target)
            connection.execute(
                "UPDATE accounts SET balance = balance - ? WHERE id = ?", (amount, source)
            )
            connection.execute(
                "UPDATE accounts SET balance = balance + ? WHERE id = ?", (amount, target)
            )
            cursor = connection.execute(
                "INSERT INTO transfers (source, target, amount) VALUES (?, ?, ?)",
                (source, target, amount),
            )
            return cursor.lastrowid
