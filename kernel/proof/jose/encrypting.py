"""Content encrypted to a public key of somebody else: compact JWE (RFC 7516 §7.1).

Only what is whole with today's libraries: no ``dir``, no RSA1_5, no password, no ``zip``.
The library makes the one-time keys.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from joserfc.jwe import JWERegistry, encrypt_compact
from joserfc.jwk import ECKey, RSAKey

from kernel.proof.jose.algorithms import VerifyingKey
from kernel.proof.jose.errors import AlgorithmNotAllowed, UnknownKey
from kernel.proof.jose.keys import KeySet, PublicKey

KEY_ENCRYPTIONS: Final[Mapping[str, type]] = MappingProxyType(
    {
        "RSA-OAEP-256": RSAPublicKey,
        "ECDH-ES": EllipticCurvePublicKey,
        "ECDH-ES+A128KW": EllipticCurvePublicKey,
        "ECDH-ES+A256KW": EllipticCurvePublicKey,
    }
)
"""How a content key reaches its reader, and the type of key that takes (RFC 7518 §4.1)."""
CONTENT_ENCRYPTIONS: Final = ("A128CBC-HS256", "A128GCM", "A256GCM")
"""How content is encrypted (RFC 7518 §5.1), the default of OIDC first."""

_OPERATIONS: Final = frozenset({"deriveKey", "deriveBits", "wrapKey", "encrypt"})
_ALLOWED: Final = JWERegistry(
    algorithms=[*KEY_ENCRYPTIONS, *CONTENT_ENCRYPTIONS], strict_check_header=False
)


def encrypted_to(
    keys: KeySet, alg: str, enc: str, content: bytes, *, content_type: str | None = None
) -> str:
    """Return a compact JWE that only the holder of one of ``keys`` can open.

    Of the reader's keys the first that fits ``alg`` is taken, one that is for nothing else
    before one for whatever; ``content_type`` is ``JWT`` for a signed token.

    Raises:
        AlgorithmNotAllowed: a name that is not in the tables.
        UnknownKey: none of the keys takes it.

    Source: RFC 7516 §5.1, RFC 7519 §5.2, OIDC Core §10.2.
    """
    if alg not in KEY_ENCRYPTIONS or enc not in CONTENT_ENCRYPTIONS:
        raise AlgorithmNotAllowed(f"{alg[:16]} {enc[:16]}")
    reader = key_to_encrypt_to(keys, alg)
    named = {"alg": alg, "enc": enc, "kid": reader.kid, "cty": content_type}
    header = {name: value for name, value in named.items() if value is not None}
    return encrypt_compact(header, content, _loaded(reader.key), registry=_ALLOWED)


def key_to_encrypt_to(keys: KeySet, alg: str) -> PublicKey:
    """Return the key of a reader that takes an algorithm (RFC 7517 §4.2 to §4.4).

    Raises:
        UnknownKey: there is none.
    """
    fitting = [key for key in keys.by_kid.values() if _takes(key, alg)]
    if not fitting:
        raise UnknownKey(alg)
    return next((key for key in fitting if key.use == "enc"), fitting[0])


def _takes(key: PublicKey, alg: str) -> bool:
    if key.use not in {None, "enc"} or key.alg not in {None, alg}:
        return False
    of_type = isinstance(key.key, KEY_ENCRYPTIONS[alg])
    return of_type and not _OPERATIONS.isdisjoint(key.operations or _OPERATIONS)


def _loaded(key: VerifyingKey) -> ECKey | RSAKey:
    """Return the library's form of a key that `_takes` has let through."""
    if isinstance(key, RSAPublicKey):
        return RSAKey.import_key(key)
    if isinstance(key, EllipticCurvePublicKey):
        return ECKey.import_key(key)
    raise AlgorithmNotAllowed
