"""The folder of a ceremony: root keys locked by passphrases, and files that stay."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from kernel.proof.jose import PublicKey, jws_signature_from_der, thumbprint
from kernel.secret import Secret
from trustroot.keys.errors import CeremonyFileMissing, CeremonyFileTaken, RootKeyLocked
from trustroot.keys.ports import RootKey

_ALG: Final = "ES256"
_PASSPHRASE_CHARACTERS: Final = 12
_OWNER_ONLY: Final = 0o600


@dataclass(frozen=True, slots=True)
class Folder:
    """Implements `trustroot.keys.ports.CeremonyFolder`."""

    path: Path

    def holds(self, file: str) -> bool:
        """Tell whether a file is there."""
        return (self.path / file).exists()

    def read(self, file: str) -> bytes:
        """Return a file."""
        try:
            return (self.path / file).read_bytes()
        except OSError as cause:
            raise CeremonyFileMissing(file) from cause

    def write(self, file: str, content: bytes) -> None:
        """Write a file that is not there yet; others cannot read it."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        try:
            descriptor = os.open(self.path / file, flags, _OWNER_ONLY)
        except FileExistsError as cause:
            raise CeremonyFileTaken(file) from cause
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())

    def replace(self, file: str, content: bytes) -> None:
        """Write a file in place of the one that is there, whole or not at all."""
        fresh = f"{file}.new"
        (self.path / fresh).unlink(missing_ok=True)
        self.write(fresh, content)
        (self.path / fresh).replace(self.path / file)

    def make_root_key(self, file: str, passphrase: Secret) -> PublicKey:
        """Make a P-256 key in PKCS #8, encrypted (RFC 5958 §3)."""
        if len(passphrase.reveal()) < _PASSPHRASE_CHARACTERS:
            raise RootKeyLocked(f"{file}: the passphrase has fewer than 12 characters")
        key = ec.generate_private_key(ec.SECP256R1())
        lock = BestAvailableEncryption(passphrase.reveal().encode())
        self.write(file, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock))
        return _Opened.of(key).public

    def root_key(self, file: str, passphrase: Secret) -> RootKey:
        """Open a root key."""
        content = self.read(file)
        try:
            key = load_pem_private_key(content, passphrase.reveal().encode())
        except (ValueError, TypeError) as cause:
            raise RootKeyLocked(file) from cause
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise RootKeyLocked(f"{file}: not a key that ceremonies make")
        return _Opened.of(key)


@dataclass(frozen=True, slots=True)
class _Opened:
    """A root key in memory, for as long as one step takes."""

    key: ec.EllipticCurvePrivateKey = field(repr=False)
    public: PublicKey

    @classmethod
    def of(cls, key: ec.EllipticCurvePrivateKey) -> "_Opened":
        half = key.public_key()
        kid = thumbprint(PublicKey("", _ALG, half).to_jwk())
        return cls(key, PublicKey(kid, _ALG, half))

    def sign(self, message: bytes) -> bytes:
        """Return ``R ‖ S`` (RFC 7518 §3.4)."""
        return jws_signature_from_der(self.key.sign(message, ec.ECDSA(SHA256())), _ALG)
