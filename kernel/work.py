"""The unit of work, and work put off until later."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from kernel.events import JsonValue
from kernel.ids import JobId


class UnitOfWork(Protocol):
    """One transaction around everything the stores of a flow write.

    Used as ``with self.work():``. Stores called inside take part without being told. Left
    normally it commits; left by a `kernel.errors.Decision` it commits and lets the
    decision pass on; left by anything else, or by a crash, it rolls back. Entering inside
    another one joins it. Raises `kernel.errors.Unavailable` where it cannot commit.
    """

    def __call__(self) -> AbstractContextManager[None]:
        """Open the transaction."""
        ...


class JobQueue(Protocol):
    """Work to be done by the worker, durable once the surrounding unit of work commits.

    A job runs at least once; of two with one ``key`` only the first is kept.
    """

    def enqueue(
        self,
        kind: str,
        payload: Mapping[str, JsonValue],
        *,
        run_at: datetime | None,
        key: str | None,
    ) -> JobId:
        """Put one job in the queue; ``run_at`` None means as soon as possible."""
        ...
