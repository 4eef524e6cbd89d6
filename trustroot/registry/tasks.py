"""What the worker does about members."""

from datetime import timedelta
from typing import Final

from kernel.work import JobKind, PeriodicTask
from trustroot.registry.service import (
    CODE_JOB,
    NOTICE_JOB,
    Carrying,
    ContactProofs,
    Evidences,
    Suspending,
)

_ALARMS_EVERY: Final = timedelta(minutes=1)
_LADDER_EVERY: Final = timedelta(minutes=10)
_FORGET_EVERY: Final = timedelta(hours=1)


def tasks(
    suspending: Suspending, evidences: Evidences, contacts: ContactProofs
) -> tuple[PeriodicTask, ...]:
    """Return the periodic work: alarms, the evidence ladder, forgetting old codes."""
    return (
        PeriodicTask(
            name="registry.raise_alarms", period=_ALARMS_EVERY, run=suspending.raise_alarms
        ),
        PeriodicTask(name="registry.evidence", period=_LADDER_EVERY, run=evidences.due),
        PeriodicTask(
            name="registry.forget_codes", period=_FORGET_EVERY, run=contacts.forget_old
        ),
    )


def job_kinds(carrying: Carrying, contacts: ContactProofs) -> tuple[JobKind, ...]:
    """Return the work that is asked for: carrying notices and codes to members."""
    return (
        JobKind(kind=NOTICE_JOB, run=carrying.carry),
        JobKind(kind=CODE_JOB, run=contacts.carry),
    )
