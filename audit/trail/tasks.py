"""Periodic work of the record: sequencing."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from audit.trail.domain import BATCH_LIMIT
from audit.trail.flows.sequence import Sequencer
from kernel.events import Stream
from kernel.work import PeriodicTask

_STEPS_A_RUN: Final = 64


@dataclass(frozen=True, slots=True)
class Sequencing:
    """Sequences until nothing waits, or a bounded number of batches is done."""

    sequencer: Sequencer
    stream: Stream

    def __call__(self) -> None:
        """Run one turn."""
        for _ in range(_STEPS_A_RUN):
            if self.sequencer.step(self.stream) < BATCH_LIMIT:
                return


def tasks(
    sequencers: dict[Stream, Sequencer], period: timedelta
) -> tuple[PeriodicTask, ...]:
    """Return one task a log, run by the elected leader."""
    return tuple(
        PeriodicTask(
            name=f"trail.sequence_{stream.value}",
            period=period,
            run=Sequencing(sequencer, stream),
        )
        for stream, sequencer in sequencers.items()
    )
