"""OpenID Federation 1.0 §7: whose trust marks count, and with whose leave."""

from collections.abc import Mapping
from datetime import datetime

from federation.errors import MarkDelegationRefused, MarkIssuerNotNamed
from kernel.ids import EntityId
from kernel.proof.jose import JoseRefused
from kernel.proof.statement import (
    MarkOwner,
    StatementRefused,
    VerifiedStatement,
    VerifiedTrustMark,
    delegation_is_current,
    delegation_is_for,
    verify_delegation,
)


def issuer_is_named(anchor: VerifiedStatement, issuer: EntityId, mark_type: str) -> None:
    """§3.1.2: the anchor names who may issue a type; an empty list names everybody.

    Raises:
        MarkIssuerNotNamed: the type or the issuer is not named.
    """
    named = _of_type(anchor, "trust_mark_issuers", mark_type)
    if not isinstance(named, list) or (named and issuer not in named):
        raise MarkIssuerNotNamed(f"{issuer[:120]} for {mark_type[:120]}")


def owner_has_delegated(
    anchor: VerifiedStatement, mark: VerifiedTrustMark, now: datetime
) -> None:
    """§7.3: a mark of a type with an owner carries the owner's leave; §7.2.2: it holds.

    A delegation for a type that has no owner cannot be checked, so it does not hold.

    Raises:
        MarkDelegationRefused: it does not.
    """
    stated = _of_type(anchor, "trust_mark_owners", mark.mark_type)
    if stated is None and mark.delegation is None:
        return
    if stated is None or mark.delegation is None:
        raise MarkDelegationRefused("no owner" if stated is None else "no delegation")
    try:
        delegation = verify_delegation(mark.delegation, MarkOwner.parse(stated))
        delegation_is_for(delegation, mark.issuer, mark.mark_type)
        delegation_is_current(delegation, now)
    except (JoseRefused, StatementRefused) as cause:
        raise MarkDelegationRefused(f"{cause.code} {cause.detail}") from cause


def _of_type(anchor: VerifiedStatement, claim: str, mark_type: str) -> object:
    """§3.1.2: both claims count in an anchor's configuration, and nowhere else."""
    held = anchor.claims.get(claim)
    return held.get(mark_type) if isinstance(held, Mapping) else None
