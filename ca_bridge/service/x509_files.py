"""DER in, certificates out; nothing else reads bytes of strangers."""

import hashlib
from collections.abc import Sequence
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ca_bridge.checks.rfc5280 import has_no_unknown_critical, is_strong, may_issue
from ca_bridge.domain import Ca
from ca_bridge.errors import CaMalformed, CertificateMalformed, CertificateRefused
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


def certificates_hold(ca: Ca) -> None:
    """Require certificates of a CA, strong ones, and at least one anchor.

    Raises:
        CaMalformed: as it says.
    """
    if not ca.anchors:
        raise CaMalformed("anchors")
    try:
        for each in certificates((*ca.anchors, *ca.intermediates)):
            is_strong(each)
            has_no_unknown_critical(each)
            may_issue(each, 0)
    except CertificateRefused as refusal:
        raise CaMalformed(refusal.detail) from refusal
