"""Envelopes around a token, made by hand so that anything can be written on them."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.concatkdf import ConcatKDFHash

from kernel.proof.jose import PublicKey, to_base64url

_IV_BYTES: Final = 12
_TAG_BYTES: Final = 16
_KEY_BITS: Final = 256


@dataclass(frozen=True, slots=True)
class Envelope:
    """ECDH-ES with A256GCM to one key (RFC 7518 §4.6.2), by a stranger."""

    to: PublicKey

    def around(
        self,
        content: bytes | str,
        header: Mapping[str, object] | None = None,
        *,
        written: bytes | None = None,
    ) -> str:
        """Return a JWE whose tag is right, whatever ``header`` changes in it.

        ``written`` is the whole header as bytes, where it is to be no JSON of ours.
        """
        own = ec.generate_private_key(ec.SECP256R1())
        said = {**self._honest(own.public_key()), **(header or {})}
        left = {name: value for name, value in said.items() if value is not LEFT_OUT}
        protected = to_base64url(json.dumps(left).encode() if written is None else written)
        raw = content.encode() if isinstance(content, str) else content
        iv = os.urandom(_IV_BYTES)
        sealed = AESGCM(self._agreed(own)).encrypt(iv, raw, protected.encode())
        parts = (b"", iv, sealed[:-_TAG_BYTES], sealed[-_TAG_BYTES:])
        return ".".join((protected, *map(to_base64url, parts)))

    def _honest(self, public: ec.EllipticCurvePublicKey) -> dict[str, object]:
        epk = PublicKey("", None, public, use=None).to_jwk()
        return {
            "alg": "ECDH-ES",
            "enc": "A256GCM",
            "cty": "JWT",
            "kid": self.to.kid,
            "epk": {name: epk[name] for name in ("kty", "crv", "x", "y")},
        }

    def _agreed(self, own: ec.EllipticCurvePrivateKey) -> bytes:
        """RFC 7518 §4.6.2: Concat KDF over the shared secret and the name of ``enc``."""
        assert isinstance(self.to.key, ec.EllipticCurvePublicKey)
        shared = own.exchange(ec.ECDH(), self.to.key)
        name = b"A256GCM"
        info = len(name).to_bytes(4, "big") + name + bytes(8) + _KEY_BITS.to_bytes(4, "big")
        derive = ConcatKDFHash(algorithm=SHA256(), length=_KEY_BITS // 8, otherinfo=info)
        return derive.derive(shared)


LEFT_OUT: Final = object()
"""In place of a header's value: the member is not there."""
