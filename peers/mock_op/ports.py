"""What the provider signs with."""

from collections.abc import Mapping
from typing import Protocol


class TokenKey(Protocol):
    """A key for ES256 (RFC 7518 §3.4); the private half is never shown."""

    def jwk(self) -> Mapping[str, object]:
        """Return the public key with ``kid``, ``alg`` and ``use`` (RFC 7517 §4)."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Return the JWS signature of ``message``: R and S, 32 bytes each."""
        ...
