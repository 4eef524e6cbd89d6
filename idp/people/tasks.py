"""What the worker does about people: batches that were committed or taken back."""

from collections.abc import Mapping
from uuid import UUID

from idp.people.domain import ImportId
from idp.people.service import ENTER_JOB, UNDO_JOB, Entering
from kernel.events import JsonValue
from kernel.work import JobKind


def job_kinds(entering: Entering) -> tuple[JobKind, ...]:
    """Return the kinds of job."""

    def enter(payload: Mapping[str, JsonValue]) -> None:
        entering.enter(ImportId(UUID(str(payload["batch"]))))

    def undo(payload: Mapping[str, JsonValue]) -> None:
        entering.undo(ImportId(UUID(str(payload["batch"]))))

    return (JobKind(kind=ENTER_JOB, run=enter), JobKind(kind=UNDO_JOB, run=undo))
