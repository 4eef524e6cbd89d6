"""Signed trust marks and their status, over SQL."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, delete, or_, select

from kernel.ids import EntityId
from kernel.infra.db import Database, upsert
from kernel.secret import Digest
from trustroot.publish.domain import MarkStatus, SignedMark
from trustroot.publish.models import MARKS
from trustroot.publish.store import generation

_M: Final = MARKS.c
_ACTIVE: Final = _M.status == MarkStatus.ACTIVE.value


@dataclass(frozen=True, slots=True)
class SqlMarks:
    """Implements `trustroot.publish.ports.MarkStore`."""

    database: Database

    def put(self, mark: SignedMark) -> None:
        """Keep a mark, in place of what was said of the same one while it was active."""
        values = {field.name: getattr(mark, field.name) for field in fields(mark)}
        values["status"] = mark.status.value
        said = {name: values[name] for name in ("status", "answer", "answered_at")}
        put = upsert(MARKS).values(values)
        with self.database.unit_of_work()():
            self.database.write(
                put.on_conflict_do_update(
                    index_elements=["digest"], set_=said, where=_ACTIVE
                )
            )
            generation.count_up(self.database)

    def find(self, digest: Digest) -> SignedMark | None:
        """Return the mark with this digest, if there is one."""
        row = self.database.read_one(select(MARKS).where(_M.digest == digest))
        return None if row is None else _mark(row)

    def current(self, mark_type: str, subject: EntityId) -> SignedMark | None:
        """Return the active mark of a type that ends last, if there is one."""
        held = (_M.subject == subject, _M.mark_type == mark_type, _ACTIVE)
        row = self.database.read_one(
            select(MARKS).where(*held).order_by(_M.expires_at.desc(), _M.digest).limit(1)
        )
        return None if row is None else _mark(row)

    def held_by(self, subject: EntityId) -> tuple[SignedMark, ...]:
        """Return every active mark of an entity, by type, what ends last first."""
        held = select(MARKS).where(_M.subject == subject, _ACTIVE)
        rows = map(
            _mark, self.database.read(held.order_by(_M.expires_at.desc(), _M.digest))
        )
        return tuple(sorted(rows, key=lambda mark: mark.mark_type))

    def holders(self, mark_type: str, now: datetime) -> tuple[EntityId, ...]:
        """Return who has an active mark of a type, in the order of identifiers."""
        held = (_M.mark_type == mark_type, _ACTIVE, _M.expires_at > now)
        rows = self.database.read(select(_M.subject).where(*held).distinct())
        return tuple(sorted(EntityId(row[0]) for row in rows))

    def due(self, *, ends: datetime, said: datetime, limit: int) -> tuple[SignedMark, ...]:
        """Return active marks that end before one instant or were spoken of before another.

        What ends first comes first.
        """
        tired = or_(_M.expires_at <= ends, _M.answered_at <= said)
        chosen = select(MARKS).where(_ACTIVE, tired)
        rows = self.database.read(chosen.order_by(_M.expires_at, _M.digest).limit(limit))
        return tuple(map(_mark, rows))

    def forget(self, ended_before: datetime) -> int:
        """Erase marks that ended before an instant; return how many."""
        return self.database.write(delete(MARKS).where(_M.expires_at < ended_before))


def _mark(row: Row[*tuple[Any, ...]]) -> SignedMark:
    return SignedMark(
        digest=row.digest,
        mark_type=row.mark_type,
        subject=EntityId(row.subject),
        token=row.token,
        issued_at=row.issued_at,
        expires_at=row.expires_at,
        status=MarkStatus(row.status),
        answer=row.answer,
        answered_at=row.answered_at,
    )
