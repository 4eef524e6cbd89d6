"""OIDC Core §3.1.3.7: an ID token, one rule at a time."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from idp.broker.domain import Attempt
from idp.broker.errors import (
    AuthenticationTooOld,
    IdTokenAccessTokenHash,
    IdTokenAlgorithm,
    IdTokenAudience,
    IdTokenExpired,
    IdTokenFromFuture,
    IdTokenIssuer,
    IdTokenKeyUnknown,
    IdTokenMalformed,
    IdTokenNonce,
    IdTokenNonceMissing,
    IdTokenOld,
    IdTokenParty,
    IdTokenSignature,
    IdTokenSubject,
    IdTokenSymmetric,
    IdTokenUnsigned,
    LevelNotMet,
    UpstreamRefused,
)
from kernel.assurance import Level
from kernel.ids import ClientId, same
from kernel.proof import jose
from kernel.secret import Secret

SKEW: Final = timedelta(seconds=60)
_SUBJECT_LIMIT: Final = 255
_HEADER_LIMIT: Final = 65_536
_HEADER_DEPTH: Final = 4
_HASHES: Final = {
    "ES384": hashlib.sha384,
    "EdDSA": hashlib.sha512,
    "Ed25519": hashlib.sha512,
}
_REASONS: Final[Mapping[type[jose.JoseRefused], type[UpstreamRefused]]] = {
    jose.AlgorithmNotAllowed: IdTokenAlgorithm,
    jose.UnknownKey: IdTokenKeyUnknown,
    jose.BadSignature: IdTokenSignature,
    jose.WrongIssuer: IdTokenIssuer,
    jose.WrongAudience: IdTokenAudience,
    jose.Expired: IdTokenExpired,
    jose.IssuedInFuture: IdTokenFromFuture,
    jose.NotYetValid: IdTokenFromFuture,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What the ID token must fit."""

    attempt: Attempt
    client_id: ClientId
    access_token: Secret
    now: datetime


def signed_claims(
    token: str, keys: jose.KeySet, algorithms: frozenset[str]
) -> jose.VerifiedClaims:
    """§3.1.3.7 items 6 to 8: signed by a published key, as the metadata says.

    Raises:
        IdTokenAlgorithm, IdTokenKeyUnknown, IdTokenSignature, IdTokenMalformed: as named.
    """
    profile = replace(jose.ID_TOKEN, algorithms=algorithms)
    try:
        return jose.verify(token, keys, profile)
    except jose.AlgorithmNotAllowed as cause:
        raise algorithm_refused(token) from cause
    except jose.JoseRefused as cause:
        raise reason(cause) from cause


def algorithm_refused(token: str) -> IdTokenAlgorithm:
    """Return the refusal that says what was wrong with the algorithm a header names.

    Called for a token that was refused already; its header could be read.
    """
    header = jose.from_base64url(token.partition(".")[0])
    said = jose.decode_object(header, limit_bytes=_HEADER_LIMIT, depth=_HEADER_DEPTH)
    named = str(said.get("alg"))[:32]
    if named.lower() == "none":
        return IdTokenUnsigned(named)
    if named.upper().startswith("HS"):
        return IdTokenSymmetric(named)
    return IdTokenAlgorithm(named)


def reason(cause: jose.JoseRefused) -> UpstreamRefused:
    """Return the refusal that a reason of the JOSE layer stands for."""
    kind = _REASONS.get(type(cause), IdTokenMalformed)
    return kind(f"{cause.code} {cause.detail}".strip())


def registered_claims_hold(claims: jose.VerifiedClaims, expected: Expected) -> None:
    """§3.1.3.7 items 2, 3, 9, 10: issuer, audience, times."""
    try:
        jose.issued_by(claims, expected.attempt.issuer)
        jose.intended_for(claims, expected.client_id)
        jose.within(claims, expected.now, SKEW)
        issued_at = jose.required_date(claims, "iat")
    except jose.JoseRefused as cause:
        raise reason(cause) from cause
    if issued_at < expected.attempt.started_at - SKEW:
        raise IdTokenOld


def party_is_us(claims: jose.VerifiedClaims, expected: Expected) -> None:
    """§3.1.3.7 items 4, 5: with several audiences there is an ``azp``, and it is us."""
    party = claims.get("azp")
    if party is None and len(jose.audiences(claims)) > 1:
        raise IdTokenParty("missing")
    if party is not None and party != expected.client_id:
        raise IdTokenParty("another")


def nonce_is_ours(claims: jose.VerifiedClaims, expected: Expected) -> None:
    """§3.1.3.7 item 11: the nonce that was sent came back."""
    nonce = claims.get("nonce")
    if nonce is None:
        raise IdTokenNonceMissing
    if not isinstance(nonce, str) or not same(nonce, expected.attempt.nonce):
        raise IdTokenNonce


def subject_is_named(claims: jose.VerifiedClaims) -> str:
    """OIDC Core §2 sub: at most 255 ASCII characters, never empty."""
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= _SUBJECT_LIMIT:
        raise IdTokenSubject
    if not subject.isascii() or not subject.isprintable():
        raise IdTokenSubject
    return subject


def access_token_belongs(claims: jose.VerifiedClaims, expected: Expected) -> None:
    """§3.1.3.8: where there is an ``at_hash``, it is of the access token.

    Half of the hash of the signature's algorithm; EdDSA over Ed25519 hashes by SHA-512.
    """
    stated = claims.get("at_hash")
    if stated is None:
        return
    digest = _HASHES.get(str(claims.header["alg"]), hashlib.sha256)
    whole = digest(expected.access_token.reveal().encode()).digest()
    half = jose.to_base64url(whole[: len(whole) // 2])
    if not isinstance(stated, str) or not same(stated, half):
        raise IdTokenAccessTokenHash


def authentication_is_young(claims: jose.VerifiedClaims, expected: Expected) -> None:
    """§3.1.2.1 max_age: with it, ``auth_time`` is there and young enough.

    Ages are measured when we asked: what a person does upstream afterwards takes its time.
    """
    if expected.attempt.max_age is None:
        return
    try:
        at = jose.required_date(claims, "auth_time")
    except jose.JoseRefused as cause:
        raise AuthenticationTooOld("auth_time") from cause
    if expected.attempt.started_at - at > expected.attempt.max_age + SKEW:
        raise AuthenticationTooOld("max_age")


def authenticated_at(claims: jose.VerifiedClaims, attempt: Attempt) -> datetime | None:
    """OIDC Core §2 auth_time: when the person signed in there; an old sign-on stays old.

    Clocks differ, and a token that was young enough stays so here: a sign-in that may have
    followed our request counts from the request on.
    """
    try:
        at = jose.numeric_date(claims, "auth_time")
    except jose.JoseRefused as cause:
        raise reason(cause) from cause
    if at is None:
        return None
    if at >= attempt.started_at - SKEW:
        return max(at, attempt.started_at)
    if attempt.max_age is None:
        return at
    return max(at, attempt.started_at - attempt.max_age)


def level_is_met(claimed: Level, demanded: Level | None) -> None:
    """OIDC Core §5.5.1.1: an essential ``acr`` that is not met is no authentication."""
    if demanded is not None and claimed < demanded:
        raise LevelNotMet(f"{claimed.value} of {demanded.value}")


def id_token_holds(claims: jose.VerifiedClaims, expected: Expected) -> None:
    """Apply every rule but the signature's."""
    registered_claims_hold(claims, expected)
    party_is_us(claims, expected)
    nonce_is_ours(claims, expected)
    subject_is_named(claims)
    access_token_belongs(claims, expected)
    authentication_is_young(claims, expected)
