"""Group commit: what concurrent requests write goes into one transaction."""

import threading
from collections.abc import Callable, Sequence
from typing import Final, Generic, TypeVar

from kernel.errors import Unavailable

Item = TypeVar("Item")
Result = TypeVar("Result")

WAITING_LIMIT: Final = 4096


class Overloaded(Unavailable):
    """More callers wait for one transaction than may."""

    code = "overloaded"


class _Waiter(Generic[Item, Result]):
    """One caller's item, and the lock its thread sleeps on until it leads or is served.

    ``behind``: whom it wakes when it wakes itself. Sixty threads awake at once would fight
    for the interpreter, and each of them fall asleep once more.
    """

    __slots__ = ("behind", "failure", "item", "result", "served", "turn")

    def __init__(self, item: Item) -> None:
        self.item = item
        self.turn = threading.Lock()
        self.turn.acquire()
        self.served = False
        self.behind: _Waiter[Item, Result] | None = None
        self.result: Result | None = None
        self.failure: BaseException | None = None


class Gathering(Generic[Item, Result]):
    """Does for many callers at once what each of them would do alone.

    There is no thread of its own: the first caller leads, does it for everybody who has
    gathered, hands the lead to one of those who came meanwhile and wakes the first of those
    it served, who wakes the next. So a lone caller pays for one commit and no switch of
    threads, and sixty callers share one. A batch that fails fails for all in it: nothing of
    it is durable.
    """

    def __init__(
        self,
        act: Callable[[Sequence[Item]], Sequence[Result]],
        *,
        limit: int = WAITING_LIMIT,
        most: int = WAITING_LIMIT,
    ) -> None:
        """Take what is done for a batch: a result for each item, or none of it.

        ``limit``: how many may wait; ``most``: how many a batch may have.
        """
        self._act = act
        self._limit, self._most = limit, most
        self._lock = threading.Lock()
        self._waiting: list[_Waiter[Item, Result]] = []
        self._led = False

    @property
    def waiting(self) -> int:
        """How many callers wait for the next batch."""
        return len(self._waiting)

    def __call__(self, item: Item) -> Result:
        """Return the result for ``item`` once it is durable.

        Raises:
            Overloaded: too many wait already.
            BaseException: whatever the batch it was in failed with.
        """
        waiter: _Waiter[Item, Result] = _Waiter(item)
        if not self._joins(waiter):
            waiter.turn.acquire()
        if not waiter.served:
            self._lead()
        if waiter.behind is not None:
            waiter.behind.turn.release()
        if waiter.failure is not None:
            raise waiter.failure
        return waiter.result  # type: ignore[return-value]  # served without a failure

    def _joins(self, waiter: _Waiter[Item, Result]) -> bool:
        """Queue up; tell whether this caller leads."""
        with self._lock:
            if len(self._waiting) >= self._limit:
                raise Overloaded(str(self._limit))
            self._waiting.append(waiter)
            leads, self._led = not self._led, True
        return leads

    def _lead(self) -> None:
        with self._lock:
            batch = self._waiting[: self._most]
            del self._waiting[: self._most]
        self._serve(batch)
        self._hand_over()

    def _serve(self, batch: Sequence[_Waiter[Item, Result]]) -> None:
        try:
            results = self._act([waiter.item for waiter in batch])
            # Counted here too: a batch of another length must leave nobody asleep.
            for waiter, result in zip(batch, results, strict=True):
                waiter.result = result
        except BaseException as failure:  # noqa: BLE001  handed to every caller of the batch
            for waiter in batch:
                waiter.failure = failure
        for waiter, behind in zip(batch, [*batch[1:], None], strict=True):
            waiter.behind, waiter.served = behind, True

    def _hand_over(self) -> None:
        with self._lock:
            self._led = bool(self._waiting)
            successor = self._waiting[0] if self._waiting else None
        if successor is not None:
            successor.turn.release()
