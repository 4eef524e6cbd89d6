"""Delegations: an owner's word that another may issue its type of trust mark."""

from collections.abc import Mapping
from dataclasses import InitVar, dataclass
from datetime import datetime, timedelta
from typing import Final

from kernel.clock import epoch_seconds
from kernel.ids import EntityId
from kernel.proof.jose import (
    TRUST_MARK_DELEGATION,
    KeySet,
    VerifiedClaims,
    issued_in_past,
    not_expired,
    numeric_date,
    required_date,
)
from kernel.proof.jose import verify as verify_jws
from kernel.proof.statement.errors import StatementClaimMalformed, StatementNotOfIssuer
from kernel.proof.statement.forms import text

DELEGATION_TYP: Final = TRUST_MARK_DELEGATION.typ
_MADE_BY_VERIFY: Final = object()


@dataclass(frozen=True, slots=True)
class MarkOwner:
    """Who owns a type of mark, as an anchor says in ``trust_mark_owners``."""

    owner: EntityId
    keys: KeySet

    @classmethod
    def parse(cls, raw: object) -> "MarkOwner":
        """Read one value of the claim (OpenID Federation 1.0 §3.1.2).

        Raises:
            StatementRefused, JoseRefused: it is no ``{sub, jwks}``.
        """
        if not isinstance(raw, Mapping) or not isinstance(raw.get("jwks"), Mapping):
            raise StatementClaimMalformed(detail="trust_mark_owners")
        return cls(EntityId(text(raw, "sub")), KeySet.parse(raw["jwks"]))


@dataclass(frozen=True, slots=True)
class VerifiedDelegation:
    """A delegation its owner's key has signed. Only ``verify_delegation`` builds one."""

    proof: InitVar[object]
    token: str
    claims: VerifiedClaims
    owner: EntityId
    issuer: EntityId
    mark_type: str
    expires_at: datetime | None

    def __post_init__(self, proof: object) -> None:
        """Turn away everybody but ``verify_delegation``.

        Raises:
            TypeError: the caller is another.
        """
        if proof is not _MADE_BY_VERIFY:
            msg = "verified delegations come from verify_delegation() only"
            raise TypeError(msg)


def verify_delegation(token: str, owner: MarkOwner) -> VerifiedDelegation:
    """Return a delegation if the owner of the type has signed it.

    Raises:
        JoseRefused, StatementRefused: it has not, or the delegation is malformed.

    Source: OpenID Federation 1.0 §7.2.2.
    """
    claims = verify_jws(token, owner.keys, TRUST_MARK_DELEGATION)
    required_date(claims, "iat")
    if text(claims, "iss") != owner.owner:
        raise StatementNotOfIssuer(detail="delegation of another owner")
    return VerifiedDelegation(
        _MADE_BY_VERIFY,
        token,
        claims,
        owner.owner,
        EntityId(text(claims, "sub")),
        text(claims, "trust_mark_type"),
        numeric_date(claims, "exp"),
    )


def delegation_is_current(
    delegation: VerifiedDelegation, now: datetime, skew: timedelta = timedelta(seconds=60)
) -> None:
    """OpenID Federation 1.0 §7.2.2: issued in the past and, if it expires, not yet.

    Raises:
        IssuedInFuture, Expired: it is not.
    """
    issued_in_past(delegation.claims, now, skew)
    if delegation.expires_at is not None:
        not_expired(delegation.claims, now, skew)


def delegation_is_for(
    delegation: VerifiedDelegation, issuer: EntityId, mark_type: str
) -> None:
    """OpenID Federation 1.0 §7.2.2: ``sub`` is the issuer of the mark, the type is its.

    Raises:
        StatementNotOfIssuer: it lets another issue, or lets it issue another type.
    """
    if (delegation.issuer, delegation.mark_type) != (issuer, mark_type):
        raise StatementNotOfIssuer(detail="delegation for another issuer or type")


def delegation_claims(  # noqa: PLR0913  one parameter per claim of §7.2.1
    owner: EntityId,
    issuer: EntityId,
    mark_type: str,
    issued_at: datetime,
    *,
    expires_at: datetime | None = None,
    ref: str | None = None,
) -> dict[str, object]:
    """Return the claims of a delegation (OpenID Federation 1.0 §7.2.1).

    An owner that issues its own type delegates to itself: §7.3 asks every mark of an
    owned type for a delegation.
    """
    claims: dict[str, object] = {
        "iss": owner,
        "sub": issuer,
        "trust_mark_type": mark_type,
        "iat": epoch_seconds(issued_at),
    }
    if expires_at is not None:
        claims["exp"] = epoch_seconds(expires_at)
    if ref is not None:
        claims["ref"] = ref
    return claims
