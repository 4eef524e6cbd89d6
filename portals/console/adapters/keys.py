"""The hub's public keys over HTTP, through the house's only way out."""

from dataclasses import dataclass
from typing import Final

from kernel.infra.outbound import Outbound
from kernel.proof.jose import JoseRefused, KeySet, decode_object
from portals.console.adapters.published import published
from portals.console.errors import ApiUnavailable

_LIMIT_BYTES: Final = 262_144


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
        body = published(
            self.outbound,
            self.address,
            accept="application/json",
            limit_bytes=_LIMIT_BYTES,
        )
        try:
            return KeySet.parse(decode_object(body, limit_bytes=_LIMIT_BYTES))
        except JoseRefused as cause:
            raise ApiUnavailable("jwks") from cause
