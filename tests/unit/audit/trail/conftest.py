"""A record in memory."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import pytest

from audit.trail.adapters.group_committer import GroupCommitter
from audit.trail.flows.read import Record
from audit.trail.flows.record import Trail
from audit.trail.flows.sequence import Books, Sequencer
from audit.trail.flows.verify import Verification
from kernel.clock import SetClock
from kernel.entropy import SeededEntropy
from kernel.events import Event, Stream
from tests.unit.audit.trail.fakes import (
    MemoryEvents,
    MemoryLog,
    MemoryLogKey,
    MemoryOutbox,
    MemoryWork,
)

ORIGIN = "hub.example/log"


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorOpened(Event):
    TYPE = "test_trail.door_opened"
    door: int


@dataclass(frozen=True)
class Rig:
    work: MemoryWork
    outbox: MemoryOutbox
    log: MemoryLog
    events: MemoryEvents
    trail: Trail
    sequencer: Sequencer
    record: Record
    verification: Verification

    def recorded(self, count: int) -> list[UUID]:
        for door in range(count):
            self.trail.record(DoorOpened(door=door))
        return [row.id for row in self.outbox.rows.values()]

    def sequenced(self, count: int) -> list[UUID]:
        ids = self.recorded(count)
        while self.sequencer.step(Stream.MAIN):
            pass
        return ids


@pytest.fixture
def rig() -> Rig:
    work = MemoryWork()
    outbox, log = MemoryOutbox(work), MemoryLog()
    events, key = MemoryEvents(outbox), MemoryLogKey()
    clock = SetClock(datetime(2026, 11, 26, 8, 0, tzinfo=UTC))
    return Rig(
        work=work,
        outbox=outbox,
        log=log,
        events=events,
        trail=Trail(outbox, GroupCommitter(outbox), clock, SeededEntropy()),
        sequencer=Sequencer(Books(outbox, log, events), key, ORIGIN, work, clock),
        record=Record(log, events),
        verification=Verification(key.verifier(ORIGIN)),
    )
