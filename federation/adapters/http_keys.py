"""Fetches protocol keys through the one way out."""

from dataclasses import dataclass
from typing import Final

from federation.errors import KeysNotUsable, KeysUnreachable
from kernel.errors import Refused, Unavailable
from kernel.infra.outbound import Outbound, OutboundReply, OutboundRequest

_SIGNED: Final = "application/jwk-set+jwt"
_LIMIT_BYTES: Final = 65_536
_DEADLINE_S: Final = 3.0
_OK: Final = 200
_SERVER_ERRORS: Final = 500


@dataclass(frozen=True, slots=True)
class HttpKeys:
    """Implements `federation.ports.KeyFetch`."""

    outbound: Outbound

    def jwks(self, url: str) -> bytes:
        """GET a JWK Set; many servers give it another media type (RFC 7517 §8.5)."""
        return self._reply(url, "application/jwk-set+json, application/json").body

    def signed_jwks(self, url: str) -> str:
        """GET a signed JWK Set of exactly its media type (OpenID Federation 1.0 §5.2.1)."""
        reply = self._reply(url, _SIGNED)
        if reply.media_type != _SIGNED or not reply.body.isascii():
            raise KeysNotUsable(f"media type {reply.media_type[:80]}")
        return reply.body.decode("ascii").strip()

    def _reply(self, url: str, accept: str) -> OutboundReply:
        request = OutboundRequest(
            url=url, accept=accept, deadline_s=_DEADLINE_S, limit_bytes=_LIMIT_BYTES
        )
        try:
            reply = self.outbound.fetch(request)
        except Unavailable as cause:
            raise KeysUnreachable(cause.code) from cause
        except Refused as cause:
            raise KeysNotUsable(cause.code) from cause
        if reply.status >= _SERVER_ERRORS:
            raise KeysUnreachable(f"status {reply.status}")
        if reply.status != _OK:
            raise KeysNotUsable(f"status {reply.status}")
        return reply
