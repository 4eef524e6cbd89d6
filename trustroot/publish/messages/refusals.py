"""How the federation endpoints refuse."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from kernel.errors import DomainError, Malformed, NotFound, Unavailable
from kernel.standing import NotInGoodStanding
from kernel.web import Reply, Request
from trustroot.publish.errors import (
    ClaimUnsupported,
    ClientRefused,
    EntryUnknown,
    FilterUnsupported,
    MarkNotHeld,
    MarkTypeUnknown,
    MarkUnknown,
)


@dataclass(frozen=True, slots=True)
class FederationError:
    """One row: the code of OpenID Federation 1.0 §8.9, its status, and a fixed text."""

    error: str
    status: int
    description: str


_SERVER_ERROR: Final = FederationError("server_error", 500, "Something failed here.")
_NOBODY: Final = FederationError(
    "not_found", 404, "Nothing is said here about that entity."
)
# The nearest ancestor counts: NotFound answers for SubjectUnknown, Malformed for the rest.
_ERRORS: Final[Mapping[type[DomainError], FederationError]] = {
    NotFound: _NOBODY,
    NotInGoodStanding: _NOBODY,
    MarkUnknown: FederationError("not_found", 404, "That is no trust mark of ours."),
    MarkNotHeld: FederationError(
        "not_found", 404, "The entity holds no valid trust mark of that type from us."
    ),
    MarkTypeUnknown: FederationError(
        "not_found", 404, "There is no such type of trust mark here."
    ),
    FilterUnsupported: FederationError(
        "unsupported_parameter", 400, "The list does not support this filter."
    ),
    # Extended Subordinate Listing 1.0 §3.1: a code of its own.
    EntryUnknown: FederationError(
        "entity_id_not_found", 400, "The list has no entry of that identifier."
    ),
    ClaimUnsupported: FederationError(
        "unsupported_parameter", 400, "Statements do not have that claim."
    ),
    ClientRefused: FederationError(
        "invalid_client", 401, "The caller did not prove which entity it is."
    ),
    Malformed: FederationError(
        "invalid_request", 400, "A parameter is missing, repeated or malformed."
    ),
    Unavailable: FederationError(
        "temporarily_unavailable", 503, "The answer is not ready; try again."
    ),
}


@dataclass(frozen=True, slots=True)
class FederationErrors:
    """Answers failures as JSON with both members (OpenID Federation 1.0 §8.9)."""

    rows: Mapping[type[DomainError], FederationError] = field(
        default_factory=lambda: _ERRORS
    )

    def reply(self, error: DomainError, _request: Request) -> Reply:
        """Return the answer for a failure; its text is the row's, never the failure's."""
        row = next(
            (self.rows[kind] for kind in type(error).__mro__ if kind in self.rows),
            _SERVER_ERROR,
        )
        body = {"error": row.error, "error_description": row.description}
        return Reply.json(body, status=row.status)
