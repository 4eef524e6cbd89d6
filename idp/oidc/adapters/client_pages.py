"""What clients serve at addresses they name, read through the one way out."""

from dataclasses import dataclass
from typing import Final

from idp.oidc.errors import ClientMetadataRefused, ClientPageUnreachable
from kernel.infra.outbound import Outbound, OutboundFailed, OutboundRefused, OutboundRequest
from kernel.proof.jose import JoseRefused, decode_json

_LIMIT_BYTES: Final = 65_536
_DEPTH: Final = 6
_DEADLINE_S: Final = 3.0
_OK: Final = 200


@dataclass(frozen=True, slots=True)
class OutboundClientPages:
    """The `ClientPages` over `kernel.infra.outbound`.

    An address comes out of a stranger's metadata: no redirect is followed, and what was
    answered is told to nobody (CVE-2026-4366).
    """

    outbound: Outbound

    def json(self, url: str) -> object:
        """Return what is there.

        Raises:
            ClientMetadataRefused: the address may not be called, or serves no JSON.
            ClientPageUnreachable: no answer in time.
        """
        try:
            reply = self.outbound.fetch(
                OutboundRequest(
                    url=url,
                    accept="application/json",
                    deadline_s=_DEADLINE_S,
                    limit_bytes=_LIMIT_BYTES,
                    redirects=0,
                )
            )
        except OutboundRefused as cause:
            raise ClientMetadataRefused("an address that is not called") from cause
        except OutboundFailed as cause:
            raise ClientPageUnreachable(cause.code) from cause
        if reply.status != _OK:
            raise ClientPageUnreachable(f"status {reply.status}")
        return _json(reply.body)


def _json(body: bytes) -> object:
    try:
        return decode_json(body, limit_bytes=_LIMIT_BYTES, depth=_DEPTH)
    except JoseRefused as cause:
        raise ClientMetadataRefused("an address that serves no JSON") from cause
