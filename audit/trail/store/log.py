"""The log itself over SQL: tiles, entry bundles, its one head."""

from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy import insert, select, update
from sqlalchemy.dialects.postgresql import Insert

from audit.trail.domain import ENTRIES, Head
from audit.trail.errors import LogForked, TileUnknown
from audit.trail.models import head, tile
from kernel.events import Stream
from kernel.infra.db import AlreadyStored, Database, upsert
from kernel.proof.tlog import (
    HASH_BYTES,
    Checkpoint,
    Note,
    Tile,
    decode_bundle,
    encode_bundle,
)


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
