"""OpenID Federation 1.0 §8.7: keys of before, and when each might speak."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from kernel.ids import EntityId
from kernel.proof.jose import (
    HISTORICAL_KEYS,
    ClaimMalformed,
    KeySet,
    PublicKey,
    issued_by,
    numeric_date,
    required_date,
    verify,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastKey:
    """One key of before: from when, until when, and whether it was revoked."""

    key: PublicKey
    begins_at: datetime | None
    ends_at: datetime
    revoked_at: datetime | None
    reason: str | None

    def may_stand(self, at: datetime, signed: Sequence[datetime]) -> bool:
        """§8.7.3: everything was signed in its time, and it is not revoked at ``at``.

        A key that ended speaks no more, but what it signed before lives to its own end.
        """
        if self.revoked_at is not None and at >= self.revoked_at:
            return False
        return all(self._was_in_use(instant) for instant in signed or (at,))

    def _was_in_use(self, at: datetime) -> bool:
        begins = self.begins_at
        return (begins is None or at >= begins) and at < self.ends_at


def past_keys(token: str, entity: EntityId, keys: KeySet) -> tuple[PastKey, ...]:
    """Return what an entity says of its keys of before, if one of ``keys`` signed it.

    Raises:
        JoseRefused: it is no historical keys JWT of that entity, or none of ``keys``
            signed it, or a key lacks its end.

    Source: OpenID Federation 1.0 §8.7.3.
    """
    claims = verify(token, keys, HISTORICAL_KEYS)
    issued_by(claims, entity)
    required_date(claims, "iat")
    held = claims.get("keys")
    if not isinstance(held, list):
        raise ClaimMalformed(detail="keys")
    return tuple(_past(jwk) for jwk in _objects(held))


def _objects(held: list[object]) -> Iterator[Mapping[str, object]]:
    for jwk in held:
        if not isinstance(jwk, Mapping) or not jwk.get("kid"):
            raise ClaimMalformed(detail="keys")
        yield jwk


def _past(jwk: Mapping[str, object]) -> PastKey:
    revoked = jwk.get("revoked", {})
    if not isinstance(revoked, Mapping):
        raise ClaimMalformed(detail="revoked")
    reason = revoked.get("reason")
    return PastKey(
        key=PublicKey.parse(jwk),
        begins_at=numeric_date(jwk, "nbf") or numeric_date(jwk, "iat"),
        ends_at=required_date(jwk, "exp"),
        revoked_at=required_date(revoked, "revoked_at") if revoked else None,
        reason=reason if isinstance(reason, str) else None,
    )
