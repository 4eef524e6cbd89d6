"""A software key for ES256, kept in a PEM file or in memory only."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from kernel.proof.jose import PublicKey, jws_signature_from_der, thumbprint, to_base64url

_COORDINATE_BYTES = 32


@dataclass(frozen=True, slots=True)
class SoftwareKey:
    """Implements `TokenKey`."""

    key: ec.EllipticCurvePrivateKey = field(repr=False)

    @classmethod
    def fresh(cls) -> Self:
        """Make one that lives as long as this process."""
        return cls(ec.generate_private_key(ec.SECP256R1()))

    @classmethod
    def kept(cls, path: Path) -> Self:
        """Return the key of a file; made at the first start, readable for its owner only.

        Raises:
            OSError: the file can be neither read nor written.
            ValueError: it holds something else.
        """
        if not path.exists():
            made = cls.fresh()
            made.write(path)
            return made
        held = load_pem_private_key(path.read_bytes(), None)
        if not isinstance(held, ec.EllipticCurvePrivateKey) or held.key_size != 256:  # noqa: PLR2004  the curve of ES256
            msg = f"{path}: not a P-256 key"
            raise ValueError(msg)
        return cls(held)

    def write(self, path: Path) -> None:
        """Write it to a file nobody else may read."""
        form = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(self.key.private_bytes(*form))

    def jwk(self) -> Mapping[str, object]:
        """Return the public key; ``kid`` is its thumbprint (RFC 7638)."""
        numbers = self.key.public_key().public_numbers()
        bare = {
            "kty": "EC",
            "crv": "P-256",
            "x": to_base64url(numbers.x.to_bytes(_COORDINATE_BYTES, "big")),
            "y": to_base64url(numbers.y.to_bytes(_COORDINATE_BYTES, "big")),
        }
        named = {**bare, "kid": thumbprint(bare), "alg": "ES256", "use": "sig"}
        return PublicKey.parse(named).to_jwk()

    def sign(self, message: bytes) -> bytes:
        """Return the JWS signature."""
        signature = self.key.sign(message, ec.ECDSA(SHA256()))
        return jws_signature_from_der(signature, "ES256")
