"""Who may call an API: roles of people, scopes of clients, and the port that tells."""

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Final

from kernel.assurance import Level
from kernel.errors import Refused
from kernel.ids import ClientId, PersonId, Pseudonym

DECIDING_LEVEL: Final = Level.REAL_PERSON
"""The level at which people sign in who decide for everybody: two factors."""
DECIDING_AGE: Final = timedelta(minutes=30)
"""How long ago they may have signed in: a desk that was left open decides nothing."""


class Role(StrEnum):
    """What a person may do over the API."""

    OPERATOR = "operator"
    AUDITOR = "auditor"
    WINDOW = "window"


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What a route asks of its caller: a scope of the token, and a role of the person.

    Attributes:
        role: None means that a client alone (no person behind it) may call.
        level: the least level at which the person signed in; it needs a person.
        max_age: how long ago that may be; it needs a person.
    """

    scope: str
    role: Role | None = None
    level: Level | None = None
    max_age: timedelta | None = None

    def deciding(self) -> "Access":
        """Return the same for an act that decides for everybody: signed in well, of late.

        Source: RFC 9470 §3; NIST SP 800-63B §4.2.3: 30 minutes at two factors.
        """
        return replace(self, level=DECIDING_LEVEL, max_age=DECIDING_AGE)


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


class SenderProofRefused(AccessTokenRefused):
    """The token is bound to a key, and no valid proof of it came along (RFC 9449 §7.1)."""

    code = "sender_proof_refused"


class SenderNonceNeeded(SenderProofRefused):
    """The proof bears no nonce of ours that still counts (RFC 9449 §9).

    Attributes:
        nonce: the one that the next proof shall bear.
    """

    code = "sender_nonce_needed"

    def __init__(self, nonce: str) -> None:
        """Keep the nonce, which the answer tells."""
        super().__init__("nonce")
        self.nonce = nonce


class StepUpNeeded(Refused):
    """The person signed in too weakly, or too long ago, for this (RFC 9470 §3).

    Attributes:
        asked: what the route asks for.
    """

    code = "insufficient_user_authentication"

    def __init__(self, asked: Access) -> None:
        """Keep what is asked, which the answer tells."""
        super().__init__("level or age")
        self.asked = asked


class AccessDenied(Refused):
    """Scope or role is lacking (RFC 6750 §3.1, insufficient_scope)."""

    code = "access_denied"


class NoPersonBehindToken(AccessDenied):
    """The act needs a person, and the token speaks for a client alone."""

    code = "no_person_behind_token"
