"""Lets go of jobs that are over: their payloads name people and addresses."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from kernel.clock import Clock
from kernel.infra.jobs.sql_jobs import SqlJobs


@dataclass(frozen=True, slots=True)
class ForgetJobs:
    """Deletes what was done a week ago, and what was given up a month ago.

    Whom a job could not reach stays for as long as who was told of a sign-out.
    """

    jobs: SqlJobs
    clock: Clock

    KEEP_DONE: ClassVar[timedelta] = timedelta(days=7)
    KEEP_DEAD: ClassVar[timedelta] = timedelta(days=30)

    def __call__(self) -> None:
        """Delete what is over, a batch at a time."""
        now = self.clock()
        done, dead = now - self.KEEP_DONE, now - self.KEEP_DEAD
        while self.jobs.forget_ended(done_before=done, dead_before=dead):
            pass
