"""Who may call an API: roles of people, scopes of clients, and the port that tells."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from kernel.errors import Refused
from kernel.ids import ClientId, PersonId, Pseudonym


class Role(StrEnum):
    """What a person may do over the API."""

    OPERATOR = "operator"
    AUDITOR = "auditor"
    WINDOW = "window"


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What a route asks of its caller: a scope of the token, and a role of the person.

    ``role`` None means that a client alone (no person behind it) may call.
    """

    scope: str
    role: Role | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Whom a verified access token speaks for."""

    client: ClientId
    person: PersonId | None
    pseudonym: Pseudonym | None
    roles: frozenset[Role]
    scopes: frozenset[str]

    def required_person(self) -> PersonId:
        """Return the person behind the token.

        Raises:
            NoPersonBehindToken: the token speaks for a client alone.
        """
        if self.person is None:
            raise NoPersonBehindToken(self.client)
        return self.person


class AccessTokenMissing(Refused):
    """No access token was sent (RFC 6750 §3)."""

    code = "access_token_missing"


class AccessTokenRefused(Refused):
    """The access token is not valid here and now (RFC 6750 §3.1, invalid_token)."""

    code = "access_token_refused"


class AccessDenied(Refused):
    """Scope or role is lacking (RFC 6750 §3.1, insufficient_scope)."""

    code = "access_denied"


class NoPersonBehindToken(AccessDenied):
    """The act needs a person, and the token speaks for a client alone."""

    code = "no_person_behind_token"


class Authorizer(Protocol):
    """Asks the issuer about an access token: signature, audience, standing, scope, role."""

    def authorize(self, authorization: str | None, access: Access) -> Caller:
        """Return whom the ``Authorization`` header speaks for.

        Raises:
            AccessTokenMissing, AccessTokenRefused, AccessDenied: as they say.
            StandingUnknown: nobody can tell at the moment.
        """
        ...
