"""What the record needs: a place for rows, a place for the log, and a key that signs."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from audit.trail.domain import (
    EventQuery,
    Head,
    Logged,
    Waiting,
    Why,
    Words,
)
from kernel.events import Fault, Recorded, Stream
from kernel.ids import EventId
from kernel.proof.tlog import NoteSignature, NoteVerifier, Tile
from kernel.work import Step


class Outbox(Protocol):
    """Durable rows that are not yet in the log.

    ``add`` takes part in the unit of work that is open in this thread; with none open it
    is a transaction of its own, durable when it returns, and all or none.
    """

    def add(self, rows: Sequence[Recorded]) -> None:
        """Keep rows, or raise `kernel.errors.Unavailable` and keep none."""
        ...

    def joins(self) -> bool:
        """Tell whether a unit of work is open in this thread."""
        ...

    def if_undone(self, step: Step) -> None:
        """Run ``step`` after the open unit of work was rolled back, outside of it."""
        ...

    def waiting(self, stream: Stream, limit: int) -> tuple[Waiting, ...]:
        """Return rows not yet sequenced, never "after the last position seen"."""
        ...

    def forget(self, rows: Sequence[Waiting]) -> None:
        """Drop rows that have been sequenced."""
        ...


class Committer(Protocol):
    """Makes rows of concurrent callers durable together; returns when this one is."""

    def commit(self, row: Recorded) -> None:
        """Keep one row, or raise `kernel.errors.Unavailable`."""
        ...


class LogStore(Protocol):
    """The log itself: tiles, entry bundles, its one head.

    ``advance`` is a compare-and-swap under the unit of work: of two writers that grew from
    one head exactly one succeeds. It must never be pointed at another log's rows.
    """

    def lock(self, stream: Stream) -> None:
        """Hold the log for the rest of the unit of work."""
        ...

    def head(self, stream: Stream) -> Head | None:
        """Return the last checkpoint, or None before the first."""
        ...

    def advance(self, stream: Stream, before: Head | None, after: Head) -> None:
        """Publish ``after`` if ``before`` is still the head, else raise `LogForked`."""
        ...

    def tile(self, stream: Stream, tile: Tile) -> bytes:
        """Return ``width`` hashes, cut from a wider tile if need be, or raise."""
        ...

    def bundle(self, stream: Stream, tile: Tile) -> bytes:
        """Return ``width`` entries beside a level-0 tile, or raise `TileUnknown`."""
        ...

    def write(
        self, stream: Stream, tiles: Mapping[Tile, bytes], bundles: Mapping[Tile, bytes]
    ) -> None:
        """Keep tiles and bundles; a wider one replaces the narrower of its index."""
        ...


class LoggedEvents(Protocol):
    """Events with their place in the log."""

    def add(self, events: Sequence[Logged]) -> None:
        """Keep events; part of the surrounding unit of work."""
        ...

    def find(self, event: EventId) -> Logged:
        """Return one, or raise `EventUnknown` or `NotYetLogged`."""
        ...

    def search(self, query: EventQuery) -> tuple[Logged, ...]:
        """Return what matches, newest first, at most ``query.limit``."""
        ...

    def between(self, stream: Stream, first: int, count: int) -> tuple[Logged, ...]:
        """Return the events at ``first`` … ``first + count - 1`` that are still kept."""
        ...


class Explaining(Protocol):
    """Says in words what types of events and codes of refusals mean."""

    def event(self, kind: str) -> Words:
        """Return what happened where an event of this type is recorded."""
        ...

    def reason(self, code: str, fault: Fault | None) -> Why:
        """Return what a code means, and the step that refused.

        Without ``fault``, as in events of old, all steps that refuse with this code.
        """
        ...


class LogKey(Protocol):
    """The key that signs one installation's checkpoints."""

    def sign(self, origin: str, text: bytes) -> NoteSignature:
        """Return the signature line of ``text`` under the name ``origin``."""
        ...

    def verifier(self, origin: str) -> NoteVerifier:
        """Return the public half, as others check it."""
        ...
