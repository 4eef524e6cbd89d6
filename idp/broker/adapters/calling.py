"""One call to an upstream, and the object it answers."""

from collections.abc import Mapping
from typing import Final

from idp.broker.errors import (
    UpstreamAnswerTooLarge,
    UpstreamSlow,
    UpstreamUnavailable,
)
from kernel.errors import DomainError
from kernel.infra.outbound import (
    Outbound,
    OutboundFailed,
    OutboundRefused,
    OutboundReply,
    OutboundRequest,
    OutboundTimeout,
    OutboundTooLarge,
)
from kernel.proof.jose import decode_object

DEADLINE_S: Final = 4.0
"""A browser waits for these calls, so they are shorter than others."""
LIMIT_BYTES: Final = 65_536
KEYS_LIMIT_BYTES: Final = 262_144
_DEPTH: Final = 8
OK: Final = 200
_SERVER_ERROR: Final = 500
_TOO_MANY: Final = 429
_UNAVAILABLE: Final[Mapping[type[DomainError], type[UpstreamUnavailable]]] = {
    OutboundTimeout: UpstreamSlow,
    OutboundTooLarge: UpstreamAnswerTooLarge,
}


def answered(outbound: Outbound, request: OutboundRequest) -> OutboundReply:
    """Make one call; what another try may mend is `UpstreamUnavailable`."""
    try:
        reply = outbound.fetch(request)
    except (OutboundFailed, OutboundRefused) as cause:
        raise _UNAVAILABLE.get(type(cause), UpstreamUnavailable)(cause.code) from cause
    if reply.status >= _SERVER_ERROR or reply.status == _TOO_MANY:
        raise UpstreamUnavailable(str(reply.status))
    return reply


def json_object(reply: OutboundReply, limit: int) -> dict[str, object]:
    """Return the JSON object of an answer, or raise `kernel.proof.jose.JoseRefused`."""
    return decode_object(reply.body, limit_bytes=limit, depth=_DEPTH)
