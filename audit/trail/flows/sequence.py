"""Takes durable rows into the Merkle log and publishes the next checkpoint."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from audit.trail.domain import BATCH_LIMIT, Head, Logged, Waiting
from audit.trail.errors import HeadNotOurs
from audit.trail.ports import LoggedEvents, LogKey, LogStore, Outbox
from kernel.clock import Clock
from kernel.events import Stream
from kernel.proof.tlog import (
    TILE_WIDTH,
    Checkpoint,
    Edge,
    Note,
    Tile,
    commitment_of_bytes,
    decode_bundle,
    encode_bundle,
    grow,
    note_text_to_sign,
)
from kernel.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Books:
    """The three places one step of the sequencer moves rows between."""

    outbox: Outbox
    log: LogStore
    events: LoggedEvents


@dataclass(frozen=True, slots=True)
class Sequencer:
    """Appends what waits to one log, in batches; run by one worker at a time.

    Should two run all the same, the head's compare-and-swap lets one of them win, and the
    other's whole step is rolled back.
    """

    books: Books
    key: LogKey
    origin: str
    work: UnitOfWork
    clock: Clock

    def step(self, stream: Stream) -> int:
        """Sequence one batch and return how many events it held.

        The first step of a new log publishes the checkpoint of the empty tree.

        Raises:
            LogForked, HeadNotOurs: the log is not as we left it; nothing was signed.
        """
        with self.work():
            self.books.log.lock(stream)
            head = self.books.log.head(stream)
            waiting = self.books.outbox.waiting(stream, BATCH_LIMIT)
            if waiting or head is None:
                self._append(stream, head, waiting)
        return len(waiting)

    def _append(
        self, stream: Stream, head: Head | None, waiting: Sequence[Waiting]
    ) -> None:
        size = head.checkpoint.size if head else 0
        edge = self._edge(stream, head)
        entries = [commitment_of_bytes(w.recorded.nonce, w.recorded.body) for w in waiting]
        growth = grow(edge, entries)
        self.books.log.write(stream, growth.tiles, self._bundles(stream, size, entries))
        self.books.events.add(
            [_logged(stream, size + at, row) for at, row in enumerate(waiting)]
        )
        self.books.outbox.forget(waiting)
        self.books.log.advance(stream, head, self._signed(growth.edge))

    def _edge(self, stream: Stream, head: Head | None) -> Edge:
        """Load the right edge, and refuse one that does not lead to what was signed."""
        size = head.checkpoint.size if head else 0
        held = {tile: self.books.log.tile(stream, tile) for tile in Edge.tiles_of(size)}
        edge = Edge.of(size, held)
        if head is not None and edge.root() != head.checkpoint.root:
            raise HeadNotOurs(str(size))
        return edge

    def _bundles(
        self, stream: Stream, size: int, entries: Sequence[bytes]
    ) -> Mapping[Tile, bytes]:
        """Lay the new entries into bundles; the first continues what is there."""
        index, kept = divmod(size, TILE_WIDTH)
        begun: tuple[bytes, ...] = ()
        if kept:
            partial = Tile(0, index, kept)
            begun = decode_bundle(self.books.log.bundle(stream, partial), kept)
        rest = iter((*begun, *entries))
        bundles: dict[Tile, bytes] = {}
        while chunk := tuple(islice(rest, TILE_WIDTH)):
            bundles[Tile(0, index, len(chunk))] = encode_bundle(chunk)
            index += 1
        return bundles

    def _signed(self, edge: Edge) -> Head:
        checkpoint = Checkpoint(self.origin, edge.size, edge.root())
        text = checkpoint.format()
        signature = self.key.sign(self.origin, note_text_to_sign(text))
        return Head(checkpoint, Note(text, (signature,)).format(), self.clock())


def _logged(stream: Stream, index: int, row: Waiting) -> Logged:
    recorded = row.recorded
    return Logged(stream, index, recorded.id, recorded.nonce, recorded.body)
