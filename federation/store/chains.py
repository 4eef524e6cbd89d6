"""Followed entities and their last good chains over SQL."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Row,
    and_,
    bindparam,
    delete,
    or_,
    select,
    update,
)

from federation.domain import (
    KeptChain,
)
from federation.models import CHAIN
from kernel.ids import EntityId
from kernel.infra.db import Database, upsert

AnyRow = Row[*tuple[Any, ...]]
_C: Final = CHAIN.c
_AT_ONCE: Final = 500
"""Names in one statement: SQLite takes 999 parameters in its older builds."""


@dataclass(frozen=True, slots=True)
class SqlChains:
    """Implements `federation.ports.ChainStore`."""

    database: Database

    def follow(self, entity: EntityId, at: datetime) -> None:
        """Insert a row that is due at once; a row that is there stays."""
        self.database.write(_FRESH, [_fresh(entity, at, met=False)])

    def follow_all(self, entities: Collection[EntityId], at: datetime) -> int:
        """Insert rows that are due at once; look first, for mostly all are there."""
        missing = [one for part in _parts(entities) for one in self._missing(part)]
        self.database.write(_FRESH, [_fresh(entity, at, met=True) for entity in missing])
        return len(missing)

    def unfollow(self, entity: EntityId) -> None:
        """Delete the row."""
        self.database.write(delete(CHAIN).where(_C.entity == entity))

    def keep(self, kept: KeptChain) -> None:
        """Write the row anew."""
        values = _values(kept)
        written = upsert(CHAIN).values(entity=kept.entity, **values)
        self.database.write(
            written.on_conflict_do_update(index_elements=["entity"], set_=values)
        )

    def keep_all(self, kept: Sequence[KeptChain]) -> None:
        """Change the rows that are still there, in one transaction."""
        changed = update(CHAIN).where(_C.entity == bindparam("row")).values(_CHANGED)
        self.database.write(changed, [_parameters(one) for one in kept])

    def wake(self, entities: Collection[EntityId], at: datetime) -> None:
        """Bring the hour forward; never put it off."""
        for part in _parts(entities):
            sleeping = and_(_C.entity.in_(part), _C.next_at > at)
            self.database.write(update(CHAIN).where(sleeping).values(next_at=at))

    def find(self, entity: EntityId) -> KeptChain | None:
        """Read one row."""
        row = self.database.read_one(select(CHAIN).where(_C.entity == entity))
        return None if row is None else _kept(row)

    def due(
        self,
        now: datetime,
        limit: int,
        *,
        failing: bool | None = None,
        after: KeptChain | None = None,
    ) -> tuple[KeptChain, ...]:
        """Read the rows whose time has come, by the index on time and entity."""
        waiting = select(CHAIN).where(_C.next_at <= now, *_line(failing), *_behind(after))
        ordered = waiting.order_by(_C.next_at, _C.entity).limit(limit)
        return tuple(_kept(row) for row in self.database.read(ordered))

    def page(self, after: EntityId | None, limit: int) -> tuple[KeptChain, ...]:
        """Read rows with a chain by the primary key."""
        wanted = select(CHAIN).where(_C.expires_at.is_not(None), _C.entity > (after or ""))
        rows = self.database.read(wanted.order_by(_C.entity).limit(limit))
        return tuple(_kept(row) for row in rows)

    def all(self) -> tuple[KeptChain, ...]:
        """Read every row."""
        return tuple(
            _kept(row) for row in self.database.read(select(CHAIN).order_by(_C.entity))
        )

    def _missing(self, part: Sequence[EntityId]) -> list[EntityId]:
        found = self.database.read(select(_C.entity).where(_C.entity.in_(part)))
        held = {row.entity for row in found}
        return [entity for entity in part if entity not in held]


_CHANGED: Final[dict[str, BindParameter[object]]] = {
    column.name: bindparam(f"new_{column.name}")
    for column in CHAIN.columns
    if not column.primary_key
}


_FRESH: Final = (
    upsert(CHAIN)
    .values(
        entity=bindparam("name"),
        next_at=bindparam("at"),
        met=bindparam("by_itself"),
        failures=0,
        alarmed=False,
    )
    .on_conflict_do_nothing(index_elements=["entity"])
)


def _fresh(entity: EntityId, at: datetime, *, met: bool) -> dict[str, object]:
    return {"name": entity, "at": at, "by_itself": met}


def _values(kept: KeptChain) -> dict[str, object]:
    return {
        "tokens": None if kept.tokens is None else list(kept.tokens),
        "expires_at": kept.expires_at,
        "next_at": kept.next_at,
        "failures": kept.failures,
        "failure": kept.failure,
        "met": kept.met,
        "alarmed": kept.alarmed,
    }


def _parameters(kept: KeptChain) -> dict[str, object]:
    new = {f"new_{name}": value for name, value in _values(kept).items()}
    return {"row": kept.entity, **new}


def _line(failing: bool | None) -> tuple[ColumnElement[bool], ...]:  # noqa: FBT001  a line
    if failing is None:
        return ()
    return (_C.failure.is_not(None) if failing else _C.failure.is_(None),)


def _behind(after: KeptChain | None) -> tuple[ColumnElement[bool], ...]:
    if after is None:
        return ()
    same = and_(_C.next_at == after.next_at, _C.entity > after.entity)
    return (or_(_C.next_at > after.next_at, same),)


def _parts(entities: Collection[EntityId]) -> list[list[EntityId]]:
    listed = list(entities)
    return [listed[at : at + _AT_ONCE] for at in range(0, len(listed), _AT_ONCE)]


def _kept(row: AnyRow) -> KeptChain:
    tokens: Sequence[str] | None = row.tokens
    return KeptChain(
        entity=EntityId(row.entity),
        tokens=None if tokens is None else tuple(tokens),
        expires_at=row.expires_at,
        next_at=row.next_at,
        failures=row.failures,
        failure=row.failure,
        met=row.met,
        alarmed=row.alarmed,
    )
