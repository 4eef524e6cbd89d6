"""A table of single-use tickets with every column type, for the database's contract."""

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Column, Integer, MetaData, String, Table, func, select, update

from kernel.infra.db import Database, DigestColumn, Json, SealedBytes, UtcInstant
from kernel.secret import Secret

NOW: Final = datetime(2026, 11, 2, 9, 30, 0, 123456, tzinfo=UTC)

TABLES: Final = MetaData()
TICKET: Final = Table(
    "ticket",
    TABLES,
    Column("name", String(64), primary_key=True),
    Column("used_at", UtcInstant),
    Column("secret", DigestColumn, unique=True),
    Column("sealed", SealedBytes),
    Column("claims", Json),
    Column("uses", Integer, nullable=False, server_default="0"),
)


def opened(database: Database) -> Database:
    """Create the table and return the database."""
    TABLES.create_all(database.engine)
    return database


def add(database: Database, name: str, **values: object) -> None:
    """Insert one ticket."""
    database.write(TICKET.insert().values(name=name, **values))


def names(database: Database) -> list[str]:
    """Return the names of all tickets, sorted."""
    return sorted(row.name for row in database.read(select(TICKET.c.name)))


def count(database: Database) -> int:
    """Return how many tickets there are."""
    row = database.read_one(select(func.count()).select_from(TICKET))
    assert row is not None
    return int(row[0])


def redeem(database: Database, name: str) -> int:
    """Mark a ticket as used, once; return how many rows that touched."""
    unused = (TICKET.c.name == name) & TICKET.c.used_at.is_(None)
    return database.write(update(TICKET).where(unused).values(used_at=NOW))


def digest(text: str) -> bytes:
    """Return the digest of a secret text."""
    return Secret(text).digest()
