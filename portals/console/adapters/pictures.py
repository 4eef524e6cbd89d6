"""Pictures that the hub serves, over HTTP, through the house's only way out."""

from dataclasses import dataclass
from typing import Final

from kernel.infra.outbound import Outbound
from portals.console.adapters.published import published
from portals.console.domain.pictures import Kept, picture_is_the_one_named

_LIMIT_BYTES: Final = 131_072
"""As much as the hub reads of one."""


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
        address = f"{self.issuer}{kept.path}"
        body = published(self.outbound, address, accept=kept.kind, limit_bytes=_LIMIT_BYTES)
        picture_is_the_one_named(kept, body)
        return body
