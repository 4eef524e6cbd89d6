"""`kernel.work.JobQueue` over SQL, and the half of it that the worker sees."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Final

from sqlalchemy import ColumnElement, Row, and_, delete, or_, select, update

from kernel.clock import Clock
from kernel.events import JsonValue
from kernel.ids import JobId, NewIds
from kernel.infra.db import Database, upsert
from kernel.infra.jobs.tables import JOB
from kernel.infra.jobs.values import (
    Claim,
    JobLost,
    JobNotFound,
    JobState,
    JobStatus,
    NoJobRunning,
    Progress,
)

_C: Final = JOB.c
_RUNNING: Final[ContextVar[Claim | None]] = ContextVar("running_job", default=None)

StoredRow = Row[*tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class SqlJobs:
    """The queue: what is enqueued in a unit of work exists once that is committed.

    A claimed job is its worker's until its lease runs out; then another may claim it under
    a higher fencing number, and what the first one still reports is refused.
    """

    LEASE: ClassVar[timedelta] = timedelta(seconds=60)

    database: Database
    clock: Clock
    new_id: NewIds

    def enqueue(
        self,
        kind: str,
        payload: Mapping[str, JsonValue],
        *,
        run_at: datetime | None,
        key: str | None,
    ) -> JobId:
        """Put one job in the queue, due at ``run_at`` or now.

        Of two of one kind with one ``key`` only the first is kept, as long as it is on
        record; the id of that one is returned. One that was given up is taken up again,
        with what is said now.
        """
        now = self.clock()
        identifier = JobId(self.new_id())
        row = upsert(JOB).values(
            id=identifier,
            kind=kind,
            key=key,
            payload=dict(payload),
            state=JobState.WAITING.value,
            run_at=run_at or now,
            attempts=0,
            fence=0,
            created_at=now,
        )
        kept = self.database.write(
            row.on_conflict_do_nothing(index_elements=["kind", "key"])
        )
        if kept:
            return identifier
        identifier = self._of_key(kind, key)
        self._wait_again(identifier, payload=dict(payload), run_at=run_at or now)
        return identifier

    def claim(self, kinds: Collection[str], holder: str) -> Claim | None:
        """Take the job that has been due longest, or None if none is.

        No two workers get one job: PostgreSQL skips rows another is taking, SQLite lets
        one statement write at a time.
        """
        now = self.clock()
        due = select(_C.id).where(_C.kind.in_(kinds), _is_due(now)).order_by(_C.run_at)
        first = due.limit(1).with_for_update(skip_locked=True).scalar_subquery()
        taken = update(JOB).where(_C.id == first).values(
            state=JobState.RUNNING.value,
            attempts=_C.attempts + 1,
            fence=_C.fence + 1,
            holder=holder,
            lease_until=now + self.LEASE,
        )  # fmt: skip
        for row in self.database.write_returning(taken.returning(*_C)):
            return _claim(row)
        return None

    def progress(self, done: int, total: int) -> None:
        """Say, from within a job, how far it has come; its lease begins anew.

        Raises:
            JobLost: another worker has the job by now; let this pass, and stop.
            NoJobRunning: this thread carries out no job.
        """
        claim = _RUNNING.get()
        if claim is None:
            raise NoJobRunning
        self._move(claim, done=done, total=total, lease_until=self.clock() + self.LEASE)

    def finish(self, claim: Claim) -> None:
        """Mark the job as done.

        Raises:
            JobLost: it is another's by now.
        """
        self._move(claim, state=JobState.DONE.value, finished_at=self.clock(), reason=None)

    def retry(self, claim: Claim, *, at: datetime, reason: str) -> None:
        """Put the job back, due at ``at``, because of ``reason``.

        Raises:
            JobLost: it is another's by now.
        """
        self._move(claim, state=JobState.WAITING.value, run_at=at, reason=reason)

    def bury(self, claim: Claim, *, reason: str) -> None:
        """Give the job up: it stays on record as dead until a person revives it.

        Raises:
            JobLost: it is another's by now.
        """
        self._move(
            claim, state=JobState.DEAD.value, finished_at=self.clock(), reason=reason
        )

    def status(self, identifier: JobId) -> JobStatus:
        """Return what is known of a job.

        Raises:
            JobNotFound: there is none with this id.
        """
        row = self.database.read_one(select(JOB).where(_C.id == identifier))
        if row is None:
            raise JobNotFound(str(identifier))
        return _status(row)

    def dead(self, *, limit: int = 100) -> tuple[JobStatus, ...]:
        """Return the jobs that were given up, the latest first."""
        given_up = select(JOB).where(_C.state == JobState.DEAD.value)
        rows = self.database.read(given_up.order_by(_C.finished_at.desc()).limit(limit))
        return tuple(_status(row) for row in rows)

    def revive(self, identifier: JobId) -> None:
        """Give a dead job its attempts back, due now.

        The fencing number goes on rising: a worker that still holds the job stays fenced.

        Raises:
            JobNotFound: it is not among the dead.
        """
        if not self._wait_again(identifier, run_at=self.clock()):
            raise JobNotFound(str(identifier))

    def forget_ended(
        self, *, done_before: datetime, dead_before: datetime, limit: int = 1000
    ) -> int:
        """Delete jobs done or given up before an instant, at most ``limit`` of each.

        Returns:
            How many were deleted.
        """
        ends = ((JobState.DONE, done_before), (JobState.DEAD, dead_before))
        return sum(self._forget(state, before, limit) for state, before in ends)

    def _forget(self, state: JobState, before: datetime, limit: int) -> int:
        old = and_(_C.state == state.value, _C.finished_at < before)
        chosen = select(_C.id).where(old).limit(limit)
        return self.database.write(delete(JOB).where(_C.id.in_(chosen)))

    def _wait_again(self, identifier: JobId, **values: object) -> bool:
        is_dead = (_C.id == identifier) & (_C.state == JobState.DEAD.value)
        fresh = {"state": JobState.WAITING.value, "attempts": 0, "finished_at": None}
        return self.database.write(update(JOB).where(is_dead).values(fresh | values)) == 1

    def _of_key(self, kind: str, key: str | None) -> JobId:
        row = self.database.read_one(select(_C.id).where(_C.kind == kind, _C.key == key))
        if row is None:
            raise JobNotFound(kind)
        return JobId(row[0])

    def _move(self, claim: Claim, **values: str | int | datetime | None) -> None:
        mine = and_(
            _C.id == claim.id,
            _C.fence == claim.fence,
            _C.state == JobState.RUNNING.value,
        )
        if self.database.write(update(JOB).where(mine).values(**values)) == 0:
            raise JobLost(str(claim.id))


@contextmanager
def running(claim: Claim) -> Iterator[None]:
    """Let `SqlJobs.progress` know which job this thread carries out."""
    token = _RUNNING.set(claim)
    try:
        yield
    finally:
        _RUNNING.reset(token)


def _is_due(now: datetime) -> ColumnElement[bool]:
    waiting = and_(_C.state == JobState.WAITING.value, _C.run_at <= now)
    left_behind = and_(_C.state == JobState.RUNNING.value, _C.lease_until <= now)
    return or_(waiting, left_behind)


def _claim(row: StoredRow) -> Claim:
    stored = row._mapping  # noqa: SLF001  SQLAlchemy's public name for a row's columns
    return Claim(
        id=JobId(stored[_C.id]),
        kind=stored[_C.kind],
        payload=stored[_C.payload],
        attempt=stored[_C.attempts],
        fence=stored[_C.fence],
    )


def _status(row: StoredRow) -> JobStatus:
    stored = row._mapping  # noqa: SLF001  SQLAlchemy's public name for a row's columns
    reported = stored[_C.total] is not None
    return JobStatus(
        id=JobId(stored[_C.id]),
        kind=stored[_C.kind],
        state=JobState(stored[_C.state]),
        attempts=stored[_C.attempts],
        run_at=stored[_C.run_at],
        progress=Progress(done=stored[_C.done], total=stored[_C.total])
        if reported
        else None,
        reason=stored[_C.reason],
    )
