"""The demo CA's folder: keys (mode 600), certificates, serial numbers of the revoked."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from peers.demo_ca.domain import Authority, Issuer
from peers.demo_ca.errors import NoAuthority

_PRIVATE: Final = 0o600


@dataclass(frozen=True, slots=True)
class Folder:
    """``root.pem root.key issuing.pem issuing.key revoked`` in one folder."""

    path: Path

    def save(self, authority: Authority) -> None:
        """Write a fresh authority."""
        self.path.mkdir(parents=True, exist_ok=True)
        for name, issuer in (("root", authority.root), ("issuing", authority.issuing)):
            write_private(self.path / f"{name}.key", issuer.key)
            pem = issuer.certificate.public_bytes(Encoding.PEM)
            (self.path / f"{name}.pem").write_bytes(pem)

    def load(self) -> Authority:
        """Read the authority back.

        Raises:
            NoAuthority: there is none.
        """
        if not (self.path / "issuing.pem").exists():
            raise NoAuthority
        return Authority(self._issuer("root"), self._issuer("issuing"))

    def revoked(self) -> tuple[int, ...]:
        """Return the serial numbers of the revoked, one a line in hex."""
        lines = self.path / "revoked"
        if not lines.exists():
            return ()
        return tuple(int(line, 16) for line in lines.read_text("ascii").split())

    def revoke(self, serial: int) -> None:
        """Add one; the next list names it."""
        with (self.path / "revoked").open("a", encoding="ascii") as lines:
            lines.write(f"{serial:x}\n")

    def _issuer(self, name: str) -> Issuer:
        read = (self.path / f"{name}.pem").read_bytes()
        return Issuer(
            x509.load_pem_x509_certificate(read), read_private(self.path / f"{name}.key")
        )


def read_private(path: Path) -> ec.EllipticCurvePrivateKey:
    """Read a private key of an elliptic curve, PKCS#8 PEM."""
    key = load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(type(key).__name__)
    return key


def write_private(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    """Write a private key that only its owner may read; an old one is not overwritten."""
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE)
    with os.fdopen(handle, "wb") as file:
        file.write(pem)
