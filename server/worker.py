"""The worker: periodic tasks of every room, and the jobs they and others put off."""

import logging
import os
import socket
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from config.schema import Settings
from kernel.errors import DomainError
from kernel.infra.jobs import Worker as JobWorker
from kernel.infra.lease import Lease, SqlLeases
from kernel.work import PeriodicTask
from server.bootstrap import assemble
from server.named_files import files_can_be_used
from server.starting import may_start
from trustroot.keys.build import RoleGroup

_log: Final = logging.getLogger("server")
_LEADERSHIP: Final = "server.worker"
_TTL: Final = timedelta(seconds=6)
_RENEWAL_S: Final = 2.0
_IDLE_S: Final = 0.25


@dataclass(slots=True)
class Leadership:
    """Whether this worker is the one that runs the tasks of which only one may run.

    The lease is renewed three times as often as it needs; a worker that could not renew
    stops leading before another can begin, by its own clock of spans.
    """

    leases: SqlLeases
    holder: str
    _lease: Lease | None = None
    _held: threading.Event = field(default_factory=threading.Event)

    def holds(self) -> bool:
        """Tell whether this worker leads now."""
        return self._held.is_set()

    def pursue(self, stop: threading.Event) -> None:
        """Take or renew the lease until told to stop, then let it go."""
        while not stop.is_set():
            self._turn()
            stop.wait(_RENEWAL_S)
        if self._lease is not None and self.holds():
            self.leases.release(self._lease)

    def _turn(self) -> None:
        try:
            self._lease = (
                self.leases.renew(self._lease, _TTL)
                if self._lease is not None
                else self.leases.acquire(_LEADERSHIP, self.holder, _TTL)
            )
        except DomainError as error:
            _log.warning("leadership_lost", extra={"error": error.code})
            self._lease = None
        if self._lease is None:
            self._held.clear()
        else:
            self._held.set()


@dataclass(frozen=True, slots=True)
class Worker:
    """Runs until told to stop: a thread a task, and one that empties the job queue."""

    tasks: Sequence[PeriodicTask]
    jobs: JobWorker
    leadership: Leadership

    def run(self, stop: threading.Event) -> None:
        """Work until ``stop`` is set; a step that is under way is let finish."""
        threads = [
            threading.Thread(
                target=self.leadership.pursue, args=(stop,), name="leadership"
            ),
            threading.Thread(target=self._empty_queue, args=(stop,), name="jobs"),
            *(
                threading.Thread(target=self._repeat, args=(task, stop), name=task.name)
                for task in self.tasks
            ),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _repeat(self, task: PeriodicTask, stop: threading.Event) -> None:
        while not stop.is_set():
            if self.leadership.holds() or not task.leader_only:
                _attempt(task)
                stop.wait(task.period.total_seconds())
            else:
                stop.wait(_IDLE_S)

    def _empty_queue(self, stop: threading.Event) -> None:
        while not stop.is_set():
            if not self._one_job():
                stop.wait(_IDLE_S)

    def _one_job(self) -> bool:
        try:
            return self.jobs.run_once()
        except DomainError as error:
            _log.warning("job_queue_unavailable", extra={"error": error.code})
            return False


def _attempt(task: PeriodicTask) -> None:
    try:
        task.run()
    except DomainError as error:
        _log.warning("task_refused", extra={"task": task.name, "error": error.code})
    except Exception:  # noqa: BLE001  a defect of one task must not end the others
        _log.exception("task_failed", extra={"task": task.name})


def work(settings: Settings, stop: threading.Event) -> None:
    """Run the worker of one installation until ``stop`` is set.

    Raises:
        SettingsRefused: as `files_can_be_used` says; the process does not start.
        DomainError: keys or database are not there; the same.
    """
    files_can_be_used(settings, RoleGroup.WORKER)
    may_start(settings, RoleGroup.WORKER)
    installation = assemble(settings, RoleGroup.WORKER)
    drivers, holder = installation.drivers, f"{socket.gethostname()}-{os.getpid()}"
    queue = JobWorker(
        jobs=drivers.jobs, kinds=installation.job_kinds, clock=drivers.clock, holder=holder
    )
    leadership = Leadership(SqlLeases(drivers.db, drivers.clock), holder)
    try:
        Worker(installation.tasks, queue, leadership).run(stop)
    finally:
        installation.close()
