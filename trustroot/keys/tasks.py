"""What the worker does about keys."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from kernel.events import JsonValue
from kernel.work import JobKind, PeriodicTask
from trustroot.keys.domain import Purpose
from trustroot.keys.service import ROTATE_JOB, Distrusting, KeyCare

_COMPLETE_EVERY: Final = timedelta(seconds=3)
_DESTROY_EVERY: Final = timedelta(minutes=10)
_ROTATE_EVERY: Final = timedelta(minutes=1)
_ALARM_EVERY: Final = timedelta(minutes=10)


def tasks(care: KeyCare, distrusting: Distrusting) -> tuple[PeriodicTask, ...]:
    """Return the periodic work: making what is missing, rotating, destroying, alarms."""
    return (
        PeriodicTask(name="keys.complete", period=_COMPLETE_EVERY, run=care.complete),
        PeriodicTask(name="keys.rotate_due", period=_ROTATE_EVERY, run=care.rotate_due),
        PeriodicTask(
            name="keys.destroy_spent", period=_DESTROY_EVERY, run=care.destroy_spent
        ),
        PeriodicTask(
            name="keys.distrust_alarms", period=_ALARM_EVERY, run=distrusting.raise_alarms
        ),
    )


def job_kinds(care: KeyCare) -> tuple[JobKind, ...]:
    """Return the kinds of job: rotation, asked for over the API."""

    def rotate(payload: Mapping[str, JsonValue]) -> None:
        emergency = payload.get("emergency") is True
        purpose, active = Purpose(str(payload["purpose"])), str(payload["active"])
        care.rotate(purpose, active, emergency=emergency)

    return (JobKind(kind=ROTATE_JOB, run=rotate),)
