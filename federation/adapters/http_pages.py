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
_METHOD_UNKNOWN: Final = frozenset({405, 501})


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
        """HEAD an address, or GET it where that is not known; no redirect is followed.

        RFC 9110 §9.1: general-purpose servers know both, many a provider's does not.
        """
        status = self._asked("HEAD", url)
        return self._asked("GET", url) if status in _METHOD_UNKNOWN else status

    def _asked(self, method: str, url: str) -> int:
        request = OutboundRequest(
            url=url,
            method=method,
            deadline_s=_DEADLINE_S,
            limit_bytes=_LIMIT_BYTES,
            redirects=0,
        )
        return self._reply(request).status

    def _reply(self, request: OutboundRequest) -> OutboundReply:
        try:
            return self.outbound.fetch(request)
        except Unavailable as cause:
            raise PageUnreachable(cause.code) from cause
        except Refused as cause:
            raise PageRefused(f"{cause.code}: {cause.detail}"[:200]) from cause
