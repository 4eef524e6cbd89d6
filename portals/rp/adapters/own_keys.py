"""A portal's own private keys, for one that federates itself: two files, made once."""

import os
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from kernel.proof.jose import (
    KeySet,
    PublicKey,
    compact,
    jws_signature_from_der,
    signing_input,
    thumbprint,
)
from portals.rp.errors import KeyNotUsable

ALGORITHM: Final = "ES256"


class KeyUse(StrEnum):
    """OpenID Federation 1.0 §3.1.1: federation keys sign no protocol messages."""

    FEDERATION = "federation"
    PROTOCOL = "protocol"


@dataclass(frozen=True)
class OwnKey:
    """One key in a file that only we may read."""

    file: Path

    @classmethod
    def of(cls, folder: Path, use: KeyUse) -> "OwnKey":
        """Return the key of a use, made if it is new."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = folder / f"{use.value}.pem"
        if not file.exists():
            _make(file)
        return cls(file)

    @cached_property
    def _private(self) -> ec.EllipticCurvePrivateKey:
        try:
            key = load_pem_private_key(self.file.read_bytes(), password=None)
        except (OSError, ValueError) as cause:
            raise KeyNotUsable(str(self.file)) from cause
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise KeyNotUsable(str(self.file))
        return key

    @cached_property
    def kid(self) -> str:
        """RFC 7638: the thumbprint names it."""
        return thumbprint(PublicKey("", ALGORITHM, self._private.public_key()).to_jwk())

    @property
    def published(self) -> KeySet:
        """Return the public part, as a set of one."""
        return KeySet.of([PublicKey(self.kid, ALGORITHM, self._private.public_key())])

    def sign(self, typ: str, claims: dict[str, object]) -> str:
        """Return a compact JWS (RFC 7515 §5.1)."""
        header = {"alg": ALGORITHM, "kid": self.kid, "typ": typ}
        signed = signing_input(header, claims)
        der = self._private.sign(signed, ec.ECDSA(SHA256()))
        return compact(signed, jws_signature_from_der(der, ALGORITHM))


@dataclass(frozen=True)
class OwnKeys:
    """`portals.rp.ports.FederationKeys` in a folder."""

    federation: OwnKey
    protocol: OwnKey

    @classmethod
    def of(cls, folder: Path) -> "OwnKeys":
        """Return the two keys of a folder, made if they are new."""
        return cls(*(OwnKey.of(folder, use) for use in KeyUse))


def _make(file: Path) -> None:
    """Write a fresh key; of two who do so at once, the first one's stays."""
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    fresh = file.with_suffix(f".{os.getpid()}")
    fresh.touch(mode=0o600)
    fresh.write_bytes(pem)
    try:
        os.link(fresh, file)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
