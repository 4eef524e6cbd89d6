"""Followed entities and their last good chains over SQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Row, delete, select

from federation.domain import KeptChain
from federation.models import CHAIN
from kernel.ids import EntityId
from kernel.infra.db import Database, upsert

_C: Final = CHAIN.c


class SqlChains:
    """Implements `federation.ports.ChainStore`."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database

    def follow(self, entity: EntityId, at: datetime) -> None:
        """Insert a row that is due at once; a row that is there stays."""
        fresh = upsert(CHAIN).values(entity=entity, next_at=at, failures=0)
        self._database.write(fresh.on_conflict_do_nothing(index_elements=["entity"]))

    def unfollow(self, entity: EntityId) -> None:
        """Delete the row."""
        self._database.write(delete(CHAIN).where(_C.entity == entity))

    def keep(self, kept: KeptChain) -> None:
        """Write the row anew."""
        values = {
            "tokens": None if kept.tokens is None else list(kept.tokens),
            "expires_at": kept.expires_at,
            "next_at": kept.next_at,
            "failures": kept.failures,
            "failure": kept.failure,
        }
        written = upsert(CHAIN).values(entity=kept.entity, **values)
        self._database.write(
            written.on_conflict_do_update(index_elements=["entity"], set_=values)
        )

    def find(self, entity: EntityId) -> KeptChain | None:
        """Read one row."""
        row = self._database.read_one(select(CHAIN).where(_C.entity == entity))
        return None if row is None else _kept(row)

    def due(self, now: datetime, limit: int) -> tuple[KeptChain, ...]:
        """Read the rows whose time has come."""
        waiting = select(CHAIN).where(_C.next_at <= now).order_by(_C.next_at).limit(limit)
        return tuple(_kept(row) for row in self._database.read(waiting))

    def all(self) -> tuple[KeptChain, ...]:
        """Read every row."""
        return tuple(
            _kept(row) for row in self._database.read(select(CHAIN).order_by(_C.entity))
        )


def _kept(row: "Row[tuple[object, ...]]") -> KeptChain:
    tokens: Sequence[str] | None = row.tokens
    return KeptChain(
        entity=EntityId(row.entity),
        tokens=None if tokens is None else tuple(tokens),
        expires_at=row.expires_at,
        next_at=row.next_at,
        failures=row.failures,
        failure=row.failure,
    )
