"""Takes due jobs one by one and carries them out."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kernel.clock import Clock
from kernel.errors import DomainError, Unavailable
from kernel.infra.jobs.sql_jobs import SqlJobs, running
from kernel.infra.jobs.values import Claim, JobLost, Retry
from kernel.work import JobKind

_log: Final = logging.getLogger(__name__)
_DEFAULT_RETRY: Final = Retry()


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """Carries out jobs of the kinds it is given.

    ``holder`` names this worker among all. A job that fails is tried again as `Retry`
    says, then given up as dead; one whose worker died is taken up when its lease ends.
    """

    jobs: SqlJobs
    kinds: Sequence[JobKind]
    clock: Clock
    holder: str
    retry: Retry = _DEFAULT_RETRY

    def run_once(self) -> bool:
        """Carry out the job that has been due longest; tell whether there was one.

        Raises:
            Unavailable: the queue could not be read or written; a job begun stays with
                this worker until its lease ends.
        """
        names = [kind.kind for kind in self.kinds]
        claim = self.jobs.claim(names, self.holder)
        if claim is None:
            return False
        try:
            self._carry_out(claim)
        except JobLost:
            _log.warning("job_lost", extra={"kind": claim.kind, "job": str(claim.id)})
        return True

    def _carry_out(self, claim: Claim) -> None:
        if claim.attempt > self.retry.attempts:
            # It never came back to say so: it kills its worker each time.
            self.jobs.bury(claim, reason="worker_died")
            return
        (kind,) = (kind for kind in self.kinds if kind.kind == claim.kind)
        try:
            with running(claim):
                kind.run(claim.payload)
        except JobLost:
            raise
        except Unavailable as wait:
            # Somebody outside is not there yet: no defect of ours.
            _log.warning(
                "job_waits",
                extra={"kind": claim.kind, "job": str(claim.id), "reason": wait.code},
            )
            self._put_back(claim, wait.code)
        except Exception as failure:  # noqa: BLE001  one job must not end the worker
            _log.exception("job_failed", extra={"kind": claim.kind, "job": str(claim.id)})
            self._put_back(claim, _reason(failure))
        else:
            self.jobs.finish(claim)

    def _put_back(self, claim: Claim, reason: str) -> None:
        if claim.attempt >= self.retry.attempts:
            self.jobs.bury(claim, reason=reason)
            return
        at = self.clock() + self.retry.pause(claim.attempt)
        self.jobs.retry(claim, at=at, reason=reason)


def _reason(failure: Exception) -> str:
    return failure.code if isinstance(failure, DomainError) else type(failure).__name__
