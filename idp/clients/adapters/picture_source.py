"""Pictures at addresses that relying parties name, read through the one way out."""

from dataclasses import dataclass
from typing import Final

from idp.clients.checks.pictures import LIMIT_BYTES
from idp.clients.errors import PictureRefused, PictureUnreachable
from kernel.infra.outbound import (
    Outbound,
    OutboundFailed,
    OutboundRefused,
    OutboundRequest,
    OutboundTooLarge,
)

_ACCEPTED: Final = "image/webp, image/png, image/jpeg"
_DEADLINE_S: Final = 3.0
_OK: Final = 200


@dataclass(frozen=True, slots=True)
class OutboundPictures:
    """The `PictureSource` over `kernel.infra.outbound`.

    An address comes out of a stranger's metadata: no redirect is followed, and what was
    answered is told to nobody (CVE-2026-4366).
    """

    outbound: Outbound

    def fetch(self, address: str) -> bytes:
        """Return what is there.

        Raises:
            PictureRefused: the address may not be called, or holds too much.
            PictureUnreachable: no answer in time, or not 200.
        """
        try:
            reply = self.outbound.fetch(
                OutboundRequest(
                    url=address,
                    accept=_ACCEPTED,
                    deadline_s=_DEADLINE_S,
                    limit_bytes=LIMIT_BYTES,
                    redirects=0,
                )
            )
        except OutboundRefused as cause:
            raise PictureRefused("address") from cause
        except OutboundTooLarge as cause:
            raise PictureRefused("bytes") from cause
        except OutboundFailed as cause:
            raise PictureUnreachable(cause.code) from cause
        if reply.status != _OK:
            raise PictureUnreachable(f"status {reply.status}")
        return reply.body
