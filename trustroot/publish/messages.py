"""What the federation endpoints are asked, and how they refuse."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from kernel.errors import DomainError, Malformed, NotFound, Unavailable
from kernel.ids import EntityId
from kernel.standing import NotInGoodStanding
from kernel.web import Form, Reply, Request
from trustroot.publish.errors import FilterMalformed, FilterUnsupported

_TYPES_LIMIT: Final = 16
_UNSUPPORTED: Final = ("trust_marked", "trust_mark_type")
_BOOLEANS: Final[Mapping[str, bool]] = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class FederationError:
    """One row: the code of OpenID Federation 1.0 §8.9, its status, and a fixed text."""

    error: str
    status: int
    description: str


_SERVER_ERROR: Final = FederationError("server_error", 500, "Something failed here.")
# The nearest ancestor counts: NotFound answers for SubjectUnknown, Malformed for the rest.
_ERRORS: Final[Mapping[type[DomainError], FederationError]] = {
    NotFound: FederationError("not_found", 404, "Nothing is said here about that entity."),
    NotInGoodStanding: FederationError(
        "not_found", 404, "Nothing is said here about that entity."
    ),
    FilterUnsupported: FederationError(
        "unsupported_parameter", 400, "The list does not support this filter."
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


def fetch_subject(arguments: Form) -> EntityId:
    """OpenID Federation 1.0 §8.1.1: ``sub`` is required; other parameters are ignored.

    Raises:
        ParameterMissing, ParameterRepeated: as they say.
    """
    return EntityId(arguments.required("sub"))


def entity_types(arguments: Form) -> frozenset[str]:
    """OpenID Federation 1.0 §8.2.1: ``entity_type`` may be repeated; all must hold.

    Raises:
        FilterMalformed: more than 16.
    """
    asked = arguments.values_by_name.get("entity_type", ())
    if len(asked) > _TYPES_LIMIT:
        raise FilterMalformed("entity_type")
    return frozenset(value for value in asked if value)


def intermediate(arguments: Form) -> bool | None:
    """OpenID Federation 1.0 §8.2.1: ``intermediate`` is a boolean, if it is there.

    Raises:
        FilterMalformed: it is none.
        ParameterRepeated: it came twice.
    """
    asked = arguments.optional("intermediate")
    if asked is None:
        return None
    if asked not in _BOOLEANS:
        raise FilterMalformed("intermediate")
    return _BOOLEANS[asked]


def only_supported_filters(arguments: Form) -> None:
    """OpenID Federation 1.0 §8.2.1: a filter the list cannot apply is refused by name.

    Raises:
        FilterUnsupported: trust marks are not issued here yet.
    """
    for name in _UNSUPPORTED:
        if name in arguments.values_by_name:
            raise FilterUnsupported(name)
