"""What the worker does about keys."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from kernel.events import JsonValue
from kernel.work import JobKind, PeriodicTask
from trustroot.keys.domain import Purpose
from trustroot.keys.service import ROTATE_JOB, KeyCare

_DESTROY_EVERY: Final = timedelta(hours=1)


def tasks(care: KeyCare) -> tuple[PeriodicTask, ...]:
    """Return the periodic work: destroying what has outlived its use."""
    destroying = PeriodicTask(
        name="keys.destroy_spent", period=_DESTROY_EVERY, run=care.destroy_spent
    )
    return (destroying,)


def job_kinds(care: KeyCare) -> tuple[JobKind, ...]:
    """Return the kinds of job: rotation, asked for over the API."""

    def rotate(payload: Mapping[str, JsonValue]) -> None:
        care.rotate(Purpose(str(payload["purpose"])), str(payload["active"]))

    return (JobKind(kind=ROTATE_JOB, run=rotate),)
