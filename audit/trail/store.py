"""The record over SQL."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, RowMapping, delete, insert, select, update
from sqlalchemy.dialects.postgresql import Insert

from audit.trail.domain import ENTRIES, EventQuery, Head, Logged, Recorded, Waiting
from audit.trail.errors import EventUnknown, LogForked, NotYetLogged, TileUnknown
from audit.trail.models import event, head, outbox, tile
from kernel.events import Stream
from kernel.ids import EventId
from kernel.infra.db import AlreadyStored, Database, upsert
from kernel.proof.tlog import (
    HASH_BYTES,
    Checkpoint,
    Note,
    Tile,
    decode_bundle,
    encode_bundle,
)
from kernel.work import Step

_OUTBOX_COLUMNS: Final = ("stream", "event_id", "nonce", "body")
_EVENT_COLUMNS: Final = tuple(column.name for column in event.columns)
_INDEXED: Final = (
    "reference",
    "interaction",
    "correlation",
    "relying_party",
    "provider",
    "subject",
)


class SqlOutbox:
    """Implements `audit.trail.ports.Outbox`."""

    def __init__(self, db: Database) -> None:
        """Prepare the one statement of the hot path."""
        self._db = db
        self._insert = db.batch_insert(outbox, _OUTBOX_COLUMNS)

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
        statement = (
            select(outbox)
            .where(outbox.c.stream == stream.value)
            .order_by(outbox.c.position)
            .limit(limit)
        )
        return tuple(
            Waiting(row.position, Recorded(stream, row.event_id, row.nonce, row.body))
            for row in self._db.read(statement)
        )

    def forget(self, rows: Sequence[Waiting]) -> None:
        """Delete rows by position."""
        positions = [row.position for row in rows]
        for at in range(0, len(positions), _CHUNK):
            chunk = positions[at : at + _CHUNK]
            self._db.write(delete(outbox).where(outbox.c.position.in_(chunk)))


_CHUNK: Final = 500


class SqlLog:
    """Implements `audit.trail.ports.LogStore`."""

    def __init__(self, db: Database) -> None:
        """Take the database."""
        self._db = db

    def lock(self, stream: Stream) -> None:
        """Take the transaction's lock of this log."""
        self._db.one_at_a_time(f"audit.trail.{stream.value}")

    def head(self, stream: Stream) -> Head | None:
        """Read the head row."""
        row = self._db.read_one(select(head).where(head.c.stream == stream.value))
        if row is None:
            return None
        return Head(Checkpoint.parse(Note.parse(row.note).text), row.note, row.at)

    def advance(self, stream: Stream, before: Head | None, after: Head) -> None:
        """Swap the head in one conditional statement."""
        values = {"size": after.checkpoint.size, "note": after.note, "at": after.at}
        if before is None:
            self._first(stream, values)
            return
        swap = (
            update(head)
            .where(head.c.stream == stream.value, head.c.note == before.note)
            .values(**values)
        )
        if self._db.write(swap) != 1:
            raise LogForked(stream.value)

    def _first(self, stream: Stream, values: Mapping[str, object]) -> None:
        try:
            self._db.write(insert(head).values(stream=stream.value, **values))
        except AlreadyStored as cause:
            raise LogForked(stream.value) from cause

    def tile(self, stream: Stream, tile: Tile) -> bytes:
        """Read a hash tile, cut to the width that is asked."""
        content = self._content(stream, tile.level, tile)
        return content[: tile.width * HASH_BYTES]

    def bundle(self, stream: Stream, tile: Tile) -> bytes:
        """Read an entry bundle, cut to the width that is asked."""
        content = self._content(stream, ENTRIES, tile)
        width = _width_of(content)
        if width == tile.width:
            return content
        return encode_bundle(decode_bundle(content, width)[: tile.width])

    def _content(self, stream: Stream, level: int, wanted: Tile) -> bytes:
        row = self._db.read_one(
            select(tile.c.width, tile.c.content).where(
                tile.c.stream == stream.value,
                tile.c.level == level,
                tile.c.tile_index == wanted.index,
            )
        )
        if row is None or row.width < wanted.width:
            raise TileUnknown(wanted.path)
        return bytes(row.content)

    def write(
        self, stream: Stream, tiles: Mapping[Tile, bytes], bundles: Mapping[Tile, bytes]
    ) -> None:
        """Upsert every tile and bundle."""
        rows = [
            *_tile_rows(stream, tiles.items()),
            *_tile_rows(stream, bundles.items(), level=ENTRIES),
        ]
        if rows:
            self._db.write(_replace_tile(), rows)


def _replace_tile() -> Insert:
    statement = upsert(tile)
    return statement.on_conflict_do_update(
        index_elements=[tile.c.stream, tile.c.level, tile.c.tile_index],
        set_={"width": statement.excluded.width, "content": statement.excluded.content},
    )


def _tile_rows(
    stream: Stream, contents: Iterable[tuple[Tile, bytes]], level: int | None = None
) -> Iterator[dict[str, object]]:
    for at, content in contents:
        yield {
            "stream": stream.value,
            "level": at.level if level is None else level,
            "tile_index": at.index,
            "width": at.width,
            "content": content,
        }


def _width_of(bundle: bytes) -> int:
    """Count the entries of a bundle; each is a 32-byte commitment behind its length."""
    return len(bundle) // (HASH_BYTES + 2)


class SqlEvents:
    """Implements `audit.trail.ports.LoggedEvents`."""

    def __init__(self, db: Database) -> None:
        """Prepare the statement of the sequencer."""
        self._db = db
        self._insert = db.batch_insert(event, _EVENT_COLUMNS)

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
        return tuple(_logged(row._mapping) for row in self._db.read(statement))  # noqa: SLF001

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
        return tuple(_logged(row._mapping) for row in self._db.read(statement))  # noqa: SLF001


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
    said = json.loads(logged.body)
    values = {
        "stream": logged.stream.value,
        "log_index": logged.index,
        "event_id": logged.id,
        "at": datetime.fromisoformat(said["time"]),
        "type": said["type"],
        "nonce": logged.nonce,
        "body": logged.body,
        **{name: said.get(name) for name in _INDEXED},
    }
    return tuple(values[name] for name in _EVENT_COLUMNS)


def _logged(row: RowMapping) -> Logged:
    return Logged(
        Stream(row["stream"]), row["log_index"], row["event_id"], row["nonce"], row["body"]
    )
