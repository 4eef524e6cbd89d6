"""Reads the record: finds events, proves them, hands a whole log out."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from audit.trail.domain import EventProof, EventQuery, Head, Logged
from audit.trail.errors import LogEmpty, NotYetLogged
from audit.trail.ports import LoggedEvents, LogStore
from kernel.events import JsonValue, Stream
from kernel.ids import EventId
from kernel.proof.tlog import (
    TILE_WIDTH,
    Note,
    Tile,
    TiledHashes,
    TlogProof,
    decode_bundle,
    inclusion_proof,
)


@dataclass(frozen=True, slots=True)
class Record:
    """The record as its readers see it: published heads only."""

    log: LogStore
    events: LoggedEvents

    def head(self, stream: Stream) -> Head:
        """Return the last published checkpoint.

        Raises:
            LogEmpty: there is none yet.
        """
        head = self.log.head(stream)
        if head is None:
            raise LogEmpty(stream.value)
        return head

    def search(self, query: EventQuery) -> tuple[Logged, ...]:
        """Return logged events that match, newest first."""
        return self.events.search(query)

    def find(self, event: EventId) -> Logged:
        """Return one logged event.

        Raises:
            EventUnknown, NotYetLogged: as they say.
        """
        return self.events.find(event)

    def prove(self, event: EventId) -> EventProof:
        """Return the offline proof of one event against the newest checkpoint.

        Raises:
            EventUnknown, NotYetLogged: as they say.
        """
        logged = self.events.find(event)
        head = self.head(logged.stream)
        if logged.index >= head.checkpoint.size:
            raise NotYetLogged(str(event))
        hashes = TiledHashes(_Tiles(self.log, logged.stream), head.checkpoint.size)
        path = inclusion_proof(logged.index, head.checkpoint.size, hashes)
        proof = TlogProof(logged.index, path, Note.parse(head.note))
        return EventProof(event=said(logged), nonce=logged.nonce, proof=proof)

    def entries(self, stream: Stream, size: int) -> Iterator[bytes]:
        """Return the entries 0 … ``size`` - 1, bundle by bundle."""
        for index in range(-(-size // TILE_WIDTH)):
            tile = Tile(0, index, min(size - index * TILE_WIDTH, TILE_WIDTH))
            yield from decode_bundle(self.log.bundle(stream, tile), tile.width)


@dataclass(frozen=True, slots=True)
class _Tiles:
    log: LogStore
    stream: Stream

    def tile(self, tile: Tile) -> bytes:
        return self.log.tile(self.stream, tile)


def said(logged: Logged) -> dict[str, JsonValue]:
    """Return the event as the JSON object that was committed to."""
    event: dict[str, JsonValue] = json.loads(logged.body)
    return event
