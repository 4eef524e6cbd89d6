"""The issuer: its addresses, its scopes, how long what it issues lives."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from idp.clients.domain import SCOPE_CLAIMS
from idp.oidc.domain.ticket_platform import TICKET_PATH
from kernel.ids import EntityId

API_NOUNS: Final = (
    "members",
    "people",
    "clients",
    "keys",
    "realname",
    "ca",
    "audit",
    "standing",
    "jobs",
)
API_SCOPES: Final = frozenset(
    f"{noun}:{verb}" for noun in API_NOUNS for verb in ("read", "write")
)
"""Scopes of our own API; what a client may have of them stands in its record."""

KNOWN_SCOPES: Final = API_SCOPES | SCOPE_CLAIMS.keys()
"""Every scope that means something in an authorization request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifetimes:
    """How long what is issued lives."""

    code: timedelta = timedelta(seconds=60)
    access_token: timedelta = timedelta(minutes=5)
    id_token: timedelta = timedelta(minutes=5)
    refresh_idle: timedelta = timedelta(hours=8)
    refresh_family: timedelta = timedelta(days=30)
    entity_statement: timedelta = timedelta(hours=1)
    logout_token: timedelta = timedelta(minutes=2)
    pushed_request: timedelta = timedelta(seconds=90)


_TOKEN: Final = "/oauth2/token"  # noqa: S105  an address
_PAR: Final = "/oauth2/par"


@dataclass(frozen=True, slots=True)
class Issuer:
    """The issuer and the addresses of what it offers: one place, so that all agree.

    ``certified`` is the URL below which clients come with certificates, if there is one.
    """

    url: str
    certified: str | None = None

    @property
    def token(self) -> str:
        """The token endpoint."""
        return self.url + _TOKEN

    @property
    def called(self) -> frozenset[str]:
        """What clients may call us in an assertion: the issuer, and where it is sent.

        RFC 7523 §3, RFC 9126 §2: the token and the PAR endpoint; RFC 8705 §5: and those
        that stand in their place for who comes with a certificate.
        """
        bases = filter(None, (self.url, self.certified))
        sent_to = (base + path for base in bases for path in (_TOKEN, _PAR))
        return frozenset({self.url, *sent_to})

    @property
    def registration(self) -> str:
        """The endpoint of explicit registration (OpenID Federation 1.0 §5.1.3)."""
        return f"{self.url}/oidc/federation_registration"

    @property
    def userinfo(self) -> str:
        """The userinfo endpoint, and the audience of tokens for it."""
        return f"{self.url}/oidc/userinfo"

    @property
    def api(self) -> str:
        """The audience of tokens for our own API."""
        return f"{self.url}/api/v1"

    @property
    def tickets(self) -> str:
        """The ticket sequence, and the audience of tokens that are given for tickets."""
        return f"{self.url}{TICKET_PATH}"

    @property
    def entity(self) -> EntityId:
        """The issuer as a member of the federation."""
        return EntityId(self.url)

    @property
    def anchor(self) -> str:
        """The entity we are enrolled under."""
        return f"{self.url}/trust"
