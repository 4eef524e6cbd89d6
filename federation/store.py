"""Followed entities, superiors and answers over SQL."""

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
    exists,
    insert,
    or_,
    select,
    update,
)

from federation.domain import (
    EVERY_TYPE,
    Answer,
    Entry,
    FollowedSuperior,
    KeptChain,
)
from federation.models import ANSWER, CHAIN, EXCEPTION, SUPERIOR
from kernel.ids import EntityId
from kernel.infra.db import Database, upsert
from kernel.standing import Party, PartyKind

AnyRow = Row[*tuple[Any, ...]]
_C: Final = CHAIN.c
_S: Final = SUPERIOR.c
_E: Final = EXCEPTION.c
_A: Final = ANSWER.c
_AT_ONCE: Final = 500
"""Names in one statement: SQLite takes 999 parameters in its older builds."""


@dataclass(frozen=True, slots=True)
class SqlChains:
    """Implements `federation.ports.ChainStore`."""

    database: Database

    def follow(self, entity: EntityId, at: datetime) -> None:
        """Insert a row that is due at once; a row that is there stays."""
        self.follow_all((entity,), at)

    def follow_all(self, entities: Collection[EntityId], at: datetime) -> int:
        """Insert rows that are due at once; look first, for mostly all are there."""
        missing = [one for part in _parts(entities) for one in self._missing(part)]
        fresh = upsert(CHAIN).values(
            entity=bindparam("name"), next_at=at, failures=0, met=False, alarmed=False
        )
        quiet = fresh.on_conflict_do_nothing(index_elements=["entity"])
        self.database.write(quiet, [{"name": entity} for entity in missing])
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


@dataclass(frozen=True, slots=True)
class SqlSuperiors:
    """Implements `federation.ports.SuperiorStore`."""

    database: Database

    def follow(self, superiors: Collection[EntityId]) -> None:
        """Insert those that are new."""
        fresh = upsert(SUPERIOR).values(entity=bindparam("name"), number=0, alarmed=False)
        quiet = fresh.on_conflict_do_nothing(index_elements=["entity"])
        self.database.write(quiet, [{"name": superior} for superior in superiors])

    def keep(self, superior: FollowedSuperior) -> None:
        """Change one row."""
        self._change(superior, number=superior.number)

    def fail(self, superior: FollowedSuperior) -> None:
        """Change what is failing in one row."""
        self._change(superior)

    def _change(self, superior: FollowedSuperior, **number: int) -> None:
        changed = update(SUPERIOR).where(_S.entity == superior.entity)
        self.database.write(
            changed.values(
                failure=superior.failure,
                failing_since=superior.failing_since,
                alarmed=superior.alarmed,
                **number,
            )
        )

    def all(self) -> tuple[FollowedSuperior, ...]:
        """Read every row."""
        rows = self.database.read(select(SUPERIOR).order_by(_S.entity))
        return tuple(
            FollowedSuperior(
                entity=EntityId(row.entity),
                number=row.number,
                failure=row.failure,
                failing_since=row.failing_since,
                alarmed=row.alarmed,
            )
            for row in rows
        )


@dataclass(frozen=True, slots=True)
class SqlExceptions:
    """Implements `federation.ports.ExceptionStore`."""

    database: Database

    def add(self, superior: EntityId, party: str) -> None:
        """Insert a row; a row that is there stays."""
        row = upsert(EXCEPTION).values(superior=superior, party=party)
        self.database.write(
            row.on_conflict_do_nothing(index_elements=["superior", "party"])
        )

    def remove(self, superior: EntityId, party: str) -> bool:
        """Delete a row, then look whether another superior has one."""
        ours = and_(_E.superior == superior, _E.party == party)
        if self.database.write(delete(EXCEPTION).where(ours)) == 0:
            return False
        held = select(exists().where(_E.party == party))
        return not self.database.read(held)[0][0]

    def of(self, superior: EntityId) -> tuple[str, ...]:
        """Read whom a superior has stopped."""
        rows = self.database.read(select(_E.party).where(_E.superior == superior))
        return tuple(row.party for row in rows)

    def holders(self, party: str) -> tuple[EntityId, ...]:
        """Read who has stopped a party."""
        rows = self.database.read(select(_E.superior).where(_E.party == party))
        return tuple(EntityId(row.superior) for row in rows)


@dataclass(frozen=True, slots=True)
class SqlAnswers:
    """Implements `federation.ports.AnswerStore`."""

    database: Database

    def put(self, answers: Sequence[Answer], entry: Entry) -> None:
        """Delete what lay there and insert the new, in one transaction."""
        rows = [_answer_row(answer, entry) for answer in answers]
        with self.database.unit_of_work()():
            self.remove(entry.entity)
            self.database.write(insert(ANSWER), rows)

    def remove(self, entity: EntityId) -> None:
        """Delete the rows of an entity."""
        self.database.write(delete(ANSWER).where(_A.entity == entity))

    def remove_unfollowed(self) -> None:
        """Delete the rows that have no chain beside them."""
        followed = exists().where(_C.entity == _A.entity)
        self.database.write(delete(ANSWER).where(~followed))

    def find(self, entity: EntityId, entity_type: str) -> Answer | None:
        """Read one row by its key."""
        wanted = and_(_A.entity == entity, _A.entity_type == entity_type)
        row = self.database.read_one(select(ANSWER).where(wanted))
        return None if row is None else _answer(row)

    def entries(self, at: EntityId | None, limit: int) -> tuple[Entry, ...]:
        """Read the rows that carry an entry, by the primary key."""
        wanted = and_(_A.entity_type == EVERY_TYPE, _A.entity >= (at or ""))
        rows = self.database.read(
            select(ANSWER).where(wanted).order_by(_A.entity).limit(limit)
        )
        return tuple(_entry(row) for row in rows)


def _answer_row(answer: Answer, entry: Entry) -> dict[str, object]:
    carried = {
        "path": list(entry.path),
        "entity_types": list(entry.entity_types),
        "shown": {kind: dict(said) for kind, said in entry.shown.items()},
        "marks": [dict(mark) for mark in entry.marks],
    }
    return {
        "entity": answer.entity,
        "entity_type": answer.entity_type,
        "anchor": answer.anchor,
        "token": answer.token,
        "fingerprint": answer.fingerprint,
        "answered_at": answer.answered_at,
        "expires_at": answer.expires_at,
        "parties": [[party.kind.value, party.name] for party in answer.parties],
        "entry": carried if answer.entity_type == EVERY_TYPE else None,
    }


def _answer(row: AnyRow) -> Answer:
    return Answer(
        entity=EntityId(row.entity),
        entity_type=row.entity_type,
        anchor=EntityId(row.anchor),
        token=row.token,
        fingerprint=row.fingerprint,
        answered_at=row.answered_at,
        expires_at=row.expires_at,
        parties=_parties(row),
    )


def _entry(row: AnyRow) -> Entry:
    carried: dict[str, Any] = row.entry
    return Entry(
        entity=EntityId(row.entity),
        path=tuple(EntityId(each) for each in carried["path"]),
        entity_types=tuple(carried["entity_types"]),
        shown=carried["shown"],
        marks=tuple(carried["marks"]),
        parties=_parties(row),
        updated_at=row.answered_at,
        expires_at=row.expires_at,
    )


def _parties(row: AnyRow) -> tuple[Party, ...]:
    return tuple(Party(PartyKind(kind), name) for kind, name in row.parties)


_CHANGED: Final[dict[str, BindParameter[object]]] = {
    column.name: bindparam(f"new_{column.name}")
    for column in CHAIN.columns
    if not column.primary_key
}


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
