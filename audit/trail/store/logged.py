"""Events with their place in the log, over SQL."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

import orjson
from sqlalchemy import ColumnElement, RowMapping, select

from audit.trail.domain import EventQuery, Logged
from audit.trail.errors import EventUnknown, NotYetLogged
from audit.trail.models import event, outbox
from kernel.events import Stream
from kernel.ids import EventId
from kernel.infra.db import Database

_PLAIN: Final = ("stream", "log_index", "event_id", "at", "type", "nonce", "body")
_INDEXED: Final = (
    "reference",
    "interaction",
    "correlation",
    "relying_party",
    "provider",
    "subject",
)
_COLUMNS: Final = (*_PLAIN, *_INDEXED)


class SqlEvents:
    """Implements `audit.trail.ports.LoggedEvents`."""

    def __init__(self, db: Database) -> None:
        """Prepare the statement of the sequencer."""
        self._db = db
        self._insert = db.batch_insert(event, _COLUMNS)

    def add(self, events: Sequence[Logged]) -> None:
        """Insert events with what they are looked up by."""
        self._insert([_event_row(logged) for logged in events])

    def find(self, event_id: EventId) -> Logged:
        """Read one by its id."""
        row = self._db.read_one(select(event).where(event.c.event_id == event_id))
        if row is not None:
            return _logged(row._mapping)  # noqa: SLF001  SQLAlchemy's public name for it
        waits = select(outbox.c.position).where(outbox.c.event_id == event_id)
        if self._db.read_one(waits) is not None:
            raise NotYetLogged(str(event_id))
        raise EventUnknown(str(event_id))

    def search(self, query: EventQuery) -> tuple[Logged, ...]:
        """Read by whatever the query sets, newest first."""
        statement = (
            select(event)
            .where(event.c.stream == query.stream.value, *_conditions(query))
            .order_by(event.c.log_index.desc())
            .limit(query.limit)
        )
        return tuple(_logged(row._mapping) for row in self._db.read(statement))  # noqa: SLF001  SQLAlchemy's public name for a row's columns

    def between(self, stream: Stream, first: int, count: int) -> tuple[Logged, ...]:
        """Read a range of indices."""
        statement = (
            select(event)
            .where(
                event.c.stream == stream.value,
                event.c.log_index >= first,
                event.c.log_index < first + count,
            )
            .order_by(event.c.log_index)
        )
        return tuple(_logged(row._mapping) for row in self._db.read(statement))  # noqa: SLF001  SQLAlchemy's public name for a row's columns


def _conditions(query: EventQuery) -> Iterator[ColumnElement[bool]]:
    for name in ("type", *_INDEXED):
        wanted = getattr(query, name)
        if wanted is not None:
            yield event.c[name] == wanted
    if query.since is not None:
        yield event.c.at >= query.since
    if query.until is not None:
        yield event.c.at < query.until
    if query.before is not None:
        yield event.c.log_index < query.before


def _event_row(logged: Logged) -> tuple[object, ...]:
    said = orjson.loads(logged.body)
    return (
        logged.stream.value,
        logged.index,
        logged.id,
        datetime.fromisoformat(said["time"]),
        said["type"],
        logged.nonce,
        logged.body,
        *map(said.get, _INDEXED),
    )


def _logged(row: RowMapping) -> Logged:
    return Logged(
        Stream(row["stream"]), row["log_index"], row["event_id"], row["nonce"], row["body"]
    )
