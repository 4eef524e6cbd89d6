"""Trust marks as values: a signed word of an issuer that an entity keeps a type of rule."""

from collections.abc import Mapping
from dataclasses import InitVar, dataclass
from datetime import datetime, timedelta
from typing import Final

from kernel.clock import epoch_seconds
from kernel.ids import EntityId
from kernel.proof.jose import (
    TRUST_MARK,
    KeySet,
    VerifiedClaims,
    issued_in_past,
    not_expired,
    numeric_date,
    required_date,
)
from kernel.proof.jose import read as read_jws
from kernel.proof.jose import verify as verify_jws
from kernel.proof.statement.entity import signer_of
from kernel.proof.statement.errors import StatementNotOfIssuer
from kernel.proof.statement.forms import text

DEFAULT_SKEW: Final = timedelta(seconds=60)
_MADE_BY_VERIFY: Final = object()


@dataclass(frozen=True, slots=True)
class UnverifiedTrustMark:
    """What a mark says about itself; nobody has answered for it yet."""

    token: str
    issuer: EntityId
    subject: EntityId
    mark_type: str
    claims: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class VerifiedTrustMark:
    """A mark its issuer's key has signed. Only ``verify_trust_mark`` builds one.

    Whether that issuer may give marks of this type, the anchor says.
    """

    proof: InitVar[object]
    token: str
    claims: VerifiedClaims
    issuer: EntityId
    subject: EntityId
    mark_type: str
    expires_at: datetime | None
    signed_by: str
    """Thumbprint of the key that signed (RFC 7638)."""

    @property
    def delegation(self) -> str | None:
        """The owner's delegation to the issuer as it came; it is not verified yet."""
        held = self.claims.get("delegation")
        return None if held is None else text(self.claims, "delegation")

    def __post_init__(self, proof: object) -> None:
        """Turn away everybody but ``verify_trust_mark``.

        Raises:
            TypeError: the caller is another.
        """
        if proof is not _MADE_BY_VERIFY:
            msg = "verified marks come from verify_trust_mark() only"
            raise TypeError(msg)


def read_trust_mark(token: str) -> UnverifiedTrustMark:
    """Return what a mark claims, with no trust (OpenID Federation 1.0 §7.1).

    Raises:
        JoseRefused, StatementRefused: it is not a mark, or lacks a required claim.
    """
    claims = read_jws(token, TRUST_MARK).claims
    return UnverifiedTrustMark(token, *_required(claims), claims)


def verify_trust_mark(claimed: UnverifiedTrustMark, keys: KeySet) -> VerifiedTrustMark:
    """Return the mark if one of ``keys``, its issuer's, has signed it.

    Raises:
        JoseRefused, StatementRefused: it has not, or the mark is malformed.

    Source: OpenID Federation 1.0 §7.3.
    """
    claims = verify_jws(claimed.token, keys, TRUST_MARK)
    expires_at = numeric_date(claims, "exp")
    parties = _required(claims)
    signed_by = signer_of(claims, keys)
    return VerifiedTrustMark(
        _MADE_BY_VERIFY, claimed.token, claims, *parties, expires_at, signed_by
    )


def mark_is_current(
    mark: VerifiedTrustMark, now: datetime, skew: timedelta = DEFAULT_SKEW
) -> None:
    """OpenID Federation 1.0 §7.3: issued in the past and, if it expires, not yet."""
    issued_in_past(mark.claims, now, skew)
    if mark.expires_at is not None:
        not_expired(mark.claims, now, skew)


def mark_is_of(mark: VerifiedTrustMark, holder: str, mark_type: str) -> None:
    """OpenID Federation 1.0 §7.3: ``sub`` is the holder, the type is the one announced.

    Raises:
        StatementNotOfIssuer: it was given to another, or says another thing.
    """
    if (mark.subject, mark.mark_type) != (holder, mark_type):
        raise StatementNotOfIssuer


def mark_name(mark_type: str, subject: str) -> str:
    """Return how standing names a mark: its type and who holds it, whatever its token.

    A revoked mark is revoked in every token of it; granted anew, it is good again.
    """
    return f"{mark_type} {subject}"


def trust_mark_claims(  # noqa: PLR0913  one parameter per claim of §7.1
    issuer: EntityId,
    subject: EntityId,
    mark_type: str,
    issued_at: datetime,
    expires_at: datetime,
    *,
    logo_uri: str | None = None,
    ref: str | None = None,
    delegation: str | None = None,
) -> dict[str, object]:
    """Return the claims of a mark that expires (OpenID Federation 1.0 §7.1)."""
    optional = {"logo_uri": logo_uri, "ref": ref, "delegation": delegation}
    return {
        "iss": issuer,
        "sub": subject,
        "trust_mark_type": mark_type,
        "iat": epoch_seconds(issued_at),
        "exp": epoch_seconds(expires_at),
        **{name: value for name, value in optional.items() if value is not None},
    }


def _required(claims: Mapping[str, object]) -> tuple[EntityId, EntityId, str]:
    required_date(claims, "iat")
    issuer, subject = text(claims, "iss"), text(claims, "sub")
    return EntityId(issuer), EntityId(subject), text(claims, "trust_mark_type")
