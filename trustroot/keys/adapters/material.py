"""Private keys as bytes, and as objects that sign or decrypt."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)

from kernel.entropy import Entropy, token
from kernel.proof.jose import (
    PublicKey,
    VerifyingKey,
    jws_signature_from_der,
    thumbprint,
)
from kernel.proof.seal import SymmetricKey
from trustroot.keys.adapters.agreement import AgreementKey
from trustroot.keys.domain import Algorithm, CreatedKey, Purpose, rule_of
from trustroot.keys.errors import KeyNotHeld
from trustroot.keys.ports import DecryptionKey, SigningKey

_SYMMETRIC_BYTES: Final = 32
_KID_BYTES: Final = 16
_RSA_BITS: Final = 2048
_RSA_EXPONENT: Final = 65537
_ES256: Final = ec.ECDSA(SHA256())
_PSS: Final = padding.PSS(padding.MGF1(SHA256()), salt_length=SHA256.digest_size)
_PADDINGS: Final[Mapping[Algorithm, padding.AsymmetricPadding]] = {
    Algorithm.RS256: padding.PKCS1v15(),
    Algorithm.PS256: _PSS,
}
_SIGNS: Final = (Algorithm.ES256, Algorithm.ED25519, *_PADDINGS)
PrivateKey = ec.EllipticCurvePrivateKey | Ed25519PrivateKey | rsa.RSAPrivateKey


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


def _rsa() -> rsa.RSAPrivateKey:
    """RFC 7518 §3.3, §3.5: at least 2,048 bits."""
    return rsa.generate_private_key(_RSA_EXPONENT, _RSA_BITS)


_MAKERS: Final[Mapping[Algorithm, _Maker]] = {
    Algorithm.ES256: lambda: ec.generate_private_key(ec.SECP256R1()),
    Algorithm.ED25519: Ed25519PrivateKey.generate,
    Algorithm.RS256: _rsa,
    Algorithm.PS256: _rsa,
    Algorithm.ECDH_ES: lambda: ec.generate_private_key(ec.SECP256R1()),
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
    public = public_jwk(algorithm, key.public_key())
    kid = thumbprint(public)
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    material = Material(purpose, algorithm, kid, der)
    return Made(material, CreatedKey(kid, algorithm, {**public, "kid": kid}))


def public_jwk(algorithm: Algorithm, key: VerifyingKey) -> dict[str, object]:
    """Return the public half, with ``use`` (RFC 7517 §4.2).

    A key that others encrypt to names no ``alg``: it takes more than one (RFC 7518 §4.6).
    """
    if algorithm is Algorithm.ECDH_ES:
        return PublicKey("", None, key, use="enc").to_jwk()
    return PublicKey("", algorithm.value, key).to_jwk()


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


@dataclass(frozen=True, slots=True)
class _RsaKey:
    """RS256 or PS256 (RFC 7518 §3.3, §3.5): one key is only ever used with one."""

    key: rsa.RSAPrivateKey = field(repr=False)
    padding: padding.AsymmetricPadding

    def sign(self, message: bytes) -> bytes:
        """Return the 256 bytes."""
        return self.key.sign(message, self.padding, SHA256())


def signing_key(material: Material) -> SigningKey:
    """Load a private key.

    Raises:
        KeyNotHeld: the material is none to sign with.
    """
    if material.algorithm in _SIGNS:
        key = load_der_private_key(material.private, password=None)
        if isinstance(key, ec.EllipticCurvePrivateKey):
            return _EcdsaKey(key)
        if isinstance(key, Ed25519PrivateKey):
            return _Ed25519Key(key)
        if isinstance(key, rsa.RSAPrivateKey):
            return _RsaKey(key, _PADDINGS[material.algorithm])
    raise KeyNotHeld(f"{material.purpose}: not a signing key")


def decryption_key(material: Material) -> DecryptionKey:
    """Load a private key that others encrypt to.

    Raises:
        KeyNotHeld: the material is none to decrypt with.
    """
    if material.algorithm is not Algorithm.ECDH_ES:
        raise KeyNotHeld(f"{material.purpose}: not a decryption key")
    return AgreementKey.load(material.private)


def symmetric_key(material: Material) -> SymmetricKey:
    """Load a symmetric key.

    Raises:
        KeyNotHeld: the material is a private key.
    """
    if material.algorithm is not Algorithm.SYMMETRIC:
        raise KeyNotHeld(f"{material.purpose}: not a symmetric key")
    return SymmetricKey(material.kid, material.private)
