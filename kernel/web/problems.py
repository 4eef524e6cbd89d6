"""Problem details (RFC 9457), and the table that turns failures into answers."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from kernel.errors import (
    Conflict,
    Decision,
    DomainError,
    Malformed,
    NotFound,
    Refused,
    Unavailable,
)
from kernel.standing import NotInGoodStanding
from kernel.web.access import (
    AccessDenied,
    AccessTokenMissing,
    AccessTokenRefused,
    SenderProofRefused,
    StepUpNeeded,
)
from kernel.web.idempotency import KeyInUse
from kernel.web.reply import ContentTypeNotAccepted, Headers, Reply, Request

PROBLEM: Final = "application/problem+json"


class ErrorTable(Protocol):
    """One protocol family's way to answer a failure."""

    def reply(self, error: DomainError, request: Request) -> Reply:
        """Return the answer for ``error``; every `DomainError` has one."""
        ...


@dataclass(frozen=True, slots=True)
class Problem:
    """One row: status, and a fixed text that leaks nothing from inside."""

    status: int
    title: str
    headers: Headers = ()


BASE_PROBLEMS: Final[Mapping[type[DomainError], Problem]] = {
    # What to bring instead is told by whoever let nobody in: see `Authorizer.challenge`.
    AccessTokenMissing: Problem(401, "An access token is needed."),
    SenderProofRefused: Problem(
        401, "The token is bound to a key, and the proof of it is missing or invalid."
    ),
    AccessTokenRefused: Problem(401, "The access token is not valid; get a new one."),
    StepUpNeeded: Problem(401, "The person must sign in again, or by a stronger means."),
    AccessDenied: Problem(403, "The token or the person behind it may not do this."),
    NotInGoodStanding: Problem(403, "The party is suspended or withdrawn."),
    ContentTypeNotAccepted: Problem(415, "The body has another media type than needed."),
    KeyInUse: Problem(
        409,
        "The first request with this key is being answered; send it again.",
        (("Retry-After", "2"),),
    ),
    Malformed: Problem(400, "The request is not of the form this endpoint takes."),
    NotFound: Problem(404, "There is no such thing."),
    Conflict: Problem(409, "The thing is not in the state this needs; read it again."),
    Refused: Problem(422, "A rule forbids this."),
    Unavailable: Problem(503, "We could not find out; try again.", (("Retry-After", "2"),)),
    DomainError: Problem(500, "Something failed here; tell the operator the reference."),
}


_FAMILIES: Final = (Malformed, NotFound, Conflict, Refused)
_OF_MANY: Final = tuple(BASE_PROBLEMS[family] for family in _FAMILIES)
"""Rows for more than one thing: an error with a code of its own says what it is itself."""
_SHARED_CODES: Final = frozenset({Decision.code, *(family.code for family in _FAMILIES)})


@dataclass(frozen=True, slots=True)
class ProblemTable:
    """Problem details for a room's API: its own rows first, then those all rooms share.

    A row for a class also answers its subclasses; the nearest row wins.
    """

    rows: Mapping[type[DomainError], Problem] = field(default_factory=dict)

    def row(self, error: type[DomainError]) -> Problem:
        """Return the row nearest to ``error`` in its line of ancestors."""
        for ancestor in error.__mro__:
            found = self.rows.get(ancestor) or BASE_PROBLEMS.get(ancestor)
            if found is not None:
                return found
        msg = f"{error.__name__} is no DomainError"
        raise TypeError(msg)

    def title(self, error: type[DomainError]) -> str:
        """RFC 9457 §3.1.3: a fixed text of the kind of problem, never of this one.

        Where only a whole family has a row, it is what docs/errors.md says of the code.
        """
        row = self.row(error)
        if row not in _OF_MANY or error.code in _SHARED_CODES:
            return row.title
        return error.meaning() or row.title

    def reply(self, error: DomainError, request: Request) -> Reply:
        """Lay the failure out as RFC 9457 §3 asks, with ``code`` and ``reference``."""
        row = self.row(type(error))
        body = {
            "type": "about:blank",
            "title": self.title(type(error)),
            "status": row.status,
            "code": error.code,
            "detail": error.detail,
            "reference": request.reference,
        }
        if isinstance(error, Unavailable) or row.status >= 500:  # noqa: PLR2004  5xx: ours
            del body["detail"]
        # Whatever a detail quotes, telling of a failure must not fail.
        text = json.dumps(body, ensure_ascii=False).encode("utf-8", "backslashreplace")
        return Reply.content(text, PROBLEM, status=row.status).with_headers(*row.headers)
