"""User repository on SQLAlchemy's asyncio extension."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from sqlalchemy import String, func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """Base of all models."""


class User(Base):
    """A registered user."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(255), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(default=lambda: datetime.now(UTC))


class EmailTaken(Exception):
    """Another user has the address."""


class UserRepository:
    """Reads and writes users in one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, user_id: int) -> User | None:
        """Return a user, or None."""
        return await self._session.get(User, user_id)

    async def by_email(self, email: str) -> User | None:
        """Return the user with an address, or None."""
        return await self._session.scalar(select(User).where(User.email == email))

    async def active(self, offset: int = 0, limit: int = 50) -> Sequence[User]:
        """Return active users, oldest first."""
        statement = (
            select(User)
            .where(User.is_active)
            .order_by(User.created_at)
            .offset(offset)
            .limit(limit)
        )
        return (await self._session.scalars(statement)).all()

    async def count(self) -> int:
        """Count all users."""
        return await self._session.scalar(select(func.count()).select_from(User)) or 0

    async def add(self, email: str, name: str) -> User:
        """Add a user.

        Raises:
            EmailTaken: another user has the address.
        """
        if await self.by_email(email) is not None:
            raise EmailTaken(email)
        user = User(email=email, name=name)
        self._session.add(user)
        await self._session.flush()
        return user

    async def deactivate(self, user_id: int) -> bool:
        """Deactivate a user; tell whether it exists."""
        user = await self.get(user_id)
        if user is None:
            return False
        user.is_active = False
        return True


class Database:
    """The engine and its sessions."""

    def __init__(self, url: str) -> None:
        self._engine = create_async_engine(url)
        self._sessions = async_sessionmaker(self._engine, expire_on_commit=False)

    async def create_tables(self) -> None:
        """Create the tables that are missing."""
        async with self._engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)

    @asynccontextmanager
    async def users(self) -> AsyncIterator[UserRepository]:
        """A repository in a transaction of its own."""
        async with self._sessions.begin() as session:
            yield UserRepository(session)

    async def close(self) -> None:
        """Close all connections."""
        await self._engine.dispose()
