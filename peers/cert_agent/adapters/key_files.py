"""A software key and its certificates, from PEM files."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID


@dataclass(frozen=True, slots=True)
class FileKey:
    """Implements `HolderKey`."""

    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey = field(repr=False)
    certificates: tuple[x509.Certificate, ...]

    @classmethod
    def read(cls, key_file: Path, cert_file: Path) -> Self:
        """Read the key (PKCS#8) and its certificate, first in a file that may hold more.

        Raises:
            OSError: a file cannot be read.
            ValueError: not PEM, a key of another kind, or not the certificate's.
        """
        key = load_pem_private_key(key_file.read_bytes(), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
            raise ValueError(type(key).__name__)  # noqa: TRY004  the file is wrong
        read = x509.load_pem_x509_certificates(cert_file.read_bytes())
        spki = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        theirs = read[0].public_key().public_bytes(*spki)
        if theirs != key.public_key().public_bytes(*spki):
            msg = "the certificate is of another key"
            raise ValueError(msg)
        return cls(key, tuple(read))

    @property
    def holder(self) -> str:
        """Common name and organisation of the certificate."""
        subject = self.certificates[0].subject
        kinds = (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME)
        found = [
            name.value for kind in kinds for name in subject.get_attributes_for_oid(kind)
        ]
        return " · ".join(str(value) for value in found)

    @property
    def certificate(self) -> bytes:
        """The certificate, DER."""
        return self.certificates[0].public_bytes(Encoding.DER)

    @property
    def chain(self) -> tuple[bytes, ...]:
        """The certificates above it, DER."""
        return tuple(each.public_bytes(Encoding.DER) for each in self.certificates[1:])

    def sign(self, message: bytes) -> bytes:
        """Return ECDSA with SHA-256 as DER, or RSA PSS with SHA-256."""
        if isinstance(self.key, rsa.RSAPrivateKey):
            pss = padding.PSS(padding.MGF1(SHA256()), padding.PSS.DIGEST_LENGTH)
            return self.key.sign(message, pss, SHA256())
        return self.key.sign(message, ec.ECDSA(SHA256()))
