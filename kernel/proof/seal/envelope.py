"""The bytes of a sealed value: version, key id, nonce, ciphertext with tag."""

from dataclasses import dataclass
from typing import Final, Self

from kernel.proof.seal.keys import SealMalformed

NONCE_BYTES: Final = 12
_VERSION: Final = 1
_TAG_BYTES: Final = 16
_HEAD_BYTES: Final = 2


@dataclass(frozen=True, slots=True)
class Envelope:
    """Version 1: ``01 ‖ length of kid ‖ kid ‖ nonce (12) ‖ ciphertext ‖ tag (16)``."""

    kid: str
    nonce: bytes
    ciphertext: bytes

    def header(self) -> bytes:
        """Return version and key id, which the tag covers too."""
        kid = self.kid.encode("ascii")
        return bytes([_VERSION, len(kid)]) + kid

    def to_bytes(self) -> bytes:
        """Return the whole envelope."""
        return self.header() + self.nonce + self.ciphertext

    @classmethod
    def parse(cls, sealed: bytes) -> Self:
        """Take an envelope apart; nothing is decrypted.

        Raises:
            SealMalformed: another version, too short, or no key id.
        """
        if len(sealed) < _HEAD_BYTES or sealed[0] != _VERSION or not sealed[1]:
            raise SealMalformed
        nonce_at = _HEAD_BYTES + sealed[1]
        text_at = nonce_at + NONCE_BYTES
        kid = sealed[_HEAD_BYTES:nonce_at]
        if len(sealed) < text_at + _TAG_BYTES or not kid.isascii():
            raise SealMalformed
        return cls(kid.decode("ascii"), sealed[nonce_at:text_at], sealed[text_at:])
