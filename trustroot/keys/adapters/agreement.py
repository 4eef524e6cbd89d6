"""A private key that opens what was encrypted to its public half."""

from dataclasses import dataclass, field
from typing import Final, Self

from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)
from joserfc.errors import JoseError
from joserfc.jwe import JWERegistry, decrypt_compact
from joserfc.jwk import ECKey

from trustroot.keys.domain import AGREEMENTS, CONTENT_KEY_BYTES
from trustroot.keys.errors import EncryptedRefused

_LONGEST: Final = 1 << 24


def _registry() -> JWERegistry:
    """Return which algorithms the library may use at all; lengths are asked before."""
    allowed = JWERegistry(
        algorithms=[*AGREEMENTS, *CONTENT_KEY_BYTES], strict_check_header=False
    )
    allowed.max_protected_header_length = allowed.max_ciphertext_length = _LONGEST
    return allowed


_ALLOWED: Final = _registry()


@dataclass(frozen=True, slots=True)
class AgreementKey:
    """ECDH-ES over P-256 (RFC 7518 §4.6). Implements `DecryptionKey`."""

    key: ECKey = field(repr=False)

    @classmethod
    def load(cls, der: bytes) -> Self:
        """Load a private key from PKCS #8 DER."""
        loaded = load_der_private_key(der, password=None)
        pem = loaded.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return cls(ECKey.import_key(pem, {"use": "enc"}))

    def decrypt(self, token: str) -> bytes:
        """Return the content of a compact JWE whose header was checked (RFC 7516 §5.2).

        The library takes only points on the curve (NIST SP 800-56A §5.6.2.3.3), and says
        nothing before the tag is right.
        """
        try:
            content = decrypt_compact(token, self.key, registry=_ALLOWED).plaintext
        except (JoseError, ValueError, TypeError) as cause:
            raise EncryptedRefused("does not open") from cause
        if content is None:
            raise EncryptedRefused("nothing inside")
        return content
