"""Keys of invented parties: the tests sign, the room under test only checks."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, Protocol

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA384

from kernel.proof import jose
from kernel.proof.jose.algorithms import VerifyingKey

ALGORITHMS: Final = ("ES256", "RS256", "PS256", "EdDSA", "Ed25519", "ES384")
_PSS: Final = padding.PSS(mgf=padding.MGF1(SHA256()), salt_length=32)


class _Sign(Protocol):
    def __call__(self, message: bytes, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Signer:
    """One private key with a name and an algorithm."""

    kid: str
    alg: str
    sign: _Sign
    public: VerifyingKey

    @property
    def key(self) -> jose.PublicKey:
        return jose.PublicKey(self.kid, self.alg, self.public)

    @property
    def keys(self) -> jose.KeySet:
        return jose.KeySet.of([self.key])

    def header(self, typ: str) -> dict[str, object]:
        return {"typ": typ, "alg": self.alg, "kid": self.kid}

    def token(self, header: Mapping[str, object], claims: Mapping[str, object]) -> str:
        return self.raw(jose.signing_input(header, claims))

    def raw(self, signed: bytes) -> str:
        signature = jose.jws_signature_from_der(self.sign(signed), self.alg)
        return jose.compact(signed, signature)


@cache
def signer(alg: str = "ES256", kid: str = "k1") -> Signer:
    """Return a signer, the same for the same question."""
    if alg in {"RS256", "PS256"}:
        return _rsa(alg, kid)
    if alg in {"EdDSA", "Ed25519"}:
        edwards = ed25519.Ed25519PrivateKey.generate()
        return Signer(kid, alg, edwards.sign, edwards.public_key())
    curve, digest = (
        (ec.SECP256R1(), SHA256()) if alg == "ES256" else (ec.SECP384R1(), SHA384())
    )
    private = ec.generate_private_key(curve)
    scheme = ec.ECDSA(digest)
    return Signer(kid, alg, lambda raw: private.sign(raw, scheme), private.public_key())


@cache
def rsa_private() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def _rsa(alg: str, kid: str) -> Signer:
    private = rsa_private()
    scheme = _PSS if alg == "PS256" else padding.PKCS1v15()
    return Signer(
        kid, alg, lambda raw: private.sign(raw, scheme, SHA256()), private.public_key()
    )
