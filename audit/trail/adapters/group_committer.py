"""Group commit: the events of concurrent requests share one INSERT and one commit."""

import threading
from collections.abc import Sequence
from typing import Final

from audit.trail.domain import Recorded
from audit.trail.errors import TrailOverloaded
from audit.trail.ports import Outbox

PENDING_LIMIT: Final = 4096


class _Waiter:
    """One caller's row, and the lock its thread sleeps on until it leads or is served."""

    __slots__ = ("failure", "row", "served", "turn")

    def __init__(self, row: Recorded) -> None:
        self.row = row
        self.turn = threading.Lock()
        self.turn.acquire()
        self.served = False
        self.failure: BaseException | None = None


class GroupCommitter:
    """Implements `audit.trail.ports.Committer` over an `Outbox`.

    There is no thread of its own: the first caller leads, commits everything that has
    gathered, wakes those it served, and hands the lead to one of those who came meanwhile.
    So a lone caller pays for one commit and no switch of threads, and sixty callers share
    one. A batch that fails fails for all in it: nothing of it is durable.
    """

    def __init__(self, outbox: Outbox, *, limit: int = PENDING_LIMIT) -> None:
        """Take the place the rows go to."""
        self._outbox = outbox
        self._limit = limit
        self._lock = threading.Lock()
        self._pending: list[_Waiter] = []
        self._led = False

    def commit(self, row: Recorded) -> None:
        """Return when ``row`` is durable.

        Raises:
            TrailOverloaded: too many wait already.
            Unavailable: the batch it was in could not be committed.
        """
        waiter = _Waiter(row)
        if not self._joins(waiter):
            waiter.turn.acquire()
        if not waiter.served:
            self._lead()
        if waiter.failure is not None:
            raise waiter.failure

    def _joins(self, waiter: _Waiter) -> bool:
        """Queue up; tell whether this caller leads."""
        with self._lock:
            if len(self._pending) >= self._limit:
                raise TrailOverloaded(str(self._limit))
            self._pending.append(waiter)
            leads, self._led = not self._led, True
        return leads

    def _lead(self) -> None:
        with self._lock:
            batch, self._pending = self._pending, []
        failure = self._committed([waiter.row for waiter in batch])
        for waiter in batch:
            waiter.failure, waiter.served = failure, True
        self._hand_over()
        for waiter in batch:
            waiter.turn.release()

    def _hand_over(self) -> None:
        with self._lock:
            self._led = bool(self._pending)
            successor = self._pending[0] if self._pending else None
        if successor is not None:
            successor.turn.release()

    def _committed(self, rows: Sequence[Recorded]) -> BaseException | None:
        try:
            self._outbox.add(rows)
        except BaseException as failure:  # noqa: BLE001  handed to every caller of the batch
            return failure
        return None
