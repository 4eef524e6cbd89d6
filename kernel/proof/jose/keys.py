"""Public keys of others and of ours, loaded once, and sets of them."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Final, Self

import orjson

from kernel.proof.jose.algorithms import EDWARDS, VerifyingKey
from kernel.proof.jose.encoding import to_base64url
from kernel.proof.jose.errors import (
    DuplicateKeyId,
    KeyMalformed,
    KeyNotPublic,
    TooLarge,
    UnknownKey,
)
from kernel.proof.jose.key_codec import (
    algorithms_of,
    load_key,
    parameters_of,
    thumbprint_members,
)

_KEYS_LIMIT: Final = 64
_KID_LIMIT: Final = 256
_REMEMBERED: Final = 4096
_KNOWN_TYPES: Final = frozenset({"EC", "RSA", "OKP"})
_KNOWN_CURVES: Final = frozenset({"P-256", "P-384", "Ed25519"})
_SECRET_MEMBERS: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"})


def thumbprint(jwk: Mapping[str, object]) -> str:
    """Return the SHA-256 thumbprint of a public JWK as base64url text.

    Raises:
        KeyMalformed: the key type is unknown or a required member is missing.

    Source: RFC 7638 §3.
    """
    return to_base64url(hashlib.sha256(_canonical(jwk)).digest())


def _canonical(jwk: Mapping[str, object]) -> bytes:
    try:
        return orjson.dumps(thumbprint_members(jwk), option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError as cause:
        raise KeyMalformed(detail="not Unicode") from cause


@dataclass(frozen=True, slots=True)
class PublicKey:
    """One public key with its name.

    ``alg`` is None when the JWK leaves it open; ``use`` is ``sig``, ``enc`` or None.
    """

    kid: str
    alg: str | None
    key: VerifyingKey = field(repr=False)
    use: str | None = "sig"
    operations: frozenset[str] | None = None
    algorithms: frozenset[str] = field(init=False, repr=False, compare=False)
    """The signature algorithms it may be used with; empty for encryption keys."""
    _thumbprint: str | None = field(default=None, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Settle once what the key may be used for: every verification asks."""
        object.__setattr__(self, "algorithms", _algorithms(self))

    @classmethod
    def parse(cls, jwk: Mapping[str, object]) -> Self:
        """Read a public JWK; a missing ``kid`` becomes the thumbprint.

        Raises:
            KeyNotPublic: a private or symmetric key.
            KeyTooWeak: RSA below 2,048 bits.
            KeyMalformed: anything else that is not a key (RFC 7517 §4, RFC 7518 §6).
        """
        is_public(jwk)
        key, own_name, spelt_name = _loaded(_canonical(jwk))
        kid = _text(jwk, "kid") or spelt_name
        if len(kid) > _KID_LIMIT:
            raise KeyMalformed(detail="kid too long")
        read = cls(kid, _text(jwk, "alg"), key, _text(jwk, "use"), _operations(jwk))
        object.__setattr__(read, "_thumbprint", own_name)
        return read

    @property
    def thumbprint(self) -> str:
        """SHA-256 thumbprint of the key itself, whatever it is named (RFC 7638).

        It is reckoned over the key's numbers: no other spelling of a JWK changes it.
        """
        if self._thumbprint is None:
            object.__setattr__(self, "_thumbprint", thumbprint(parameters_of(self.key)))
        return str(self._thumbprint)

    def to_jwk(self) -> dict[str, object]:
        """Return the public JWK with ``kid`` and, where known, ``alg`` and ``use``."""
        named = {"kid": self.kid, "alg": self.alg, "use": self.use}
        shown = {name: value for name, value in named.items() if value is not None}
        return {**parameters_of(self.key), **shown}


@dataclass(frozen=True, slots=True)
class KeySet:
    """Public keys by ``kid``, each name once."""

    by_kid: Mapping[str, PublicKey]

    @classmethod
    def of(cls, keys: Iterable[PublicKey]) -> Self:
        """Collect keys.

        Raises:
            DuplicateKeyId: two of them have one ``kid``.
            TooLarge: more than 64 keys.
        """
        held = tuple(keys)
        if len(held) > _KEYS_LIMIT:
            raise TooLarge(detail="too many keys")
        by_kid = {key.kid: key for key in held}
        if len(by_kid) != len(held):
            raise DuplicateKeyId
        return cls(MappingProxyType(by_kid))

    @classmethod
    def parse(cls, jwks: Mapping[str, object]) -> Self:
        """Read a JWK Set; keys of a type or curve we do not know are passed over.

        Raises:
            KeyNotPublic: a member is private or symmetric, of whatever type.
            KeyTooWeak, KeyMalformed, DuplicateKeyId, TooLarge: as named.

        Source: RFC 7517 §5.
        """
        members = jwks.get("keys")
        if not isinstance(members, list) or not all(isinstance(k, dict) for k in members):
            raise KeyMalformed(detail="keys is not an array of objects")
        if len(members) > _KEYS_LIMIT:
            raise TooLarge(detail="too many keys")
        for member in members:
            is_public(member)
        return cls.of(PublicKey.parse(jwk) for jwk in members if _is_known(jwk))

    def find(self, kid: str) -> PublicKey:
        """Return the key of this name.

        Raises:
            UnknownKey: there is none.
        """
        key = self.by_kid.get(kid)
        if key is None:
            raise UnknownKey
        return key

    def only(self, algorithm: str) -> PublicKey:
        """Return the one key that fits when the header names none (OIDC Core §10.1).

        Raises:
            UnknownKey: none fits, or more than one.
        """
        fitting = [key for key in self.by_kid.values() if algorithm in key.algorithms]
        if len(fitting) != 1:
            raise UnknownKey
        return fitting[0]

    def to_jwks(self) -> dict[str, object]:
        """Return the JWK Set for publication."""
        return {"keys": [key.to_jwk() for key in self.by_kid.values()]}


@lru_cache(maxsize=_REMEMBERED)
def _loaded(canonical: bytes) -> tuple[VerifyingKey, str, str]:
    """Return the key object of a JWK's required members, its thumbprint, its spelling's.

    The same few keys of superiors stand in every chain: their points are checked once.
    """
    key = load_key(orjson.loads(canonical))
    spelt = to_base64url(hashlib.sha256(canonical).digest())
    return key, thumbprint(parameters_of(key)), spelt


def is_public(jwk: Mapping[str, object]) -> None:
    """RFC 7517 §9.2: what is handed around holds no private or symmetric part."""
    if jwk.get("kty") == "oct" or not _SECRET_MEMBERS.isdisjoint(jwk):
        raise KeyNotPublic


def _algorithms(key: PublicKey) -> frozenset[str]:
    """RFC 7517 §4.2 to §4.4: use, operations and algorithm each narrow what is possible."""
    if key.use not in {None, "sig"} or "verify" not in (key.operations or {"verify"}):
        return frozenset()
    possible = algorithms_of(key.key)
    if key.alg is None or (key.alg in EDWARDS and possible == EDWARDS):
        return possible
    return possible & {key.alg}


def _is_known(jwk: Mapping[str, object]) -> bool:
    """RFC 7517 §5: implementations SHOULD ignore keys they do not understand.

    A type or curve that is no text is one of those: it is in no set, and cannot be asked.
    """
    kind, curve = jwk.get("kty"), jwk.get("crv")
    if not isinstance(kind, str) or kind not in _KNOWN_TYPES:
        return False
    return kind == "RSA" or (isinstance(curve, str) and curve in _KNOWN_CURVES)


def _text(jwk: Mapping[str, object], name: str) -> str | None:
    """RFC 7517 §4: a member that names something; with NUL no database keeps it."""
    value = jwk.get(name)
    if value is not None and (not isinstance(value, str) or not value or "\0" in value):
        raise KeyMalformed(name)
    return value


def _operations(jwk: Mapping[str, object]) -> frozenset[str] | None:
    value = jwk.get("key_ops")
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise KeyMalformed(detail="key_ops")
    return frozenset(value)
