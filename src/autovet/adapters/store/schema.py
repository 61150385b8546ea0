"""The tables. The whole record stands in ``body``; the other columns are there to find it by."""

import sqlalchemy as sa

HEAD = "0002"
"""The newest revision in ``migrations/versions``."""

metadata = sa.MetaData(
    naming_convention={"ix": "ix_%(column_0_label)s", "uq": "uq_%(table_name)s_%(column_0_name)s"}
)

# Bytewise order, so that a range of ids is the same everywhere.
_IDENTIFIER = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
# SQLite counts up on its own only in a column declared INTEGER.
_SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _sequence() -> sa.Column[int]:
    return sa.Column("seq", _SEQUENCE, primary_key=True, autoincrement=True)


def _key() -> sa.Column[str]:
    """Given by the writer, so that a write repeated after a doubtful commit is noticed."""
    return sa.Column("key", sa.Text, nullable=False, unique=True)


def _at() -> sa.Column[float]:
    return sa.Column("at", sa.Double, nullable=False, index=True)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


validations = sa.Table(
    "validations",
    metadata,
    _sequence(),
    _key(),
    _at(),
    _text("validation_id"),
    _text("project"),
    _text("generator"),
    _text("decision"),
    sa.Column("elapsed_ms", sa.Double, nullable=False),
    _text("body"),
)

findings = sa.Table(
    "findings",
    metadata,
    _sequence(),
    sa.Column("finding_id", _IDENTIFIER, nullable=False, index=True),
    sa.Column("at", sa.Double, nullable=False),
    _text("validation_id"),
    _text("project"),
    _text("generator"),
    _text("rule"),
    _text("category"),
    _text("severity"),
    _text("path"),
    sa.Column("line", sa.BigInteger, nullable=False),
)

events = sa.Table(
    "events",
    metadata,
    _sequence(),
    _key(),
    _at(),
    _text("kind"),
    _text("subject"),
    _text("body"),
)

outcomes = sa.Table(
    "outcomes",
    metadata,
    _sequence(),
    _key(),
    _at(),
    _text("finding_id"),
    _text("rule"),
    _text("project"),
    _text("verdict"),
    _text("body"),
)

engine_state = sa.Table(
    "engine_state",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("at", sa.Double, nullable=False),
    _text("body"),
)

rollups = sa.Table(
    "rollups",
    metadata,
    sa.Column("span_s", sa.Double, primary_key=True),
    sa.Column("at", sa.Double, primary_key=True),
    sa.Column("body", sa.LargeBinary, nullable=False),
)

leases = sa.Table(
    "leases",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("until", sa.Double, nullable=False),
)
