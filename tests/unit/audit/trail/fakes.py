"""In-memory ports of the record, held to the same contract as SQL."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from functools import partial

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.trail.domain import EventQuery, Head, Logged, Waiting
from audit.trail.errors import EventUnknown, LogForked, NotYetLogged, TileUnknown
from audit.trail.flows.read import said
from kernel.events import JsonValue, Recorded, Stream
from kernel.ids import EventId
from kernel.proof.tlog import (
    HASH_BYTES,
    NoteSignature,
    NoteVerifier,
    SignatureType,
    Tile,
    decode_bundle,
    encode_bundle,
)

_FILTERS = (
    "type",
    "reference",
    "interaction",
    "correlation",
    "relying_party",
    "provider",
    "subject",
)


class MemoryWork:
    """A unit of work over memory: left by an error it undoes what was written."""

    def __init__(self) -> None:
        self._open = threading.local()
        self.undo: list[Callable[[], None]] = []
        self.after: list[Callable[[], None]] = []

    @property
    def joined(self) -> bool:
        return getattr(self._open, "here", False)

    def __call__(self) -> AbstractContextManager[None]:
        return self._opened()

    @contextmanager
    def _opened(self) -> Iterator[None]:
        self._open.here = True
        try:
            yield
        except BaseException:
            for step in reversed(self.undo):
                step()
            self._open.here = False
            for step in self.after:
                step()
            raise
        finally:
            self.undo.clear()
            self.after.clear()
            self._open.here = False


class MemoryOutbox:
    def __init__(self, work: MemoryWork) -> None:
        self.work = work
        self.rows: dict[int, Recorded] = {}
        self.batches: list[int] = []
        self._next = 1
        self._lock = threading.Lock()

    def add(self, rows: Sequence[Recorded]) -> None:
        with self._lock:
            self.batches.append(len(rows))
            for row in rows:
                position, self._next = self._next, self._next + 1
                self.rows[position] = row
                if self.joins():
                    self.work.undo.append(partial(self._drop, position))

    def _drop(self, position: int) -> None:
        del self.rows[position]

    def joins(self) -> bool:
        return self.work.joined

    def if_undone(self, step: Callable[[], None]) -> None:
        self.work.after.append(step)

    def waiting(self, stream: Stream, limit: int) -> tuple[Waiting, ...]:
        fitting = [(p, r) for p, r in sorted(self.rows.items()) if r.stream is stream]
        return tuple(Waiting(p, r) for p, r in fitting[:limit])

    def forget(self, rows: Sequence[Waiting]) -> None:
        for row in rows:
            del self.rows[row.position]


class MemoryLog:
    def __init__(self) -> None:
        self.heads: dict[Stream, Head] = {}
        self.tiles: dict[tuple[Stream, int, int], bytes] = {}
        self.bundles: dict[tuple[Stream, int], tuple[bytes, ...]] = {}

    def lock(self, stream: Stream) -> None:
        """One thread at a time uses it anyway."""

    def head(self, stream: Stream) -> Head | None:
        return self.heads.get(stream)

    def advance(self, stream: Stream, before: Head | None, after: Head) -> None:
        if self.heads.get(stream) != before:
            raise LogForked(stream.value)
        self.heads[stream] = after

    def tile(self, stream: Stream, tile: Tile) -> bytes:
        content = self.tiles.get((stream, tile.level, tile.index), b"")
        if len(content) < tile.width * HASH_BYTES:
            raise TileUnknown(tile.path)
        return content[: tile.width * HASH_BYTES]

    def bundle(self, stream: Stream, tile: Tile) -> bytes:
        entries = self.bundles.get((stream, tile.index), ())
        if len(entries) < tile.width:
            raise TileUnknown(tile.entries_path)
        return encode_bundle(entries[: tile.width])

    def write(
        self, stream: Stream, tiles: Mapping[Tile, bytes], bundles: Mapping[Tile, bytes]
    ) -> None:
        for tile, content in tiles.items():
            self.tiles[stream, tile.level, tile.index] = content
        for tile, content in bundles.items():
            self.bundles[stream, tile.index] = decode_bundle(content, tile.width)


class MemoryEvents:
    def __init__(self, outbox: MemoryOutbox) -> None:
        self.outbox = outbox
        self.events: list[Logged] = []

    def add(self, events: Sequence[Logged]) -> None:
        self.events.extend(events)

    def find(self, event: EventId) -> Logged:
        for logged in self.events:
            if logged.id == event:
                return logged
        if any(row.id == event for row in self.outbox.rows.values()):
            raise NotYetLogged(str(event))
        raise EventUnknown(str(event))

    def search(self, query: EventQuery) -> tuple[Logged, ...]:
        found = [logged for logged in reversed(self.events) if _matches(logged, query)]
        return tuple(found[: query.limit])

    def between(self, stream: Stream, first: int, count: int) -> tuple[Logged, ...]:
        wanted = range(first, first + count)
        return tuple(e for e in self.events if e.stream is stream and e.index in wanted)


def _matches(logged: Logged, query: EventQuery) -> bool:
    event = said(logged)
    asked = {name: getattr(query, name) for name in _FILTERS}
    return (
        logged.stream is query.stream
        and all(
            event.get(name) == value for name, value in asked.items() if value is not None
        )
        and (query.before is None or logged.index < query.before)
        and (query.since is None or _time_of(event) >= query.since)
        and (query.until is None or _time_of(event) < query.until)
    )


def _time_of(event: Mapping[str, JsonValue]) -> datetime:
    return datetime.fromisoformat(str(event["time"]))


class MemoryLogKey:
    """An Ed25519 key of the test's own."""

    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.generate()

    def sign(self, origin: str, text: bytes) -> NoteSignature:
        return NoteSignature(origin, self.verifier(origin).key_id, self._key.sign(text))

    def verifier(self, origin: str) -> NoteVerifier:
        return NoteVerifier(origin, SignatureType.ED25519, self._key.public_key())
