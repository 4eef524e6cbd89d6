"""The hub's public keys over HTTP, through the house's only way out."""

from dataclasses import dataclass
from typing import Final

from kernel.errors import DomainError
from kernel.infra.outbound import Outbound, OutboundRequest
from kernel.proof.jose import JoseRefused, KeySet, decode_object
from portals.console.errors import ApiUnavailable

_LIMIT_BYTES: Final = 262_144
_OK: Final = 200


@dataclass(frozen=True, slots=True)
class HttpKeys:
    """`HubKeys` over HTTP.

    Attributes:
        address: where the hub publishes them.
    """

    address: str
    outbound: Outbound

    def published(self) -> KeySet:
        """Return the keys that tokens are signed with, retired ones too.

        Raises:
            ApiUnavailable: there was no answer, or no JWK Set in it.
        """
        asked = OutboundRequest(
            url=self.address,
            accept="application/json",
            limit_bytes=_LIMIT_BYTES,
            redirects=0,
        )
        try:
            reply = self.outbound.fetch(asked)
            if reply.status != _OK:
                raise ApiUnavailable(str(reply.status))
            return KeySet.parse(decode_object(reply.body, limit_bytes=_LIMIT_BYTES))
        except JoseRefused as cause:
            raise ApiUnavailable("jwks") from cause
        except DomainError as cause:
            raise ApiUnavailable(cause.code) from cause
