"""Periodic work: forget counts, waiting factors and challenges that are over."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from idp.login.ports import Challenges, FailureCounts, PendingFactors
from kernel.clock import Clock
from kernel.work import PeriodicTask, UnitOfWork

FORGET_EVERY: Final = timedelta(minutes=10)
KEEP_COUNTS: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Forget:
    """Deletes what can decide nothing any more."""

    counts: FailureCounts
    pending: PendingFactors
    challenges: Challenges
    work: UnitOfWork
    clock: Clock

    def __call__(self) -> None:
        """Delete what is over."""
        now = self.clock()
        with self.work():
            self.counts.forget_before(now - KEEP_COUNTS)
            self.pending.forget_before(now)
            self.challenges.forget_before(now)


def tasks(forget: Forget) -> tuple[PeriodicTask, ...]:
    """Return the room's tasks."""
    return (PeriodicTask(name="login.forget", period=FORGET_EVERY, run=forget),)
