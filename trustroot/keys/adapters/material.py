"""Private keys as bytes, and as objects that sign."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)

from kernel.entropy import Entropy, token
from kernel.proof.jose import PublicKey, jws_signature_from_der, thumbprint
from kernel.proof.seal import SymmetricKey
from trustroot.keys.domain import Algorithm, CreatedKey, Purpose, rule_of
from trustroot.keys.errors import KeyNotHeld
from trustroot.keys.ports import SigningKey

_SYMMETRIC_BYTES: Final = 32
_KID_BYTES: Final = 16
_ES256: Final = ec.ECDSA(SHA256())
PrivateKey = ec.EllipticCurvePrivateKey | Ed25519PrivateKey


@dataclass(frozen=True, slots=True)
class Material:
    """One secret key as a vault keeps it: PKCS #8 DER, or the bytes of a symmetric key."""

    purpose: Purpose
    algorithm: Algorithm
    kid: str
    private: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Made:
    """A fresh key: what the vault keeps of it, and what everybody may know."""

    material: Material
    created: CreatedKey


class _Maker(Protocol):
    def __call__(self) -> PrivateKey: ...


_MAKERS: Final[Mapping[Algorithm, _Maker]] = {
    Algorithm.ES256: lambda: ec.generate_private_key(ec.SECP256R1()),
    Algorithm.ED25519: Ed25519PrivateKey.generate,
}


def make(purpose: Purpose, entropy: Entropy) -> Made:
    """Make a fresh key of the purpose's algorithm.

    Raises:
        PurposeUnsupported: no algorithm is laid down for the purpose.
    """
    rule = rule_of(purpose)
    if rule.algorithm is Algorithm.SYMMETRIC:
        return _make_symmetric(purpose, entropy)
    return _make_pair(purpose, rule.algorithm)


def _make_symmetric(purpose: Purpose, entropy: Entropy) -> Made:
    kid, secret = token(entropy, _KID_BYTES), entropy(_SYMMETRIC_BYTES)
    material = Material(purpose, Algorithm.SYMMETRIC, kid, secret)
    return Made(material, CreatedKey(kid, Algorithm.SYMMETRIC))


def _make_pair(purpose: Purpose, algorithm: Algorithm) -> Made:
    key = _MAKERS[algorithm]()
    public = PublicKey("", algorithm.value, key.public_key()).to_jwk()
    kid = thumbprint(public)
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    material = Material(purpose, algorithm, kid, der)
    return Made(material, CreatedKey(kid, algorithm, {**public, "kid": kid}))


@dataclass(frozen=True, slots=True)
class _EcdsaKey:
    """ES256 (RFC 7518 §3.4)."""

    key: ec.EllipticCurvePrivateKey = field(repr=False)

    def sign(self, message: bytes) -> bytes:
        """Return ``R ‖ S``."""
        der = self.key.sign(message, _ES256)
        return jws_signature_from_der(der, Algorithm.ES256.value)


@dataclass(frozen=True, slots=True)
class _Ed25519Key:
    """EdDSA over Ed25519 (RFC 8037 §3.1)."""

    key: Ed25519PrivateKey = field(repr=False)

    def sign(self, message: bytes) -> bytes:
        """Return the 64 bytes."""
        return self.key.sign(message)


def signing_key(material: Material) -> SigningKey:
    """Load a private key.

    Raises:
        KeyNotHeld: the material is none to sign with.
    """
    if material.algorithm is not Algorithm.SYMMETRIC:
        key = load_der_private_key(material.private, password=None)
        if isinstance(key, ec.EllipticCurvePrivateKey):
            return _EcdsaKey(key)
        if isinstance(key, Ed25519PrivateKey):
            return _Ed25519Key(key)
    raise KeyNotHeld(f"{material.purpose}: not a signing key")


def symmetric_key(material: Material) -> SymmetricKey:
    """Load a symmetric key.

    Raises:
        KeyNotHeld: the material is a private key.
    """
    if material.algorithm is not Algorithm.SYMMETRIC:
        raise KeyNotHeld(f"{material.purpose}: not a symmetric key")
    return SymmetricKey(material.kid, material.private)
