"""What the worker does about statements, marks and what others follow."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from kernel.clock import Clock
from kernel.events import JsonValue
from kernel.ids import EntityId
from kernel.work import JobKind, PeriodicTask
from trustroot.publish.ports import AssertionStore
from trustroot.publish.service import MARK_JOB, Signing

_SIGN_EVERY: Final = timedelta(seconds=1)
_FORGET_EVERY: Final = timedelta(minutes=10)


def tasks(
    signing: Signing, assertions: AssertionStore, clock: Clock
) -> tuple[PeriodicTask, ...]:
    """Return the periodic work: follow the register and the clock; forget what is over."""

    def forget() -> None:
        signing.marks.forget()
        assertions.forget(clock())

    return (
        PeriodicTask(name="publish.sign", period=_SIGN_EVERY, run=signing.run),
        PeriodicTask(name="publish.forget", period=_FORGET_EVERY, run=forget),
    )


def job_kinds(signing: Signing) -> tuple[JobKind, ...]:
    """Return the kinds of job: marks of one entity were granted or revoked."""

    def mark(payload: Mapping[str, JsonValue]) -> None:
        signing.mark(EntityId(str(payload["entity"])))

    return (JobKind(kind=MARK_JOB, run=mark),)
