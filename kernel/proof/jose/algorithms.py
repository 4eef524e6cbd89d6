"""The signature algorithms of JOSE, as a table over loaded public keys.

No private key passes here: signers hold theirs, ask ``signing_input`` for the bytes and
``compact`` for the result.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.hashes import SHA256, SHA384

from kernel.proof.jose.errors import AlgorithmNotAllowed, BadSignature

EDWARDS: Final = frozenset({"EdDSA", "Ed25519"})
"""RFC 9864 §2.2: with a key on Ed25519 the two names mean one algorithm."""
VerifyingKey = EllipticCurvePublicKey | RSAPublicKey | Ed25519PublicKey


class SignatureCheck(Protocol):
    """Checks one signature over ``message``; returns only if it holds."""

    def __call__(self, key: VerifyingKey, signature: bytes, message: bytes) -> None:
        """Raise ``BadSignature`` or the library's ``InvalidSignature`` otherwise."""
        ...


def algorithm_of_curve(curve: str) -> str:
    """Return the one algorithm of an elliptic curve (RFC 7518 §3.4)."""
    return _CURVE_ALGORITHMS[curve]


def check_signature(
    algorithm: str, key: VerifyingKey, signature: bytes, message: bytes
) -> None:
    """Check that ``signature`` over ``message`` was made by ``key``'s private half.

    Raises:
        BadSignature: it was not, or it has the wrong length.
        AlgorithmNotAllowed: the algorithm is none of ours, or not one of this key.
    """
    check = _CHECKS.get(algorithm)
    if check is None:
        raise AlgorithmNotAllowed(algorithm[:16])
    try:
        check(key, signature, message)
    except InvalidSignature as cause:
        raise BadSignature from cause


def jws_signature_from_der(der: bytes, algorithm: str) -> bytes:
    """Return the JWS form of what a signer produced.

    ECDSA signers give ASN.1 DER, JWS wants ``R ‖ S`` of fixed length (RFC 7518 §3.4);
    signatures of the other algorithms have one form and pass unchanged.

    Raises:
        BadSignature: ``der`` is no ECDSA signature of this algorithm's size.
    """
    width = _ECDSA_WIDTH.get(algorithm)
    if width is None:
        return der
    try:
        r, s = decode_dss_signature(der)
        return r.to_bytes(width, "big") + s.to_bytes(width, "big")
    except (ValueError, OverflowError) as cause:
        raise BadSignature(detail="not a DER signature") from cause


def _der_from_jws(signature: bytes, width: int) -> bytes:
    """RFC 7518 §3.4: any other length than twice the order's is invalid."""
    if len(signature) != 2 * width:
        raise BadSignature(detail="wrong length")
    r = int.from_bytes(signature[:width], "big")
    s = int.from_bytes(signature[width:], "big")
    if r == 0 or s == 0:
        raise BadSignature(detail="zero")
    return encode_dss_signature(r, s)


@dataclass(frozen=True, slots=True)
class _Ecdsa:
    """RFC 7518 §3.4, over a key of exactly this curve."""

    curve: type[ec.EllipticCurve]
    width: int
    scheme: ec.ECDSA

    def __call__(self, key: VerifyingKey, signature: bytes, message: bytes) -> None:
        if not isinstance(key, EllipticCurvePublicKey) or not isinstance(
            key.curve, self.curve
        ):
            raise AlgorithmNotAllowed
        key.verify(_der_from_jws(signature, self.width), message, self.scheme)


@dataclass(frozen=True, slots=True)
class _Rsa:
    """RFC 7518 §3.3 and §3.5."""

    padding: padding.AsymmetricPadding

    def __call__(self, key: VerifyingKey, signature: bytes, message: bytes) -> None:
        if not isinstance(key, RSAPublicKey):
            raise AlgorithmNotAllowed
        key.verify(signature, message, self.padding, SHA256())


def _ed25519(key: VerifyingKey, signature: bytes, message: bytes) -> None:
    """RFC 8037 §3.1."""
    if not isinstance(key, Ed25519PublicKey):
        raise AlgorithmNotAllowed
    key.verify(signature, message)


_PSS: Final = padding.PSS(mgf=padding.MGF1(SHA256()), salt_length=SHA256.digest_size)
_CHECKS: Final[Mapping[str, SignatureCheck]] = MappingProxyType(
    {
        "ES256": _Ecdsa(ec.SECP256R1, 32, ec.ECDSA(SHA256())),
        "RS256": _Rsa(padding.PKCS1v15()),
        "PS256": _Rsa(_PSS),
        "EdDSA": _ed25519,
        "Ed25519": _ed25519,
        "ES384": _Ecdsa(ec.SECP384R1, 48, ec.ECDSA(SHA384())),
    }
)
_ECDSA_WIDTH: Final = MappingProxyType({"ES256": 32, "ES384": 48})
_CURVE_ALGORITHMS: Final = MappingProxyType({"P-256": "ES256", "P-384": "ES384"})
