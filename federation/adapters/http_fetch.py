"""Fetches entity statements through the one way out."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from federation.errors import StatementNotPublished, StatementUnreachable
from kernel.errors import Refused, Unavailable
from kernel.ids import EntityId
from kernel.infra.outbound import Outbound, OutboundReply, OutboundRequest
from kernel.proof.statement import MEDIA_TYPE, configuration_url

_LIMIT_BYTES: Final = 262_144
_DEADLINE_S: Final = 3.0
_OK: Final = 200
_SERVER_ERRORS: Final = 500


@dataclass(frozen=True, slots=True)
class HttpFetch:
    """Implements `federation.ports.StatementFetch`."""

    outbound: Outbound

    def configuration(self, entity: EntityId) -> str:
        """GET the well-known address (OpenID Federation 1.0 §9.1)."""
        return self._statement(configuration_url(entity))

    def subordinate(self, fetch_endpoint: str, subject: EntityId) -> str:
        """GET the fetch endpoint with ``sub`` (OpenID Federation 1.0 §8.1.1)."""
        joint = "&" if "?" in fetch_endpoint else "?"
        return self._statement(f"{fetch_endpoint}{joint}{urlencode({'sub': subject})}")

    def _statement(self, url: str) -> str:
        reply = self._reply(url)
        if reply.status >= _SERVER_ERRORS:
            raise StatementUnreachable(f"status {reply.status}")
        if reply.status != _OK or reply.media_type != MEDIA_TYPE:
            raise StatementNotPublished(f"status {reply.status}, {reply.media_type}")
        if not reply.body.isascii():
            raise StatementNotPublished("not ASCII")
        return reply.body.decode("ascii").strip()

    def _reply(self, url: str) -> OutboundReply:
        request = OutboundRequest(
            url=url, accept=MEDIA_TYPE, deadline_s=_DEADLINE_S, limit_bytes=_LIMIT_BYTES
        )
        try:
            return self.outbound.fetch(request)
        except Unavailable as cause:
            raise StatementUnreachable(cause.code) from cause
        except Refused as cause:
            raise StatementNotPublished(cause.code) from cause
