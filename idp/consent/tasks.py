"""Periodic work: forget answers to interactions that are over."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from idp.consent.ports import ReceiptStore
from kernel.clock import Clock
from kernel.work import PeriodicTask

FORGET_EVERY: Final = timedelta(minutes=10)
KEEP_ANSWERS: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Forget:
    """Deletes answers after a day; receipts and releases are kept."""

    store: ReceiptStore
    clock: Clock

    def __call__(self) -> None:
        """Delete what is over."""
        self.store.forget_answers_before(self.clock() - KEEP_ANSWERS)


def tasks(forget: Forget) -> tuple[PeriodicTask, ...]:
    """Return the room's tasks."""
    return (PeriodicTask(name="consent.forget", period=FORGET_EVERY, run=forget),)
