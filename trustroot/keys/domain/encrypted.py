"""A token that somebody encrypted to a key of ours, taken apart and not yet opened."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

AGREEMENTS: Final = ("ECDH-ES", "ECDH-ES+A256KW")
"""How a content key may be agreed on (RFC 7518 §4.6); never RSA1_5, dir or a password."""
CONTENT_KEY_BYTES: Final[Mapping[str, int]] = MappingProxyType(
    {"A128GCM": 16, "A256GCM": 32}
)
"""How content may be encrypted (RFC 7518 §5.3), and how long each one's key is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Encrypted:
    """A JWE in its compact form (RFC 7516 §7.1).

    Nobody has answered for the header: who wrote it knew our public key, as everybody does.

    Attributes:
        encrypted_key: the wrapped content key; empty where it is agreed on directly.
        content_bytes: how long the content is: in GCM as long as its cipher text.
    """

    token: str
    header: Mapping[str, object]
    encrypted_key: bytes
    iv: bytes
    content_bytes: int
    tag: bytes

    @property
    def kid(self) -> str:
        """The name of the key it was encrypted to; empty if it says none."""
        kid = self.header.get("kid")
        return kid if isinstance(kid, str) else ""
