"""What an offline root of several keys signs for the keys of an anchor.

Like the root role of TUF: a file of keys and a threshold, no secret shared. M of N holders
sign, each with a key of their own, that an anchor's online keys are these and until when. A
general JSON JWS (RFC 7515 §7.2.1) carries their signatures; each is checked as the compact
JWS it is equal to.
"""

from collections.abc import Iterator, Mapping
from dataclasses import InitVar, dataclass
from datetime import datetime, timedelta
from typing import Final, Self, cast

import orjson

from kernel.ids import EntityId
from kernel.proof.jose import (
    JoseRefused,
    JwsProfile,
    KeySet,
    VerifiedClaims,
    issued_in_past,
    not_expired,
    required_date,
    required_text,
    to_base64url,
    verify,
)
from kernel.proof.statement.building import Lifetime
from kernel.proof.statement.errors import StatementRefused

TYP: Final = "trusthub-endorsement+jwt"
CLAIM: Final = "trusthub_endorsement"
"""Under which an anchor carries its endorsement in its entity configuration."""
PROFILE: Final = JwsProfile(TYP, limit_bytes=64 * 1024)
DEFAULT_SKEW: Final = timedelta(seconds=60)
_SIGNATURES_LIMIT: Final = 32
_MADE_BY_VERIFY: Final = object()


class RootMalformed(StatementRefused):
    """A root file does not hold distinct public keys and a threshold among them."""

    code = "root_malformed"


class EndorsementMalformed(StatementRefused):
    """An endorsement is no general JSON JWS of our form."""

    code = "endorsement_malformed"


class TooFewSignatures(StatementRefused):
    """Fewer keys of the root have signed than its threshold asks for."""

    code = "endorsement_too_few_signatures"


@dataclass(frozen=True, slots=True)
class RootKeys:
    """The public keys of an offline root, and how many of them must agree."""

    keys: KeySet
    threshold: int

    def __post_init__(self) -> None:
        """Refuse one key under two names, and a threshold that nobody or nothing can meet.

        Raises:
            RootMalformed: one or the other.
        """
        distinct = {orjson.dumps(_bare(key.to_jwk())) for key in self.keys.by_kid.values()}
        if len(distinct) != len(self.keys.by_kid):
            raise RootMalformed(detail="one key stands there twice")
        if not 1 <= self.threshold <= len(distinct):
            raise RootMalformed(detail="threshold")

    @classmethod
    def parse(cls, file: Mapping[str, object]) -> Self:
        """Read ``{"keys": [public JWK…], "threshold": M}``.

        Raises:
            RootMalformed, JoseRefused: it is none.
        """
        threshold = file.get("threshold")
        if not isinstance(threshold, int) or isinstance(threshold, bool):
            raise RootMalformed(detail="threshold")
        return cls(KeySet.parse(file), threshold)

    def to_json(self) -> dict[str, object]:
        """Return the file's content."""
        return {**self.keys.to_jwks(), "threshold": self.threshold}


@dataclass(frozen=True, slots=True)
class Endorsement:
    """An endorsement with the signatures it has so far. Nobody has checked them."""

    payload: str
    signatures: tuple[tuple[str, str], ...] = ()

    @classmethod
    def draft(cls, subject: EntityId, keys: KeySet, lifetime: Lifetime) -> Self:
        """Lay out what the holders are asked to sign: these keys are that anchor's."""
        claims = {"sub": subject, "jwks": keys.to_jwks(), **lifetime.claims()}
        return cls(to_base64url(orjson.dumps(claims)))

    @classmethod
    def parse(cls, value: object) -> Self:
        """Read the general JSON serialisation (RFC 7515 §7.2.1).

        Raises:
            EndorsementMalformed: another form, an unprotected header, or too many
                signatures to be looked at.
        """
        if not isinstance(value, Mapping) or set(value) != {"payload", "signatures"}:
            raise EndorsementMalformed
        payload, signatures = value["payload"], value["signatures"]
        if not isinstance(payload, str) or not isinstance(signatures, list):
            raise EndorsementMalformed
        if len(signatures) > _SIGNATURES_LIMIT:
            raise EndorsementMalformed(detail="too many signatures")
        return cls(payload, tuple(_pair(each) for each in signatures))

    def to_json(self) -> dict[str, object]:
        """Return the general JSON serialisation."""
        signatures = [{"protected": p, "signature": s} for p, s in self.signatures]
        return {"payload": self.payload, "signatures": signatures}

    def input_for(self, kid: str, alg: str) -> bytes:
        """Return the bytes that the holder of one key signs (RFC 7515 §5.1 step 5)."""
        return f"{_protected(kid, alg)}.{self.payload}".encode("ascii")

    def with_signature(self, kid: str, alg: str, signature: bytes) -> "Endorsement":
        """Return it with one more signature, in place of an older one of the same key."""
        protected = _protected(kid, alg)
        others = tuple(pair for pair in self.signatures if pair[0] != protected)
        pair = (protected, to_base64url(signature))
        return Endorsement(self.payload, (*others, pair))


@dataclass(frozen=True, slots=True)
class VerifiedEndorsement:
    """Keys that enough of a root's holders say are an anchor's. Only `endorsed` builds one.

    ``signers`` are the names of the root keys whose signatures held.
    """

    proof: InitVar[object]
    subject: EntityId
    keys: KeySet
    issued_at: datetime
    expires_at: datetime
    signers: frozenset[str]

    def __post_init__(self, proof: object) -> None:
        """Turn away everybody but `endorsed`.

        Raises:
            TypeError: the caller is another.
        """
        if proof is not _MADE_BY_VERIFY:
            msg = "verified endorsements come from endorsed() only"
            raise TypeError(msg)


def endorsed(
    claimed: Endorsement, root: RootKeys, now: datetime, skew: timedelta = DEFAULT_SKEW
) -> VerifiedEndorsement:
    """Return what an endorsement says if enough keys of the root have signed it.

    A signature that does not hold counts for nothing and spoils nothing: a holder whose key
    was replaced must not be able to silence the others.

    Raises:
        TooFewSignatures: fewer than the threshold hold.
        IssuedInFuture, Expired, ClaimRefused, KeyRefused: it is not in force, or says
            nothing usable.
    """
    held = {str(claims.header["kid"]): claims for claims in _holding(claimed, root)}
    if len(held) < root.threshold:
        raise TooFewSignatures(f"{len(held)} of {root.threshold}")
    claims = next(iter(held.values()))
    issued_in_past(claims, now, skew)
    not_expired(claims, now, skew)
    return VerifiedEndorsement(
        _MADE_BY_VERIFY,
        EntityId(required_text(claims, "sub")),
        _keys(claims),
        required_date(claims, "iat"),
        required_date(claims, "exp"),
        frozenset(held),
    )


def _holding(claimed: Endorsement, root: RootKeys) -> Iterator[VerifiedClaims]:
    for protected, signature in claimed.signatures:
        token = f"{protected}.{claimed.payload}.{signature}"
        try:
            yield verify(token, root.keys, PROFILE)
        except JoseRefused:
            continue


def _keys(claims: Mapping[str, object]) -> KeySet:
    jwks = claims.get("jwks")
    if not isinstance(jwks, Mapping):
        raise EndorsementMalformed(detail="jwks")
    keys = KeySet.parse(cast("Mapping[str, object]", jwks))
    if not keys.by_kid:
        raise EndorsementMalformed(detail="jwks")
    return keys


def _protected(kid: str, alg: str) -> str:
    return to_base64url(orjson.dumps({"alg": alg, "kid": kid, "typ": TYP}))


def _pair(value: object) -> tuple[str, str]:
    """RFC 7515 §7.2.1: one signature; what is not protected says nothing to us."""
    if not isinstance(value, Mapping) or set(value) != {"protected", "signature"}:
        raise EndorsementMalformed
    protected, signature = value["protected"], value["signature"]
    if not isinstance(protected, str) or not isinstance(signature, str):
        raise EndorsementMalformed
    return protected, signature


def _bare(jwk: Mapping[str, object]) -> list[tuple[str, object]]:
    return sorted((n, v) for n, v in jwk.items() if n not in ("kid", "alg", "use"))
