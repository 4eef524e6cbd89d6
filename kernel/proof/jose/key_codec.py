"""JWK members to key objects and back (RFC 7518 §6, RFC 8037 §2)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kernel.proof.jose.algorithms import EDWARDS, VerifyingKey, algorithm_of_curve
from kernel.proof.jose.encoding import from_base64url, to_base64url
from kernel.proof.jose.errors import KeyMalformed, KeyTooWeak, Malformed

RSA_MINIMUM_BITS: Final = 2048
_RSA_MAXIMUM_BITS: Final = 8192
_RSA_EXPONENT_BITS: Final = 32
_ED25519_BYTES: Final = 32

_CURVES: Final[Mapping[str, ec.EllipticCurve]] = MappingProxyType(
    {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1()}
)
_CURVE_NAMES: Final = MappingProxyType({"secp256r1": "P-256", "secp384r1": "P-384"})
_REQUIRED: Final = MappingProxyType(
    {"EC": ("crv", "kty", "x", "y"), "RSA": ("e", "kty", "n"), "OKP": ("crv", "kty", "x")}
)


def thumbprint_members(jwk: Mapping[str, object]) -> dict[str, str]:
    """RFC 7638 §3.2: only the required members of the key's type count."""
    required = _REQUIRED.get(member(jwk, "kty"))
    if required is None:
        raise KeyMalformed(detail="unknown key type")
    return {name: member(jwk, name) for name in required}


def load_key(jwk: Mapping[str, object]) -> VerifyingKey:
    """Return the key object of a public JWK.

    Raises:
        KeyTooWeak: RSA below 2,048 bits.
        KeyMalformed: the members are not a key of a type and curve we check.
    """
    loaders = {"EC": _load_ec, "RSA": _load_rsa, "OKP": _load_ed25519}
    load = loaders.get(member(jwk, "kty"))
    if load is None:
        raise KeyMalformed(detail="unknown key type")
    try:
        return load(jwk)
    except (ValueError, Malformed) as cause:
        raise KeyMalformed from cause


def parameters_of(key: VerifyingKey) -> dict[str, object]:
    """Return the JWK members that are the key itself."""
    if isinstance(key, RSAPublicKey):
        numbers = key.public_numbers()
        return {"kty": "RSA", "n": _minimal(numbers.n), "e": _minimal(numbers.e)}
    if isinstance(key, Ed25519PublicKey):
        raw = key.public_bytes(Encoding.Raw, PublicFormat.Raw)
        return {"kty": "OKP", "crv": "Ed25519", "x": to_base64url(raw)}
    point, width = key.public_numbers(), (key.curve.key_size + 7) // 8
    x, y = (to_base64url(axis.to_bytes(width, "big")) for axis in (point.x, point.y))
    return {"kty": "EC", "crv": _CURVE_NAMES[key.curve.name], "x": x, "y": y}


def algorithms_of(key: VerifyingKey) -> frozenset[str]:
    """Return what a key of this type can sign with."""
    if isinstance(key, RSAPublicKey):
        return frozenset({"RS256", "PS256"})
    if isinstance(key, Ed25519PublicKey):
        return EDWARDS
    return frozenset({algorithm_of_curve(_CURVE_NAMES[key.curve.name])})


def member(jwk: Mapping[str, object], name: str) -> str:
    """Return a member that must be a non-empty string."""
    value = jwk.get(name)
    if not isinstance(value, str) or not value:
        raise KeyMalformed(name)
    return value


def _load_ec(jwk: Mapping[str, object]) -> VerifyingKey:
    """RFC 7518 §6.2.1: coordinates have the full width; the point is on the curve."""
    curve = _CURVES.get(member(jwk, "crv"))
    if curve is None:
        raise KeyMalformed(detail="unknown curve")
    x, y = from_base64url(member(jwk, "x")), from_base64url(member(jwk, "y"))
    if {len(x), len(y)} != {(curve.key_size + 7) // 8}:
        raise KeyMalformed(detail="coordinate of the wrong width")
    numbers = ec.EllipticCurvePublicNumbers(
        int.from_bytes(x, "big"), int.from_bytes(y, "big"), curve
    )
    return numbers.public_key()


def _load_rsa(jwk: Mapping[str, object]) -> VerifyingKey:
    """RFC 7518 §6.3.1; at least 2,048 bits by §3.3, and bounded so as not to be slow."""
    n = int.from_bytes(from_base64url(member(jwk, "n")), "big")
    e = int.from_bytes(from_base64url(member(jwk, "e")), "big")
    if n.bit_length() < RSA_MINIMUM_BITS:
        raise KeyTooWeak
    if n.bit_length() > _RSA_MAXIMUM_BITS or e.bit_length() > _RSA_EXPONENT_BITS:
        raise KeyMalformed(detail="RSA numbers too large")
    return RSAPublicNumbers(e, n).public_key()


def _load_ed25519(jwk: Mapping[str, object]) -> VerifyingKey:
    """RFC 8037 §2: only Ed25519 is checked here."""
    raw = from_base64url(member(jwk, "x"))
    if member(jwk, "crv") != "Ed25519" or len(raw) != _ED25519_BYTES:
        raise KeyMalformed(detail="not an Ed25519 key")
    return Ed25519PublicKey.from_public_bytes(raw)


def _minimal(number: int) -> str:
    """RFC 7518 §2: Base64urlUInt has the fewest octets that hold the number."""
    return to_base64url(number.to_bytes((number.bit_length() + 7) // 8, "big"))
