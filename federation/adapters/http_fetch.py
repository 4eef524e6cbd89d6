"""Fetches entity statements through the one way out."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from federation.errors import HostSilent, StatementNotPublished, StatementUnreachable
from kernel.errors import Refused, Unavailable
from kernel.ids import EntityId
from kernel.infra.outbound import (
    Outbound,
    OutboundReply,
    OutboundRequest,
    OutboundTimeout,
    OutboundUnreachable,
    OutboundUntrusted,
)
from kernel.proof.statement import MEDIA_TYPE, configuration_url

_DEADLINE_S: Final = 3.0
_OK: Final = 200
_SERVER_ERRORS: Final = 500


@dataclass(frozen=True, slots=True)
class _Kind:
    media_type: str
    limit_bytes: int


_STATEMENT: Final = _Kind(MEDIA_TYPE, 262_144)
_EVENTS: Final = _Kind("application/trusthub-events+jwt", 1_048_576)


@dataclass(frozen=True, slots=True)
class HttpFetch:
    """Implements `federation.ports.StatementFetch`, `EventsFetch` and `HostedFetch`."""

    outbound: Outbound

    def configuration(self, entity: EntityId) -> str:
        """GET the well-known address (OpenID Federation 1.0 §9.1)."""
        return self._statement(configuration_url(entity))

    def subordinate(self, fetch_endpoint: str, subject: EntityId) -> str:
        """GET the fetch endpoint with ``sub`` (OpenID Federation 1.0 §8.1.1)."""
        joint = "&" if "?" in fetch_endpoint else "?"
        return self._statement(f"{fetch_endpoint}{joint}{urlencode({'sub': subject})}")

    def hosted(self, location: str) -> str:
        """GET the configuration that a superior hosts (ours, ``ec_location``)."""
        return self._statement(location)

    def events(self, endpoint: str, since: int) -> str:
        """GET the changes of a superior after a number (ours; ``trusthub-events+jwt``)."""
        joint = "&" if "?" in endpoint else "?"
        return self._statement(f"{endpoint}{joint}since={since}", _EVENTS)

    def _statement(self, url: str, kind: _Kind = _STATEMENT) -> str:
        reply = self._reply(url, kind)
        if reply.status >= _SERVER_ERRORS:
            raise StatementUnreachable(f"status {reply.status}")
        if reply.status != _OK or reply.media_type != kind.media_type:
            raise StatementNotPublished(f"status {reply.status}, {reply.media_type[:80]}")
        if not reply.body.isascii():
            raise StatementNotPublished("not ASCII")
        return reply.body.decode("ascii").strip()

    def _reply(self, url: str, kind: _Kind) -> OutboundReply:
        request = OutboundRequest(
            url=url,
            accept=kind.media_type,
            deadline_s=_DEADLINE_S,
            limit_bytes=kind.limit_bytes,
        )
        try:
            return self.outbound.fetch(request)
        except (OutboundTimeout, OutboundUnreachable, OutboundUntrusted) as cause:
            raise HostSilent(cause.code) from cause
        except Unavailable as cause:
            raise StatementUnreachable(cause.code) from cause
        except Refused as cause:
            raise StatementNotPublished(cause.code) from cause
