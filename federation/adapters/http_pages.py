"""Looks at what hosts of others serve, through the one way out."""

from dataclasses import dataclass
from typing import Final

from federation.errors import PageRefused, PageUnreachable
from kernel.errors import Refused, Unavailable
from kernel.infra.outbound import Outbound, OutboundReply, OutboundRequest
from kernel.proof.jose import JoseRefused, decode_object

_LIMIT_BYTES: Final = 262_144
_DEPTH: Final = 12
_DEADLINE_S: Final = 3.0
_OK: Final = 200
_SERVER_ERRORS: Final = 500


@dataclass(frozen=True, slots=True)
class HttpPages:
    """Implements `federation.ports.Pages`."""

    outbound: Outbound

    def json(self, url: str) -> dict[str, object]:
        """GET a JSON object; redirects are followed on the same origin only."""
        reply = self._reply(OutboundRequest(
            url=url,
            accept="application/json",
            deadline_s=_DEADLINE_S,
            limit_bytes=_LIMIT_BYTES,
        ))  # fmt: skip
        if reply.status >= _SERVER_ERRORS:
            raise PageUnreachable(f"status {reply.status}")
        if reply.status != _OK:
            raise PageRefused(f"status {reply.status}")
        try:
            return decode_object(reply.body, limit_bytes=_LIMIT_BYTES, depth=_DEPTH)
        except JoseRefused as cause:
            raise PageRefused(f"no JSON object: {cause.code}") from cause

    def status(self, url: str) -> int:
        """HEAD an address; where it redirects to is not looked at."""
        request = OutboundRequest(
            url=url, method="HEAD", deadline_s=_DEADLINE_S, redirects=0
        )
        return self._reply(request).status

    def _reply(self, request: OutboundRequest) -> OutboundReply:
        try:
            return self.outbound.fetch(request)
        except Unavailable as cause:
            raise PageUnreachable(cause.code) from cause
        except Refused as cause:
            raise PageRefused(f"{cause.code}: {cause.detail}"[:200]) from cause
