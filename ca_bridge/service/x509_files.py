"""DER in, certificates out; nothing else reads bytes of strangers."""

import hashlib
from collections.abc import Sequence
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ca_bridge.errors import CertificateMalformed
from kernel.secret import Digest

_LIMIT_BYTES: Final = 16_384
_MOST: Final = 8


def certificate(der: bytes) -> x509.Certificate:
    """Read one certificate: strict DER, extensions readable and none of them twice.

    Raises:
        CertificateMalformed: as it says, or of a key or algorithm that we do not know.
    """
    if len(der) > _LIMIT_BYTES:
        raise CertificateMalformed("size")
    try:
        read = x509.load_der_x509_certificate(der)
        list(read.extensions)
        read.public_key()
    except (ValueError, TypeError, UnsupportedAlgorithm, x509.DuplicateExtension) as cause:
        raise CertificateMalformed("der") from cause
    return read


def certificates(ders: Sequence[bytes]) -> tuple[x509.Certificate, ...]:
    """Read at most eight.

    Raises:
        CertificateMalformed: more, or one of them is not one.
    """
    if len(ders) > _MOST:
        raise CertificateMalformed("count")
    return tuple(certificate(der) for der in ders)


def spki_digest(of: x509.Certificate) -> Digest:
    """Return SHA-256 of the public key (SubjectPublicKeyInfo, DER)."""
    spki = of.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return Digest(hashlib.sha256(spki).digest())


def fingerprint(of: x509.Certificate) -> str:
    """Return SHA-256 of the whole certificate, 64 hex digits."""
    return hashlib.sha256(of.public_bytes(Encoding.DER)).hexdigest()


def name_digest(name: x509.Name) -> Digest:
    """Return SHA-256 of a name as it is encoded."""
    return Digest(hashlib.sha256(name.public_bytes()).digest())
