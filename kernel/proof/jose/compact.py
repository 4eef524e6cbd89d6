"""JWS compact serialisation: read without trust, verify, and lay out for a signer."""

import hashlib
import hmac
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import InitVar, dataclass
from functools import lru_cache, wraps
from types import MappingProxyType
from typing import Final, NamedTuple, TypeVar

import orjson

from kernel.proof.jose.algorithms import check_signature
from kernel.proof.jose.encoding import from_base64url, to_base64url
from kernel.proof.jose.errors import (
    AlgorithmNotAllowed,
    BadSignature,
    KeyTooWeak,
    Malformed,
    TooLarge,
)
from kernel.proof.jose.header_rules import (
    algorithm_is_allowed,
    is_of_type,
    key_named,
    nothing_is_critical,
    type_is,
)
from kernel.proof.jose.keys import KeySet
from kernel.proof.jose.profiles import SYMMETRIC, JwsProfile
from kernel.proof.jose.strict_json import decode_object
from kernel.secret import Secret

T = TypeVar("T")

_DOTS: Final = 2
_HEADER_DEPTH: Final = 4
_NUL: Final = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
RECURRING_CHARACTERS: Final = 2048
"""How long a protected header may be to be kept: one that bears an RSA key fits."""
_RECURRING_HEADERS: Final = 1024
_MADE_BY_READ: Final = object()
_MADE_BY_VERIFY: Final = object()


@dataclass(frozen=True, slots=True)
class UnverifiedJws:
    """What a token says about itself. Nobody has answered for it yet.

    Only ``read`` builds one, so that header and claims are those of the token.

    Attributes:
        profile: the purpose it was read for; it is verified for no other.
    """

    proof: InitVar[object]
    token: str
    profile: JwsProfile
    header: Mapping[str, object]
    claims: Mapping[str, object]
    signature: bytes
    signing_input: bytes

    def __post_init__(self, proof: object) -> None:
        """Turn away everybody but ``read``.

        Raises:
            TypeError: the caller is another.
        """
        if proof is not _MADE_BY_READ:
            msg = "unverified tokens come from read() only"
            raise TypeError(msg)


class VerifiedClaims(Mapping[str, object]):
    """Claims under a checked signature. Only ``verify`` can build one."""

    __slots__ = ("_claims", "_header", "_token")

    def __init__(
        self,
        proof: object,
        token: str,
        header: Mapping[str, object],
        claims: Mapping[str, object],
    ) -> None:
        """Take what ``verify`` found; anybody else is turned away.

        Raises:
            TypeError: the caller is not ``verify``.
        """
        if proof is not _MADE_BY_VERIFY:
            msg = "verified claims come from verify() only"
            raise TypeError(msg)
        self._token = token
        self._header = header
        self._claims = claims

    @property
    def token(self) -> str:
        """The compact form that was verified."""
        return self._token

    @property
    def header(self) -> Mapping[str, object]:
        """The protected header; its signature held like that of the claims."""
        return self._header

    def __getitem__(self, name: str) -> object:
        """Return the claim ``name``; KeyError if absent."""
        return self._claims[name]

    def get(self, name: str, default: object = None, /) -> object:
        """Return the claim ``name``, else ``default``: by one call, for rules ask a lot."""
        return self._claims.get(name, default)

    def __contains__(self, name: object) -> bool:
        """Tell whether there is such a claim."""
        return name in self._claims

    def __iter__(self) -> Iterator[str]:
        """Walk the claim names."""
        return iter(self._claims)

    def __len__(self) -> int:
        """Count the claims."""
        return len(self._claims)


def read(token: str, profile: JwsProfile, *others: JwsProfile) -> UnverifiedJws:
    """Return what a token claims, with no trust at all.

    Of several purposes it is read for the one among ``others`` whose type it names, else
    for the first. Everything but the key and the signature is checked, so a caller learns
    here whose keys to look for. ``jku``, ``x5u``, ``x5c`` and ``jwk`` of the header are
    never followed: keys come from the caller (RFC 8725 §3.10).

    Raises:
        TooLarge, Malformed, DuplicateMember, UnknownCritical, WrongType,
        AlgorithmNotAllowed: the token is not one of ``profile``.
    """
    opened = _open(token, profile, *others)
    return UnverifiedJws(
        _MADE_BY_READ,
        token,
        opened.profile,
        opened.header,
        opened.claims(),
        opened.signature,
        opened.signing_input,
    )


def verify(token: str, keys: KeySet, profile: JwsProfile) -> VerifiedClaims:
    """Return the claims of a token signed by one of ``keys`` for this purpose.

    The claims are parsed only after the signature held. Times, issuer and audience are the
    caller's to check (``not_expired`` and its neighbours).

    Raises:
        UnknownKey: no key of the set has the header's ``kid``.
        BadSignature: the signature is not that key's.
        JoseRefused: as for ``read``.

    Source: RFC 7515 §5.2, RFC 8725 §3.
    """
    opened = _open(token, profile)
    key = key_named(opened.header, keys, profile)
    check_signature(
        str(opened.header["alg"]), key.key, opened.signature, opened.signing_input
    )
    return VerifiedClaims(_MADE_BY_VERIFY, token, opened.header, opened.claims())


def verify_read(jws: UnverifiedJws, keys: KeySet) -> VerifiedClaims:
    """Return the claims of a token that was read already, without reading it again.

    Args:
        jws: from ``read``; it is verified for the purpose it was read for.
        keys: as for ``verify``.

    Raises:
        UnknownKey, BadSignature, AlgorithmNotAllowed: as ``verify``.
    """
    key, alg = key_named(jws.header, keys, jws.profile), str(jws.header["alg"])
    check_signature(alg, key.key, jws.signature, jws.signing_input)
    return VerifiedClaims(_MADE_BY_VERIFY, jws.token, jws.header, jws.claims)


def verify_mac(jws: UnverifiedJws, secret: Secret) -> VerifiedClaims:
    """Return the claims of a token made with a secret that its maker shares with us.

    HS256 is the only algorithm, whatever those it was read for. No key comes here and no
    secret goes to ``verify``: neither can be taken for the other (RFC 8725 §2.1).

    Raises:
        AlgorithmNotAllowed: it names another algorithm.
        KeyTooWeak: the secret is shorter than the hash (RFC 7518 §3.2).
        BadSignature: another secret, or other bytes.
    """
    if jws.header["alg"] not in SYMMETRIC:
        raise AlgorithmNotAllowed
    key = secret.reveal().encode()
    if len(key) < hashlib.sha256().digest_size:
        raise KeyTooWeak
    made = hmac.digest(key, jws.signing_input, hashlib.sha256)
    if not hmac.compare_digest(made, jws.signature):
        raise BadSignature
    return VerifiedClaims(_MADE_BY_VERIFY, jws.token, jws.header, jws.claims)


def signing_input(header: Mapping[str, object], claims: Mapping[str, object]) -> bytes:
    """Return the bytes a signer signs (RFC 7515 §5.1 step 5)."""
    parts = (to_base64url(orjson.dumps(dict(part))) for part in (header, claims))
    return ".".join(parts).encode("ascii")


def compact(signed: bytes, signature: bytes) -> str:
    """Join what was signed and its JWS signature (RFC 7515 §7.1).

    Args:
        signed: as ``signing_input`` returned it.
        signature: in JWS form; see ``jws_signature_from_der``.
    """
    return f"{signed.decode('ascii')}.{to_base64url(signature)}"


def no_text_holds_nul(raw: bytes) -> None:
    """RFC 8725 §3.2: no claim holds NUL, which no form takes and no database keeps.

    Raises:
        Malformed: one is, or a member's name.
    """
    if b"u0000" in raw and _NUL.search(raw):
        raise Malformed(detail="NUL in a text")


class _Opened(NamedTuple):
    """A token taken apart, its header checked."""

    profile: JwsProfile
    header: Mapping[str, object]
    payload: str
    signature: bytes
    signing_input: bytes

    def claims(self) -> dict[str, object]:
        """Parse the payload, which for every purpose of ours is a JSON object."""
        raw = from_base64url(self.payload)
        no_text_holds_nul(raw)
        return decode_object(raw, limit_bytes=len(raw), depth=self.profile.depth)


def _open(token: str, profile: JwsProfile, *others: JwsProfile) -> _Opened:
    limit = profile.limit_bytes
    if others:
        limit = max(limit, *(one.limit_bytes for one in others))
    if len(token) > limit:
        raise TooLarge
    if not token.isascii() or token.count(".") != _DOTS:
        raise Malformed(detail="not three segments")
    protected, payload, signature = token.split(".")
    header = protected_header(protected)
    profile = next((one for one in others if is_of_type(header, one)), profile)
    if len(token) > profile.limit_bytes:
        raise TooLarge
    nothing_is_critical(header)
    type_is(header, profile)
    algorithm_is_allowed(header, profile)
    signed = token[: len(protected) + 1 + len(payload)].encode("ascii")
    return _Opened(profile, header, payload, from_base64url(signature), signed)


def recurring(read_of: Callable[[str], T]) -> Callable[[str], T]:
    """Keep what was read of protected headers: whoever signs uses one again and again.

    Long ones are read each time, so that strangers cannot fill the memory; a refusal is
    not kept.
    """
    kept = lru_cache(_RECURRING_HEADERS)(read_of)

    @wraps(read_of)
    def of(protected: str) -> T:
        recurs = len(protected) <= RECURRING_CHARACTERS
        return kept(protected) if recurs else read_of(protected)

    return of


@recurring
def protected_header(protected: str) -> Mapping[str, object]:
    """Return the header that the first segment of a token is.

    Raises:
        Malformed, DuplicateMember, TooLarge: it is no JSON object, or a deep one.
    """
    raw = from_base64url(protected)
    return MappingProxyType(decode_object(raw, limit_bytes=len(raw), depth=_HEADER_DEPTH))
