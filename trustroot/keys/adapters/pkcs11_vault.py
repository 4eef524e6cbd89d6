"""A vault in a security module (PKCS #11): keys are made, used and destroyed there."""

import hashlib
from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pkcs11 import Attribute, Mechanism, Session
from pkcs11.types import PublicKey as TokenPublicKey
from pkcs11.types import SignMixin

from kernel.entropy import Entropy
from kernel.proof.jose import PublicKey, from_base64url, thumbprint
from kernel.proof.seal import SymmetricKey
from kernel.secret import Secret
from trustroot.keys.adapters import pkcs11_token as tokens
from trustroot.keys.adapters.pkcs11_token import Token
from trustroot.keys.domain import Algorithm, CreatedKey, Purpose, rule_of
from trustroot.keys.errors import HardwareUnavailable, KeyNotHeld
from trustroot.keys.ports import DecryptionKey, SigningKey

_PROVISIONAL_BYTES: Final = 16
_OCTET_STRING: Final = 4
_P256_POINT_BYTES: Final = 65
_ED25519_POINT_BYTES: Final = 32


@dataclass(frozen=True, slots=True, eq=False)
class Pkcs11Vault:
    """Implements `trustroot.keys.ports.Vault` for signing keys, over one token.

    A key is found by its label, the purpose, and by CKA_ID, the thumbprint that is its
    ``kid``. Symmetric keys do not lie here: sealing needs their bytes. Nor do keys that
    others encrypt to: a serving process uses those, and it never has a module's PIN.
    """

    token: Token
    pin: Secret
    entropy: Entropy = field(repr=False)

    def prepare(self) -> None:
        """See that the token answers to this PIN."""
        self.token.run(self.pin, lambda _session: None)

    def create(self, purpose: Purpose) -> CreatedKey:
        """Make a fresh key of the purpose's algorithm on the token."""
        algorithm, provisional = (
            rule_of(purpose).algorithm,
            self.entropy(_PROVISIONAL_BYTES),
        )

        def make(session: Session) -> CreatedKey:
            made = tokens.generate(session, algorithm, _label(purpose), provisional)
            jwk = _jwk(algorithm, made[0])
            kid = thumbprint(jwk)
            for half in made:
                half[Attribute.ID] = from_base64url(kid)
            return CreatedKey(kid, algorithm, {**jwk, "kid": kid})

        return self.token.run(self.pin, make)

    def signing_key(self, purpose: Purpose, kid: str) -> SigningKey:
        """Return a private key to sign with, or raise `KeyNotHeld`."""
        key = _TokenKey(self, purpose, kid)
        self.token.run(self.pin, key.found)
        return key

    def decryption_key(self, purpose: Purpose, kid: str) -> DecryptionKey:
        """Refuse: none lies here."""
        raise KeyNotHeld(f"{purpose}: {kid} is not on a token")

    def symmetric_key(self, purpose: Purpose, kid: str) -> SymmetricKey:
        """Refuse: none lies here."""
        raise KeyNotHeld(f"{purpose}: {kid} is not on a token")

    def forget(self, purpose: Purpose, kid: str) -> None:
        """Destroy a key on the token."""
        identifier = from_base64url(kid)

        def destroy(session: Session) -> None:
            tokens.destroy(session, _label(purpose), identifier)

        self.token.run(self.pin, destroy)


@dataclass(frozen=True, slots=True)
class _TokenKey:
    """One private key on the token."""

    vault: Pkcs11Vault
    purpose: Purpose
    kid: str

    def found(self, session: Session) -> SignMixin:
        """Return the key's handle in this session."""
        return tokens.private_key(session, _label(self.purpose), from_base64url(self.kid))

    def sign(self, message: bytes) -> bytes:
        """Return ``R ‖ S`` (RFC 7518 §3.4), or the 64 bytes of EdDSA (RFC 8037 §3.1)."""
        vault, mechanism = self.vault, Mechanism.EDDSA
        if rule_of(self.purpose).algorithm is not Algorithm.ED25519:
            # The digest is made here: not every module hashes (PKCS #11 v2.40 §2.3.6).
            message, mechanism = hashlib.sha256(message).digest(), Mechanism.ECDSA
        return vault.token.run(
            vault.pin, lambda s: bytes(self.found(s).sign(message, mechanism=mechanism))
        )


def _label(purpose: Purpose) -> str:
    return f"trusthub {purpose.value}"


def _jwk(algorithm: Algorithm, key: TokenPublicKey) -> dict[str, object]:
    """Read CKA_EC_POINT: a DER OCTET STRING, from some modules the bare point."""
    raw = bytes(key[Attribute.EC_POINT])
    if algorithm is Algorithm.ED25519:
        point = _point(raw, _ED25519_POINT_BYTES)
        loaded: ec.EllipticCurvePublicKey | Ed25519PublicKey = (
            Ed25519PublicKey.from_public_bytes(point)
        )
    else:
        point = _point(raw, _P256_POINT_BYTES)
        loaded = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    return PublicKey("", algorithm.value, loaded).to_jwk()


def _point(raw: bytes, size: int) -> bytes:
    if len(raw) == size:
        return raw
    if raw[:2] == bytes((_OCTET_STRING, size)) and len(raw) == size + 2:
        return raw[2:]
    raise HardwareUnavailable("the token shows a public key that we cannot read")
