"""What the hub publishes to everybody, over HTTP, through the house's only way out."""

from typing import Final

from kernel.errors import DomainError
from kernel.infra.outbound import Outbound, OutboundRequest
from portals.console.errors import ApiUnavailable

_OK: Final = 200


def published(outbound: Outbound, address: str, *, accept: str, limit_bytes: int) -> bytes:
    """Return what stands at an address.

    Raises:
        ApiUnavailable: there was no answer, another one, or a longer one.
    """
    asked = OutboundRequest(
        url=address, accept=accept, limit_bytes=limit_bytes, redirects=0
    )
    try:
        reply = outbound.fetch(asked)
    except DomainError as cause:
        raise ApiUnavailable(cause.code) from cause
    if reply.status != _OK:
        raise ApiUnavailable(str(reply.status))
    return reply.body
