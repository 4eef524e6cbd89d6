"""What we sign for a provider: request objects, assertions, our own configuration."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from idp.broker.domain import Credentials, Shown
from kernel.clock import epoch_seconds
from kernel.ids import ClientId, EntityId

REQUEST_OBJECT: Final = "oauth-authz-req+jwt"
ASSERTION: Final = "client-authentication+jwt"
CONFIGURATION: Final = "entity-statement+jwt"
CONFIGURATION_MEDIA: Final = "application/entity-statement+jwt"
REGISTERED_MEDIA: Final = "application/explicit-registration-response+jwt"
ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LIFE: Final = timedelta(minutes=2)
"""Long enough for a redirect, short enough to be remembered by who must see it once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """From whom, for whom, under which name, and when."""

    client_id: ClientId
    audience: EntityId
    jti: str
    now: datetime

    def claims(self) -> dict[str, object]:
        """RFC 7519 §4.1: everything but the subject."""
        return {
            "iss": self.client_id,
            "aud": self.audience,
            "jti": self.jti,
            "iat": epoch_seconds(self.now),
            "exp": epoch_seconds(self.now + LIFE),
        }


def request_object_claims(sent: Sent, members: Mapping[str, str]) -> dict[str, object]:
    """OpenID Federation 1.0 §12.1.1.1: the request as claims; never a ``sub``.

    RFC 9101 §4: numbers and objects keep their type.
    """
    claims: dict[str, object] = {**members, **sent.claims()}
    if "max_age" in members:
        claims["max_age"] = int(members["max_age"])
    return claims


def assertion_claims(sent: Sent) -> dict[str, object]:
    """RFC 7523 §3, OIDC Core §9: issuer and subject are the client."""
    return {**sent.claims(), "sub": sent.client_id}


def credential_members(credentials: Credentials) -> dict[str, str]:
    """RFC 7521 §4.2: what an assertion adds to the form of a request."""
    if credentials.shown is not Shown.KEY or credentials.secret is None:
        return {}
    return {
        "client_id": credentials.client_id,
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": credentials.secret.reveal(),
    }
