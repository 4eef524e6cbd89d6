"""The promises of `kernel.work.JobQueue` and of the worker, on both engines."""

# ruff: noqa: PT012  what a unit of work writes and how it is left stand in one block

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from kernel.clock import SetClock
from kernel.entropy import SeededEntropy
from kernel.errors import Refused, Unavailable
from kernel.events import JsonValue
from kernel.ids import JobId, NewIds
from kernel.infra.db import Database, create_all
from kernel.infra.jobs import (
    Claim,
    ForgetJobs,
    JobLost,
    JobNotFound,
    JobState,
    NoJobRunning,
    Progress,
    Retry,
    SqlJobs,
    Worker,
)
from kernel.work import JobKind, JobQueue, JobStep

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOW)


@pytest.fixture
def jobs(database: Database, clock: SetClock) -> SqlJobs:
    create_all(database)
    return SqlJobs(database, clock, NewIds(clock, SeededEntropy()))


@dataclass
class Recorder:
    """A step that keeps what it was given and fails as often as it is told to."""

    failures: list[Exception] = field(default_factory=list)
    seen: list[Mapping[str, JsonValue]] = field(default_factory=list)

    def __call__(self, payload: Mapping[str, JsonValue]) -> None:
        self.seen.append(payload)
        if self.failures:
            raise self.failures.pop(0)


def worker(
    jobs: SqlJobs, step: JobStep, *, holder: str = "one", attempts: int = 3
) -> Worker:
    kinds = [JobKind(kind="mail.send", run=step)]
    retry = Retry(attempts=attempts, first=MINUTE, longest=3 * MINUTE)
    return Worker(jobs=jobs, kinds=kinds, clock=jobs.clock, holder=holder, retry=retry)


def put(jobs: JobQueue, **payload: JsonValue) -> JobId:
    return jobs.enqueue("mail.send", payload, run_at=None, key=None)


def taken(jobs: SqlJobs, holder: str = "one") -> Claim:
    claim = jobs.claim(["mail.send"], holder)
    assert claim is not None
    return claim


def test_a_job_is_carried_out_once_with_its_payload(jobs: SqlJobs) -> None:
    step = Recorder()
    job = put(jobs, to="张三", copies=[1, None, True])
    assert worker(jobs, step).run_once()
    assert not worker(jobs, step).run_once()
    assert step.seen == [{"to": "张三", "copies": [1, None, True]}]
    assert jobs.status(job).state is JobState.DONE


def test_a_job_exists_once_its_unit_of_work_is_committed(
    jobs: SqlJobs, database: Database
) -> None:
    with database.unit_of_work()(), ThreadPoolExecutor(1) as elsewhere:
        job = put(jobs)
        with pytest.raises(JobNotFound):
            elsewhere.submit(jobs.status, job).result()
    assert jobs.status(job).state is JobState.WAITING


def test_a_job_of_a_unit_that_rolled_back_never_was(
    jobs: SqlJobs, database: Database
) -> None:
    with pytest.raises(Refused), database.unit_of_work()():
        put(jobs)
        raise Refused
    assert jobs.claim(["mail.send"], "one") is None


def test_a_job_is_not_due_before_its_time(jobs: SqlJobs, clock: SetClock) -> None:
    jobs.enqueue("mail.send", {}, run_at=NOW + MINUTE, key=None)
    assert jobs.claim(["mail.send"], "one") is None
    clock.advance(MINUTE)
    taken(jobs)


def test_the_job_that_has_been_due_longest_comes_first(jobs: SqlJobs) -> None:
    for minutes in (2, 3, 1):
        jobs.enqueue("mail.send", {"n": minutes}, run_at=NOW - minutes * MINUTE, key=None)
    assert [taken(jobs).payload["n"] for _ in range(3)] == [3, 2, 1]


def test_a_worker_takes_only_the_kinds_it_knows(jobs: SqlJobs) -> None:
    jobs.enqueue("other.kind", {}, run_at=None, key=None)
    assert not worker(jobs, Recorder()).run_once()


def test_of_two_with_one_key_the_first_is_kept(jobs: SqlJobs) -> None:
    first = jobs.enqueue("mail.send", {"n": 1}, run_at=None, key="k")
    assert jobs.enqueue("mail.send", {"n": 2}, run_at=None, key="k") == first
    assert jobs.enqueue("other.kind", {}, run_at=None, key="k") != first
    step = Recorder()
    assert worker(jobs, step).run_once()
    assert step.seen == [{"n": 1}]


def test_one_that_was_given_up_is_taken_up_again_when_it_is_asked_for_again(
    jobs: SqlJobs, clock: SetClock
) -> None:
    first = jobs.enqueue("mail.send", {"n": 1}, run_at=None, key="k")
    assert worker(jobs, Recorder([Refused()]), attempts=1).run_once()
    assert jobs.status(first).state is JobState.DEAD
    due = clock() + MINUTE
    assert jobs.enqueue("mail.send", {"n": 2}, run_at=due, key="k") == first
    assert jobs.dead() == ()
    step = Recorder()
    assert not worker(jobs, step).run_once()
    clock.advance(MINUTE)
    assert worker(jobs, step).run_once()
    assert step.seen == [{"n": 2}]
    assert jobs.status(first).state is JobState.DONE
    assert jobs.enqueue("mail.send", {"n": 3}, run_at=None, key="k") == first
    assert not worker(jobs, step).run_once()


def test_a_job_that_fails_is_tried_again_after_a_pause_that_doubles(
    jobs: SqlJobs, clock: SetClock
) -> None:
    step = Recorder(failures=[Unavailable("smtp"), KeyError("bug")])
    job = put(jobs)
    crew = worker(jobs, step)
    assert crew.run_once()
    assert jobs.status(job).reason == "unavailable"
    assert not crew.run_once()
    clock.advance(MINUTE)
    assert crew.run_once()
    assert jobs.status(job).reason == "KeyError"
    clock.advance(MINUTE)
    assert not crew.run_once()
    clock.advance(MINUTE)
    assert crew.run_once()
    status = jobs.status(job)
    assert (status.state, status.attempts, status.reason) == (JobState.DONE, 3, None)


def test_a_job_that_keeps_failing_is_given_up_and_can_be_revived(
    jobs: SqlJobs, clock: SetClock
) -> None:
    step = Recorder(failures=[KeyError("bug"), KeyError("bug")])
    job = put(jobs)
    crew = worker(jobs, step, attempts=2)
    assert crew.run_once()
    clock.advance(MINUTE)
    assert crew.run_once()
    clock.advance(timedelta(days=1))
    assert not crew.run_once()
    (dead,) = jobs.dead()
    assert (dead.id, dead.state, dead.reason) == (job, JobState.DEAD, "KeyError")
    jobs.revive(job)
    assert jobs.dead() == ()
    assert crew.run_once()
    assert jobs.status(job).state is JobState.DONE
    with pytest.raises(JobNotFound):
        jobs.revive(job)


@pytest.mark.parametrize(("attempt", "minutes"), [(1, 1), (2, 2), (3, 3), (1000, 3)])
def test_the_pause_doubles_up_to_the_longest(attempt: int, minutes: int) -> None:
    retry = Retry(first=MINUTE, longest=3 * MINUTE)
    assert retry.pause(attempt) == minutes * MINUTE


def test_a_job_whose_worker_died_is_taken_up_when_the_lease_ends(
    jobs: SqlJobs, clock: SetClock
) -> None:
    put(jobs)
    old = taken(jobs)
    clock.advance(jobs.LEASE - timedelta(microseconds=1))
    assert jobs.claim(["mail.send"], "two") is None
    clock.advance(timedelta(microseconds=1))
    new = taken(jobs, "two")
    assert (new.id, new.attempt) == (old.id, 2)
    assert new.fence > old.fence


def test_what_a_worker_of_yesterday_reports_is_refused(
    jobs: SqlJobs, clock: SetClock
) -> None:
    job = put(jobs)
    old = taken(jobs)
    clock.advance(jobs.LEASE)
    new = taken(jobs, "two")
    with pytest.raises(JobLost):
        jobs.finish(old)
    with pytest.raises(JobLost):
        jobs.retry(old, at=NOW, reason="r")
    with pytest.raises(JobLost):
        jobs.bury(old, reason="r")
    assert jobs.status(job).state is JobState.RUNNING
    jobs.finish(new)
    with pytest.raises(JobLost):
        jobs.finish(new)


def test_a_worker_whose_job_was_taken_leaves_it_alone(
    jobs: SqlJobs, clock: SetClock
) -> None:
    def slow(payload: Mapping[str, JsonValue]) -> None:
        assert payload == {}
        clock.advance(jobs.LEASE)
        taken(jobs, "two")

    job = put(jobs)
    assert worker(jobs, slow).run_once()
    assert (jobs.status(job).state, jobs.status(job).attempts) == (JobState.RUNNING, 2)


def test_a_job_that_kills_its_worker_each_time_is_given_up(
    jobs: SqlJobs, clock: SetClock
) -> None:
    put(jobs)
    for _ in range(2):
        taken(jobs)
        clock.advance(jobs.LEASE)
    step = Recorder()
    assert worker(jobs, step, attempts=2).run_once()
    assert step.seen == []
    assert [job.reason for job in jobs.dead()] == ["worker_died"]


def test_progress_is_seen_and_keeps_the_job(jobs: SqlJobs, clock: SetClock) -> None:
    def long(payload: Mapping[str, JsonValue]) -> None:
        assert payload == {}
        for part in (1, 2):
            clock.advance(jobs.LEASE - timedelta(seconds=1))
            jobs.progress(part, 2)
            assert jobs.claim(["mail.send"], "two") is None

    job = put(jobs)
    assert jobs.status(job).progress is None
    assert worker(jobs, long).run_once()
    status = jobs.status(job)
    assert (status.state, status.progress) == (JobState.DONE, Progress(done=2, total=2))


def test_progress_outside_a_job_is_a_mistake(jobs: SqlJobs) -> None:
    with pytest.raises(NoJobRunning):
        jobs.progress(1, 2)


def test_done_jobs_are_forgotten_and_others_are_not(jobs: SqlJobs, clock: SetClock) -> None:
    done, waiting = put(jobs), put(jobs)
    jobs.finish(taken(jobs))
    clock.advance(MINUTE)
    assert jobs.forget_ended(done_before=NOW, dead_before=clock()) == 0
    assert jobs.forget_ended(done_before=clock(), dead_before=NOW) == 1
    with pytest.raises(JobNotFound):
        jobs.status(done)
    assert jobs.status(waiting).state is JobState.WAITING


def test_jobs_are_forgotten_a_week_after_they_were_done_and_a_month_after_the_last_try(
    jobs: SqlJobs, clock: SetClock
) -> None:
    forget, (done, dead, waiting) = ForgetJobs(jobs, clock), [put(jobs) for _ in range(3)]
    jobs.finish(taken(jobs))
    jobs.bury(taken(jobs), reason="unreachable")
    for span, left in (
        (ForgetJobs.KEEP_DONE, {done, dead}),
        (MINUTE, {dead}),
        (ForgetJobs.KEEP_DEAD - ForgetJobs.KEEP_DONE, set()),
    ):
        clock.advance(span)
        forget()
        assert {job for job in (done, dead) if is_known(jobs, job)} == left
    assert jobs.status(waiting).state is JobState.WAITING


def is_known(jobs: SqlJobs, job: JobId) -> bool:
    try:
        jobs.status(job)
    except JobNotFound:
        return False
    return True


def test_many_workers_carry_out_every_job_exactly_once(jobs: SqlJobs) -> None:
    step = Recorder()
    for number in range(40):
        put(jobs, n=number)
    start = threading.Barrier(8)

    def work(number: int) -> None:
        crew = worker(jobs, step, holder=f"{number}")
        start.wait()
        while crew.run_once():
            pass

    with ThreadPoolExecutor(8) as crowd:
        list(crowd.map(work, range(8)))
    numbers = [payload["n"] for payload in step.seen]
    assert sorted(numbers, key=repr) == sorted(range(40), key=repr)
