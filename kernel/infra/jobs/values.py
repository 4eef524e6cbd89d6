"""What is said about a job."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from kernel.errors import Conflict, NotFound
from kernel.events import JsonValue
from kernel.ids import JobId

_MOST_DOUBLINGS: Final = 20
"""More would overflow a span; the longest pause holds long before."""


class JobState(StrEnum):
    """Where a job is on its way. A ``dead`` one was given up and waits for a person."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"


class JobLost(Conflict):
    """The job's lease ran out and another worker has it, or it is finished: stop."""

    code = "job_lost"


class NoJobRunning(RuntimeError):
    """Progress was reported outside a job: our mistake."""


class JobNotFound(NotFound):
    """There is no such job, or it is not in the state asked for."""

    code = "job_not_found"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A job in the hands of one worker.

    ``attempt`` counts from 1. ``fence`` is the fencing number: a worker whose lease ran out
    holds an older one, and nothing it reports is taken.
    """

    id: JobId
    kind: str
    payload: Mapping[str, JsonValue]
    attempt: int
    fence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a job has come, in units of its own."""

    done: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStatus:
    """What the queue knows of a job; ``reason`` is the code of its last failure."""

    id: JobId
    kind: str
    state: JobState
    attempts: int
    run_at: datetime
    progress: Progress | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """How often and how soon to try again: the pause doubles up to ``longest``."""

    attempts: int = 10
    first: timedelta = timedelta(seconds=1)
    longest: timedelta = timedelta(minutes=15)

    def pause(self, attempt: int) -> timedelta:
        """Return how long to wait after attempt ``attempt``, counted from 1, failed."""
        doublings = min(attempt - 1, _MOST_DOUBLINGS)
        return min(self.longest, self.first * (1 << doublings))
