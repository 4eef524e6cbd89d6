"""Keys over the API: to be seen, and to be rotated."""

from dataclasses import dataclass
from typing import Final

from kernel.web import (
    JSON,
    Access,
    Problem,
    ProblemTable,
    Reply,
    Request,
    Role,
    Route,
    Shape,
    read_body,
    write_body,
)
from trustroot.keys import errors, messages
from trustroot.keys.service import KeyDesk

_READ: Final = Access(scope="keys:read", role=Role.OPERATOR)
_WRITE: Final = Access(scope="keys:write", role=Role.OPERATOR)
_PROBLEMS: Final = ProblemTable(
    {errors.PurposeLasts: Problem(409, "Keys of this purpose are never rotated.")}
)
_SHOWS: Final = Shape(summary="Every key, without its secrets", response=messages.KeysShown)
_ROTATES: Final = Shape(
    summary="Have the worker make the next key of a purpose active",
    request=messages.RotationAskedFor,
    response=messages.RotationQueued,
    status=202,
)


@dataclass(frozen=True, slots=True)
class KeysApi:
    """The endpoints under ``/api/v1/keys``."""

    desk: KeyDesk

    def show(self, _request: Request) -> Reply:
        """List the keys."""
        return Reply.json(write_body(messages.shown(self.desk.records())))

    def rotate(self, request: Request) -> Reply:
        """Ask for a rotation: 202, for the worker does it."""
        asked = read_body(messages.RotationAskedFor, request.body)
        job = self.desk.ask_rotation(asked.purpose, request.required_caller().pseudonym)
        queued = messages.RotationQueued(job=job, purpose=asked.purpose)
        return Reply.json(write_body(queued), status=202)


def routes(desk: KeyDesk) -> tuple[Route, ...]:
    """Return the table."""
    api = KeysApi(desk)
    return (
        Route(
            method="GET",
            path="/api/v1/keys",
            endpoint=api.show,
            errors=_PROBLEMS,
            access=_READ,
            shape=_SHOWS,
        ),
        Route(
            method="POST",
            path="/api/v1/keys/rotate",
            endpoint=api.rotate,
            errors=_PROBLEMS,
            access=_WRITE,
            consumes=JSON,
            idempotent=True,
            shape=_ROTATES,
        ),
    )
