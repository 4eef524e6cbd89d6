"""OpenID Federation 1.0 §5.2.1: the keys of an entity type, by value or by reference."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from federation.domain import VerifiedChain
from federation.errors import KeysNotUsable
from kernel.proof.jose import (
    HISTORICAL_KEYS,
    JoseRefused,
    KeySet,
    decode_object,
    issued_by,
    issued_in_past,
    not_expired,
    required_text,
    verify,
)

SIGNED_JWK_SET: Final = HISTORICAL_KEYS
"""Both are of type ``jwk-set+jwt`` (OpenID Federation 1.0 §5.2.1, §8.7)."""
_SIGNED: Final = "signed_jwks_uri"
_PLAIN: Final = "jwks_uri"


@dataclass(frozen=True, slots=True)
class KeySource:
    """Where keys are served, and whether the answer is signed."""

    url: str
    signed: bool


def source_of(metadata: Mapping[str, object]) -> KeySource:
    """§5.2.1.1: several representations are the same keys; what is signed is preferred.

    Raises:
        KeysNotUsable: there is none, or it is no URL.
    """
    name = _SIGNED if _SIGNED in metadata else _PLAIN
    url = metadata.get(name)
    if not isinstance(url, str) or not url:
        raise KeysNotUsable("no jwks, signed_jwks_uri or jwks_uri")
    parts = urlsplit(url)
    if parts.scheme not in {"https", "http"} or not parts.hostname or parts.fragment:
        raise KeysNotUsable(name)
    return KeySource(url, signed=name == _SIGNED)


def key_set(jwks: object) -> KeySet:
    """§5.2.1: a JWK Set of public keys, each named once.

    Raises:
        KeysNotUsable: it is none.
    """
    if not isinstance(jwks, Mapping):
        raise KeysNotUsable("jwks is no object")
    try:
        return KeySet.parse(jwks)
    except JoseRefused as cause:
        raise KeysNotUsable(f"{cause.code} {cause.detail}") from cause


def plain_key_set(raw: bytes) -> KeySet:
    """RFC 7517 §5: what was served is a JWK Set.

    Raises:
        KeysNotUsable: it is none.
    """
    try:
        return key_set(decode_object(raw))
    except JoseRefused as cause:
        raise KeysNotUsable(f"{cause.code} {cause.detail}") from cause


def signed_key_set(token: str, chain: VerifiedChain, now: datetime) -> KeySet:
    """§5.2.1: the JWT is signed by a Federation Entity Key of the subject, about itself.

    ``iss`` and ``sub`` are both the subject: §5.2.1 lets another speak for it, we do not.
    ``iat`` and ``exp`` are optional, and hold if they are there.

    Raises:
        KeysNotUsable: it is not, or is out of its time.
    """
    try:
        claims = verify(token, chain.subject_keys, SIGNED_JWK_SET)
        issued_by(claims, chain.subject)
        if required_text(claims, "sub") != chain.subject:
            raise KeysNotUsable("sub is another")
        if "iat" in claims:
            issued_in_past(claims, now)
        if "exp" in claims:
            not_expired(claims, now)
    except JoseRefused as cause:
        raise KeysNotUsable(f"{cause.code} {cause.detail}") from cause
    return key_set({"keys": claims.get("keys")})
