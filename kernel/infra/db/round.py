"""One transaction on SQLite that several units of work share, and what became of it."""

import threading
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Connection

from kernel.infra.db.failures import DatabaseUnavailable, Driver
from kernel.infra.db.transaction import Transaction

_PATIENCE_S: Final = 0.02


@dataclass(slots=True, eq=False)
class Round:
    """A transaction that several units of work share, one after the other.

    ``parts``: how many have ended in it; ``asleep``: a lock for each that waits until it is
    over, and wakes the one behind it: all awake at once would fight for the interpreter.
    ``failure``: why nothing of it is durable.
    """

    connection: Connection
    driver: Driver
    parts: int = 0
    is_over: bool = False
    asleep: list[threading.Lock] = field(default_factory=list)
    failure: Exception | None = None

    def place(self) -> int | None:
        """Return a place in the row of those who sleep until it is over; None: it is."""
        if self.is_over:
            return None
        lock = threading.Lock()
        lock.acquire()
        self.asleep.append(lock)
        return len(self.asleep) - 1

    def sleep(self, place: int) -> bool:
        """Sleep for a while at this place; tell whether it is over."""
        self.asleep[place].acquire(timeout=_PATIENCE_S)
        return self.is_over

    def wake(self, place: int) -> None:
        """Wake who sleeps at this place, if anybody does."""
        if place < len(self.asleep):
            self.asleep[place].release()


def settle(round_: Round, transaction: Transaction) -> None:
    """Say what became of a part of a round that is over.

    Raises:
        DatabaseUnavailable: nothing of the round is durable.
    """
    if round_.failure is None:
        transaction.done()
        return
    transaction.undone()
    raise DatabaseUnavailable(str(round_.failure)) from round_.failure
