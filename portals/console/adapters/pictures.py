"""Pictures that the hub serves, over HTTP, through the house's only way out."""

from dataclasses import dataclass
from typing import Final

from kernel.errors import DomainError
from kernel.infra.outbound import Outbound, OutboundRequest
from portals.console.domain.pictures import Kept, picture_is_the_one_named
from portals.console.errors import ApiUnavailable

_LIMIT_BYTES: Final = 1_048_576
_OK: Final = 200


@dataclass(frozen=True, slots=True)
class HttpPictures:
    """`HubPictures` over HTTP.

    Attributes:
        issuer: below whose address they are served, to everybody.
    """

    issuer: str
    outbound: Outbound

    def body(self, kept: Kept) -> bytes:
        """Return the bytes of one.

        Raises:
            ApiUnavailable: there was no answer, or another one.
            DigestForged: these are not the bytes that the hub read.
        """
        asked = OutboundRequest(
            url=f"{self.issuer}{kept.path}",
            accept=kept.kind,
            limit_bytes=_LIMIT_BYTES,
            redirects=0,
        )
        try:
            reply = self.outbound.fetch(asked)
        except DomainError as cause:
            raise ApiUnavailable(cause.code) from cause
        if reply.status != _OK:
            raise ApiUnavailable(str(reply.status))
        picture_is_the_one_named(kept, reply.body)
        return reply.body
