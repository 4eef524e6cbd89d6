"""Durable events that are not yet in the log, over SQL."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import orjson

from audit.trail.domain import Waiting
from audit.trail.models import outbox
from kernel.events import Recorded, Stream
from kernel.ids import EventId
from kernel.infra.db import Database, SqlValue
from kernel.work import Step

_COLUMNS: Final = ("stream", "event_id", "nonce", "body")
_WAITING: Final = (
    "SELECT position, event_id, nonce, body FROM trail_outbox"
    " WHERE stream = {0} ORDER BY position LIMIT {0}"
)
_FORGET_ON_SQLITE: Final = (
    "DELETE FROM trail_outbox WHERE position IN (SELECT value FROM json_each(?))"
)
_FORGET_ON_POSTGRES: Final = "DELETE FROM trail_outbox WHERE position = ANY(%s)"


class SqlOutbox:
    """Implements `audit.trail.ports.Outbox`."""

    def __init__(self, db: Database) -> None:
        """Prepare the statements that every event meets."""
        self._db = db
        self._insert = db.batch_insert(outbox, _COLUMNS)
        self._waiting = db.hot(sqlite=_WAITING.format("?"), postgres=_WAITING.format("%s"))
        self._forget = db.hot(sqlite=_FORGET_ON_SQLITE, postgres=_FORGET_ON_POSTGRES)

    def add(self, rows: Sequence[Recorded]) -> None:
        """Insert rows in one statement."""
        self._insert([(r.stream.value, r.id, r.nonce, r.body) for r in rows])

    def joins(self) -> bool:
        """Ask the database whether this thread has a unit of work open."""
        return self._db.in_unit_of_work

    def if_undone(self, step: Step) -> None:
        """Leave ``step`` with the unit of work for the case that it is undone."""
        self._db.on_rollback(step)

    def waiting(self, stream: Stream, limit: int) -> tuple[Waiting, ...]:
        """Read rows in the order of their positions."""
        rows = self._waiting.rows(stream.value, limit)
        return tuple(_waiting(stream, *row) for row in rows)

    def forget(self, rows: Sequence[Waiting]) -> None:
        """Delete rows by position."""
        positions: list[SqlValue] = [row.position for row in rows]
        told = orjson.dumps(positions).decode() if self._db.is_sqlite else positions
        self._forget.run(told)


def _waiting(
    stream: Stream,
    position: SqlValue,
    identifier: SqlValue,
    nonce: SqlValue,
    body: SqlValue,
) -> Waiting:
    assert isinstance(position, int)  # noqa: S101  the columns of our own table
    assert isinstance(nonce, bytes)  # noqa: S101  the columns of our own table
    assert isinstance(body, bytes)  # noqa: S101  the columns of our own table
    named = identifier if isinstance(identifier, UUID) else UUID(str(identifier))
    return Waiting(position, Recorded(stream, EventId(named), nonce, body))
