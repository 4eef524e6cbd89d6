"""The unit of work, and work put off until later."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from kernel.events import JsonValue
from kernel.ids import JobId

T = TypeVar("T")


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


class InOneUnit(Protocol):
    """A unit of work as one call, for flows that are asked for all the time.

    What is done may be done by another thread, in the caller's context: it must not count
    on thread-local values, nor wait for another thread that writes. Everything else is as
    for `UnitOfWork`: it commits where the act returns or raises a `Decision`.
    """

    def __call__(self, act: Callable[[], T], /) -> T:
        """Return what ``act`` returns, once it is durable; raise what it raises."""
        ...


class JobQueue(Protocol):
    """Work to be done by the worker, durable once the surrounding unit of work commits.

    A job runs at least once; of two with one ``key`` only the first is kept, until it was
    given up.
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


class Step(Protocol):
    """One run of a periodic task: bounded, and safe to repeat after a crash."""

    def __call__(self) -> None:
        """Do what is due now."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodicTask:
    """Something the worker does again and again.

    Attributes:
        name: ``room.what_it_does``; also the name of the leadership lease.
        period: how long to wait between the end of one run and the start of the next.
        run: the step itself.
        leader_only: only one worker of the installation runs it at a time.
    """

    name: str
    period: timedelta
    run: Step
    leader_only: bool = True


class JobStep(Protocol):
    """Carries out jobs of one kind; raising means: try again later."""

    def __call__(self, payload: Mapping[str, JsonValue]) -> None:
        """Carry out one job."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class JobKind:
    """Which step carries out the jobs of a kind, ``room.what_it_does``."""

    kind: str
    run: JobStep
