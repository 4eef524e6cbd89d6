"""Request objects fetched over the one way out."""

from dataclasses import dataclass
from typing import ClassVar, Final

from idp.oidc.errors import RequestUriRefused
from kernel.infra.outbound import (
    Outbound,
    OutboundFailed,
    OutboundRefused,
    OutboundReply,
    OutboundRequest,
)
from kernel.proof.jose import REQUEST_OBJECT

_TYPES: Final = ("application/oauth-authz-req+jwt", "application/jwt")
_OK: Final = 200


@dataclass(frozen=True, slots=True)
class OutboundRequestFiles:
    """The `RequestFiles` over HTTPS: no redirect is followed (RFC 9101 §10.4.1)."""

    outbound: Outbound

    DEADLINE_S: ClassVar[float] = 3.0

    def read(self, uri: str) -> str:
        """Return what lies at an address (RFC 9101 §5.2.3)."""
        try:
            reply = self._fetched(uri)
            if reply.status != _OK or reply.media_type not in _TYPES:
                raise RequestUriRefused("status or type")
            return reply.body.decode("ascii")
        except (OutboundRefused, OutboundFailed) as cause:
            raise RequestUriRefused(cause.code) from cause
        except UnicodeDecodeError as cause:
            raise RequestUriRefused("not ASCII") from cause

    def _fetched(self, uri: str) -> OutboundReply:
        return self.outbound.fetch(
            OutboundRequest(
                url=uri,
                accept=", ".join(_TYPES),
                deadline_s=self.DEADLINE_S,
                limit_bytes=REQUEST_OBJECT.limit_bytes,
                redirects=0,
            )
        )
