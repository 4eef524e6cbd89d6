"""Published documents: keys, metadata, Entity Configuration."""

from dataclasses import dataclass
from typing import Final

from idp.oidc.flows.publishing import Publishing
from kernel.web import Headers, Reply, Request
from trustroot.keys.domain import KEY_SET_KEPT

# A key signs only after it was published for longer than this, and stays far longer.
_KEYS_KEPT: Final[Headers] = (
    ("Cache-Control", f"public, max-age={int(KEY_SET_KEPT.total_seconds())}"),
    ("Access-Control-Allow-Origin", "*"),
)
_KEPT: Final[Headers] = (
    ("Cache-Control", "public, max-age=300"),
    ("Access-Control-Allow-Origin", "*"),
)
_STATEMENT: Final = "application/entity-statement+jwt"
_KEY_SET: Final = "application/jwk-set+jwt"


@dataclass(frozen=True, slots=True)
class Documents:
    """Lays out what `Publishing` says."""

    publishing: Publishing

    def jwks(self, _request: Request) -> Reply:
        """RFC 7517 §5, OIDC Discovery §3 jwks_uri."""
        return Reply.json(self.publishing.jwks(), headers=_KEYS_KEPT)

    def signed_jwks(self, _request: Request) -> Reply:
        """OpenID Federation 1.0 §5.2.1 signed_jwks_uri."""
        body = self.publishing.signed_jwks().encode("ascii")
        return Reply.content(body, _KEY_SET, headers=_KEYS_KEPT)

    def metadata(self, _request: Request) -> Reply:
        """OIDC Discovery §4, RFC 8414 §3: two addresses, one source."""
        return Reply.json(self.publishing.metadata(), headers=_KEPT)

    def api(self, _request: Request) -> Reply:
        """RFC 9728 §3: our API as a protected resource."""
        issuer = self.publishing.issuer
        return Reply.json(self.publishing.resource(issuer.api), headers=_KEPT)

    def userinfo(self, _request: Request) -> Reply:
        """RFC 9728 §3: userinfo as a protected resource."""
        issuer = self.publishing.issuer
        return Reply.json(self.publishing.resource(issuer.userinfo), headers=_KEPT)

    def tickets(self, _request: Request) -> Reply:
        """RFC 9728 §3: the ticket sequence as a protected resource."""
        issuer = self.publishing.issuer
        return Reply.json(self.publishing.resource(issuer.tickets), headers=_KEPT)

    def entity_configuration(self, _request: Request) -> Reply:
        """OpenID Federation 1.0 §9."""
        body = self.publishing.entity_configuration().encode("ascii")
        return Reply.content(body, _STATEMENT, headers=_KEYS_KEPT)
