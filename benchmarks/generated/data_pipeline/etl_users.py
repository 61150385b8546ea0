"""Extract users from an API, transform them and load them into SQLite."""

import logging
import sqlite3
import time
from dataclasses import dataclass
from typing import Any, Dict, Iterator, List

import requests

logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
logger = logging.getLogger("etl")


@dataclass
class User:
    """A user as we store it."""

    id: int
    name: str
    email: str
    country: str


class Extractor:
    """Reads users from the paginated API."""

    def __init__(self, base_url: str, token: str, page_size: int = 100):
        self.base_url = base_url
        self.page_size = page_size
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {token}"

    def fetch_page(self, page: int) -> List[Dict[str, Any]]:
        """Fetch one page of users, trying up to three times."""
        for attempt in range(3):
            try:
                response = self.session.get(
                    f"{self.base_url}/users",
                    params={"page": page, "per_page": self.page_size},
                    timeout=30,
                )
                response.raise_for_status()
                return response.json()["data"]
            except requests.RequestException as exc:
                logger.warning("Attempt %d for page %d failed: %s", attempt + 1, page, exc)
                time.sleep(2**attempt)
        raise RuntimeError(f"Giving up on page {page}")

    def __iter__(self) -> Iterator[Dict[str, Any]]:
        page = 1
        while True:
            rows = self.fetch_page(page)
            if not rows:
                break
            yield from rows
            page += 1


class Transformer:
    """Turns raw rows into users."""

    def transform(self, row: Dict[str, Any]) -> User:
        """Clean one row."""
        return User(
            id=int(row["id"]),
            name=row["name"].strip().title(),
            email=row["email"].lower(),
            country=row.get("country") or "unknown",
        )


class Loader:
    """Writes users to SQLite."""

    def __init__(self, path: str):
        self.connection = sqlite3.connect(path)
        self.connection.execute(
            "CREATE TABLE IF NOT EXISTS users "
            "(id INTEGER PRIMARY KEY, name TEXT, email TEXT, country TEXT)"
        )

    def load(self, users: List[User]) -> None:
        """Insert or replace the users."""
        for user in users:
            self.connection.execute(
                "INSERT OR REPLACE INTO users VALUES (?, ?, ?, ?)",
                (user.id, user.name, user.email, user.country),
            )
            self.connection.commit()

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()


def run(base_url: str, token: str, database: str) -> int:
    """Run the pipeline and return the number of users."""
    transformer = Transformer()
    users = [transformer.transform(row) for row in Extractor(base_url, token)]
    loader = Loader(database)
    loader.load(users)
    loader.close()
    logger.info("Loaded %d users", len(users))
    return len(users)
