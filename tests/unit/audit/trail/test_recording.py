"""Recording: with the unit of work, or durable on its own."""

import threading
from collections.abc import Sequence

import pytest

from audit.trail.adapters.group_committer import GroupCommitter
from audit.trail.errors import TrailOverloaded
from kernel.errors import Refused, Unavailable
from kernel.events import Outcome, Recorded, Stream
from kernel.ids import Reference
from kernel.web import current_reference
from tests.unit.audit.trail.conftest import DoorOpened, Rig


def test_an_event_in_a_unit_of_work_is_gone_when_the_work_is_undone(rig: Rig) -> None:
    def opened_and_failed() -> None:
        with rig.work():
            rig.trail.record(DoorOpened(door=1))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        opened_and_failed()
    assert rig.outbox.rows == {}


def test_a_refusal_stays_on_record_when_its_unit_of_work_is_undone(rig: Rig) -> None:
    def refused() -> None:
        with rig.work():
            rig.trail.record(DoorOpened(door=1))
            rig.trail.record(DoorOpened(door=2, outcome=Outcome.REFUSED))
            raise Refused

    with pytest.raises(Refused):
        refused()
    (row,) = rig.outbox.rows.values()
    assert b'"door":2' in row.body


def test_an_event_in_a_unit_of_work_stays_with_it(rig: Rig) -> None:
    with rig.work():
        rig.trail.record(DoorOpened(door=1))
    assert len(rig.outbox.rows) == 1


def test_an_event_outside_a_unit_of_work_is_durable_when_record_returns(rig: Rig) -> None:
    rig.trail.record(DoorOpened(door=1))
    assert len(rig.outbox.rows) == 1


def test_an_event_carries_the_reference_of_the_request_it_belongs_to(rig: Rig) -> None:
    token = current_reference.set(Reference("ABCDEFGHJKMN"))
    rig.trail.record(DoorOpened(door=1))
    current_reference.reset(token)
    (row,) = rig.outbox.rows.values()
    assert b'"reference":"ABCDEFGHJKMN"' in row.body


class _Slow:
    """An outbox whose first batch waits for the test."""

    def __init__(self, *, fails: bool = False) -> None:
        self.batches: list[list[Recorded]] = []
        self.may_go, self.entered = threading.Event(), threading.Event()
        self.fails = fails

    def add(self, rows: Sequence[Recorded]) -> None:
        self.entered.set()
        self.may_go.wait(5)
        if self.fails:
            raise Unavailable("disk full")
        self.batches.append(list(rows))

    def joins(self) -> bool:
        return False

    def if_undone(self, step: object) -> None:
        raise AssertionError(step)

    def waiting(self, stream: Stream, limit: int) -> tuple[()]:
        raise AssertionError(stream, limit)

    def forget(self, rows: object) -> None:
        raise AssertionError(rows)


def _row(rig: Rig) -> Recorded:
    rig.trail.record(DoorOpened(door=0))
    _, row = rig.outbox.rows.popitem()
    return row


def _started(
    committer: GroupCommitter, row: Recorded, failures: list[object]
) -> threading.Thread:
    def run() -> None:
        try:
            committer.commit(row)
        except Unavailable as failure:
            failures.append(failure)

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_events_that_gather_during_a_commit_share_the_next_one(rig: Rig) -> None:
    outbox, row = _Slow(), _row(rig)
    committer = GroupCommitter(outbox)
    threads = [_started(committer, row, [])]
    assert outbox.entered.wait(5)
    threads += [_started(committer, row, []) for _ in range(20)]
    while committer.waiting < 20:
        pass
    outbox.may_go.set()
    for thread in threads:
        thread.join(5)
    assert [len(batch) for batch in outbox.batches] == [1, 20]


def test_a_commit_that_fails_is_told_to_every_caller_and_the_next_one_is_led_anew(
    rig: Rig,
) -> None:
    outbox, row = _Slow(fails=True), _row(rig)
    outbox.may_go.set()
    committer = GroupCommitter(outbox)
    failures: list[object] = []
    threads = [_started(committer, row, failures) for _ in range(8)]
    for thread in threads:
        thread.join(5)
    assert len(failures) == 8
    outbox.fails = False
    committer.commit(row)
    assert outbox.batches[-1] == [row]


def test_more_than_the_limit_is_refused_and_not_queued(rig: Rig) -> None:
    outbox, row = _Slow(), _row(rig)
    committer = GroupCommitter(outbox, limit=1)
    leader = _started(committer, row, [])
    assert outbox.entered.wait(5)
    second = _started(committer, row, [])
    while not committer.waiting:
        pass
    with pytest.raises(TrailOverloaded):
        committer.commit(row)
    outbox.may_go.set()
    leader.join(5)
    second.join(5)
    assert sum(len(batch) for batch in outbox.batches) == 2


def test_many_threads_lose_no_event(rig: Rig) -> None:
    def run() -> None:
        for door in range(50):
            rig.trail.record(DoorOpened(door=door))

    threads = [threading.Thread(target=run) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len({row.id for row in rig.outbox.rows.values()}) == 16 * 50
