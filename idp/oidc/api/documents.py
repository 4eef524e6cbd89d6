"""Published documents: keys, metadata, Entity Configuration."""

from dataclasses import dataclass
from typing import Final

from idp.oidc.flows.publishing import Publishing
from kernel.web import Headers, Reply, Request

# Retired keys stay published far longer than this, and next ones are published before.
_KEYS_KEPT: Final[Headers] = (
    ("Cache-Control", "public, max-age=60"),
    ("Access-Control-Allow-Origin", "*"),
)
_KEPT: Final[Headers] = (
    ("Cache-Control", "public, max-age=300"),
    ("Access-Control-Allow-Origin", "*"),
)
_STATEMENT: Final = "application/entity-statement+jwt"


@dataclass(frozen=True, slots=True)
class Documents:
    """Lays out what `Publishing` says."""

    publishing: Publishing

    def jwks(self, _request: Request) -> Reply:
        """RFC 7517 §5, OIDC Discovery §3 jwks_uri."""
        return Reply.json(self.publishing.jwks(), headers=_KEYS_KEPT)

    def metadata(self, _request: Request) -> Reply:
        """OIDC Discovery §4, RFC 8414 §3: two addresses, one source."""
        return Reply.json(self.publishing.metadata(), headers=_KEPT)

    def entity_configuration(self, _request: Request) -> Reply:
        """OpenID Federation 1.0 §9."""
        body = self.publishing.entity_configuration().encode("ascii")
        return Reply.content(body, _STATEMENT, headers=_KEYS_KEPT)
