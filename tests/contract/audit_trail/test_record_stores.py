"""What the record promises of its stores, on every engine."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import pytest

from audit.trail.domain import EventQuery, Head, Logged
from audit.trail.errors import EventUnknown, LogForked, NotYetLogged, TileUnknown
from audit.trail.ports import LoggedEvents, LogStore, Outbox
from audit.trail.store import SqlEvents, SqlLog, SqlOutbox
from kernel.events import Recorded, Stream
from kernel.ids import EventId
from kernel.infra.db import Database, create_all
from kernel.proof.tlog import Checkpoint, Note, NoteSignature, Tile, encode_bundle
from kernel.work import UnitOfWork
from tests.unit.audit.trail.fakes import MemoryEvents, MemoryLog, MemoryOutbox, MemoryWork


@dataclass(frozen=True)
class Stores:
    work: UnitOfWork
    outbox: Outbox
    log: LogStore
    events: LoggedEvents


def a_row(number: int, stream: Stream = Stream.MAIN) -> Recorded:
    body = b'{"time":"2026-11-26T08:00:00.000000Z","type":"door.opened","reference":"R%d"}'
    return Recorded(stream, EventId(UUID(int=number)), bytes([number]) * 32, body % number)


def a_head(size: int) -> Head:
    checkpoint = Checkpoint("hub.example/log", size, bytes(32))
    signature = NoteSignature("hub.example/log", b"abcd", b"s" * 64)
    note = Note(checkpoint.format(), (signature,)).format()
    return Head(checkpoint, note, datetime(2026, 11, 26, tzinfo=UTC))


def _add_and_fail(stores: Stores) -> None:
    with stores.work():
        stores.outbox.add((a_row(1),))
        raise ZeroDivisionError


def _logged(number: int, index: int) -> Logged:
    row = a_row(number)
    return Logged(row.stream, index, row.id, row.nonce, row.body)


class RecordStoresContract:
    """The promises; each implementation inherits them with its own ``stores``."""

    def test_a_row_added_in_a_unit_of_work_that_fails_is_not_there(
        self, stores: Stores
    ) -> None:
        with pytest.raises(ZeroDivisionError):
            _add_and_fail(stores)
        assert stores.outbox.waiting(Stream.MAIN, 10) == ()

    def test_what_was_left_for_the_case_of_undoing_runs_after_it_and_outside_it(
        self, stores: Stores
    ) -> None:
        seen: list[bool] = []

        def left() -> None:
            seen.append(stores.outbox.joins())
            stores.outbox.add((a_row(2),))

        def undone() -> None:
            with stores.work():
                stores.outbox.add((a_row(1),))
                stores.outbox.if_undone(left)
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            undone()
        assert seen == [False]
        assert [w.recorded for w in stores.outbox.waiting(Stream.MAIN, 9)] == [a_row(2)]
        with stores.work():
            stores.outbox.if_undone(left)
        assert seen == [False]

    def test_the_outbox_knows_whether_a_unit_of_work_is_open(self, stores: Stores) -> None:
        assert not stores.outbox.joins()
        with stores.work():
            assert stores.outbox.joins()

    def test_rows_wait_until_they_are_forgotten_each_in_its_stream(
        self, stores: Stores
    ) -> None:
        stores.outbox.add((a_row(1), a_row(2, Stream.OVERSIGHT), a_row(3)))
        waiting = stores.outbox.waiting(Stream.MAIN, 10)
        assert [w.recorded for w in waiting] == [a_row(1), a_row(3)]
        stores.outbox.forget(waiting[:1])
        assert [w.recorded for w in stores.outbox.waiting(Stream.MAIN, 10)] == [a_row(3)]
        assert len(stores.outbox.waiting(Stream.OVERSIGHT, 10)) == 1

    def test_the_head_moves_only_from_the_head_that_was_seen(self, stores: Stores) -> None:
        assert stores.log.head(Stream.MAIN) is None
        stores.log.advance(Stream.MAIN, None, a_head(1))
        with pytest.raises(LogForked):
            stores.log.advance(Stream.MAIN, None, a_head(2))
        with pytest.raises(LogForked):
            stores.log.advance(Stream.MAIN, a_head(5), a_head(6))
        stores.log.advance(Stream.MAIN, a_head(1), a_head(2))
        assert stores.log.head(Stream.MAIN) == a_head(2)

    @pytest.mark.spec("C2SP tlog-tiles")
    def test_a_partial_tile_of_every_published_size_stays_readable(
        self, stores: Stores
    ) -> None:
        hashes = bytes(range(96))
        entries = (b"a" * 32, b"b" * 32, b"c" * 32)
        with stores.work():
            stores.log.write(
                Stream.MAIN,
                {Tile(0, 0, 2): hashes[:64]},
                {Tile(0, 0, 2): encode_bundle(entries[:2])},
            )
        with stores.work():
            stores.log.write(
                Stream.MAIN,
                {Tile(0, 0, 3): hashes},
                {Tile(0, 0, 3): encode_bundle(entries)},
            )
        for width in (1, 2, 3):
            tile = Tile(0, 0, width)
            assert stores.log.tile(Stream.MAIN, tile) == hashes[: 32 * width]
            assert stores.log.bundle(Stream.MAIN, tile) == encode_bundle(entries[:width])

    def test_a_tile_that_was_not_written_or_not_so_wide_is_unknown(
        self, stores: Stores
    ) -> None:
        stores.log.write(Stream.MAIN, {Tile(0, 0, 1): bytes(32)}, {})
        for tile in (Tile(0, 0, 2), Tile(1, 0, 1), Tile(0, 1, 1)):
            with pytest.raises(TileUnknown):
                stores.log.tile(Stream.MAIN, tile)
        with pytest.raises(TileUnknown):
            stores.log.tile(Stream.OVERSIGHT, Tile(0, 0, 1))

    def test_an_event_is_found_logged_waiting_or_not_at_all(self, stores: Stores) -> None:
        with stores.work():
            stores.events.add((_logged(1, 0),))
        stores.outbox.add((a_row(2),))
        assert stores.events.find(EventId(UUID(int=1))) == _logged(1, 0)
        with pytest.raises(NotYetLogged):
            stores.events.find(EventId(UUID(int=2)))
        with pytest.raises(EventUnknown):
            stores.events.find(EventId(UUID(int=3)))

    def test_events_are_searched_newest_first_and_paged_by_index(
        self, stores: Stores
    ) -> None:
        with stores.work():
            stores.events.add([_logged(number, number) for number in range(6)])
        found = stores.events.search(EventQuery(type="door.opened", limit=4))
        assert [logged.index for logged in found] == [5, 4, 3, 2]
        rest = stores.events.search(EventQuery(type="door.opened", before=2))
        assert [logged.index for logged in rest] == [1, 0]
        (one,) = stores.events.search(EventQuery(reference="R3"))  # type: ignore[arg-type]  # what types forbid too
        assert one == _logged(3, 3)
        assert stores.events.between(Stream.MAIN, 4, 9) == (_logged(4, 4), _logged(5, 5))


class TestFakeRecordStores(RecordStoresContract):
    @pytest.fixture
    def stores(self) -> Stores:
        work = MemoryWork()
        outbox = MemoryOutbox(work)
        return Stores(work, outbox, MemoryLog(), MemoryEvents(outbox))


class TestSqlRecordStores(RecordStoresContract):
    @pytest.fixture
    def stores(self, database: Database) -> Stores:
        create_all(database)
        return Stores(
            database.unit_of_work(),
            SqlOutbox(database),
            SqlLog(database),
            SqlEvents(database),
        )
