"""How a portal shows who it is: a secret of the hub's, or a key of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from kernel.clock import Clock, epoch_seconds
from kernel.entropy import Entropy, token
from kernel.secret import Secret
from portals.rp.adapters.own_keys import OwnKey
from portals.rp.adapters.transport import NamedClient, basic_credentials
from portals.rp.domain import Registration

_LIFETIME: Final = timedelta(minutes=1)
_ASSERTION: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
# OIDC Core §6.1: these stand in the query too, or it is no OAuth 2.0 request.
_OUTSIDE: Final = ("client_id", "response_type", "scope")


class Credential(Protocol):
    """How a portal shows at its hub who it is."""

    @property
    def method(self) -> str:
        """The registered name of the method at the token endpoint."""
        ...

    @property
    def shared(self) -> Secret:
        """What the hub knows too; empty where nothing is shared."""
        ...

    def address(self, url: str) -> str:
        """Return an authorization request as this portal sends it."""
        ...

    def authenticate(
        self,
        client: NamedClient,
        method: str,
        uri: str,
        headers: dict[str, str],
        body: str,
    ) -> tuple[str, dict[str, str], str]:
        """Return a request of the token endpoint that shows who we are."""
        ...


@dataclass(frozen=True, slots=True)
class SharedSecret:
    """RFC 6749 §2.3.1: what the hub gave at registration."""

    shared: Secret

    @property
    def method(self) -> str:
        """The method's registered name."""
        return "client_secret_basic"

    def address(self, url: str) -> str:
        """Return the authorization request as it is."""
        return url

    def authenticate(
        self,
        client: NamedClient,
        method: str,
        uri: str,
        headers: dict[str, str],
        body: str,
    ) -> tuple[str, dict[str, str], str]:
        """Return a request of the token endpoint with the secret in it."""
        return basic_credentials(client, method, uri, headers, body)


@dataclass(frozen=True, slots=True)
class OwnSignature:
    """OpenID Federation 1.0 §12.1: what our resolved keys vouch for, and no secret.

    Attributes:
        key: the protocol key that our metadata publish.
    """

    registration: Registration
    key: OwnKey
    clock: Clock
    entropy: Entropy

    @property
    def method(self) -> str:
        """The method's registered name."""
        return "private_key_jwt"

    @property
    def shared(self) -> Secret:
        """Nothing is shared with anybody."""
        return Secret("")

    def address(self, url: str) -> str:
        """OpenID Federation 1.0 §12.1.1.1: the request as a signed object; no ``sub``."""
        parts = urlsplit(url)
        asked = dict(parse_qsl(parts.query, keep_blank_values=True))
        signed = self.key.sign("oauth-authz-req+jwt", {**asked, **self._claims()})
        outside = {name: asked[name] for name in _OUTSIDE}
        query = urlencode({**outside, "request": signed})
        return urlunsplit(parts._replace(query=query))

    def authenticate(
        self,
        client: NamedClient,
        method: str,
        uri: str,
        headers: dict[str, str],
        body: str,
    ) -> tuple[str, dict[str, str], str]:
        """RFC 7523 §3, OIDC Core §9: an assertion for the hub alone, good for a minute."""
        del method
        claims: dict[str, object] = {**self._claims(), "sub": client.client_id}
        said: Mapping[str, str] = {
            "client_id": client.client_id,
            "client_assertion_type": _ASSERTION,
            "client_assertion": self.key.sign("JWT", claims),
        }
        return uri, headers, f"{body}&{urlencode(said)}"

    def _claims(self) -> dict[str, object]:
        now = self.clock()
        return {
            "iss": self.registration.client_id,
            "aud": self.registration.issuer,
            "jti": token(self.entropy),
            "iat": epoch_seconds(now),
            "exp": epoch_seconds(now + _LIFETIME),
        }
