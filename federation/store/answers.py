"""Resolve answers that lie signed, over SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    Row,
    and_,
    delete,
    exists,
    insert,
    select,
)

from federation.domain import (
    EVERY_TYPE,
    Answer,
    Entry,
)
from federation.models import ANSWER, CHAIN
from kernel.ids import EntityId
from kernel.infra.db import Database
from kernel.standing import Party, PartyKind

AnyRow = Row[*tuple[Any, ...]]
_C: Final = CHAIN.c
_A: Final = ANSWER.c


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
