"""Rules about the registered claims of a JWT, one function per clause."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from kernel.clock import from_epoch_seconds
from kernel.proof.jose.errors import (
    ClaimMalformed,
    ClaimMissing,
    Expired,
    IssuedInFuture,
    NotYetValid,
    WrongAudience,
    WrongIssuer,
)

DEFAULT_SKEW: Final = timedelta(seconds=60)
_ABSENT: Final = object()
_END: Final = datetime(9999, 1, 1, tzinfo=UTC)
"""A year before the last instant there is, so that what is reckoned from a date is one."""


def numeric_date(claims: Mapping[str, object], name: str) -> datetime | None:
    """RFC 7519 §2: a NumericDate is a number of seconds since 1970; None if absent.

    Raises:
        ClaimMalformed: not a number, or outside the years 1970 to 9998.
    """
    value = claims.get(name, _ABSENT)
    if value is _ABSENT:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0:
        raise ClaimMalformed(name)
    try:
        instant = from_epoch_seconds(value)
    except ValueError as cause:
        raise ClaimMalformed(name) from cause
    if instant >= _END:
        raise ClaimMalformed(name)
    return instant


def required_date(claims: Mapping[str, object], name: str) -> datetime:
    """Return a NumericDate that must be there.

    Raises:
        ClaimMissing, ClaimMalformed: it is not, or is none.
    """
    instant = numeric_date(claims, name)
    if instant is None:
        raise ClaimMissing(name)
    return instant


def required_text(claims: Mapping[str, object], name: str) -> str:
    """Return a claim that must be a non-empty string.

    Raises:
        ClaimMissing, ClaimMalformed: it is absent, or is none.
    """
    value = claims.get(name, _ABSENT)
    if value is _ABSENT:
        raise ClaimMissing(name)
    if not isinstance(value, str) or not value:
        raise ClaimMalformed(name)
    return value


def not_expired(
    claims: Mapping[str, object], now: datetime, skew: timedelta = DEFAULT_SKEW
) -> None:
    """RFC 7519 §4.1.4: the present must be before ``exp``, which we require."""
    if now >= required_date(claims, "exp") + skew:
        raise Expired


def not_before(
    claims: Mapping[str, object], now: datetime, skew: timedelta = DEFAULT_SKEW
) -> None:
    """RFC 7519 §4.1.5: the present must not be before ``nbf``, if there is one."""
    begins = numeric_date(claims, "nbf")
    if begins is not None and now + skew < begins:
        raise NotYetValid


def issued_in_past(
    claims: Mapping[str, object], now: datetime, skew: timedelta = DEFAULT_SKEW
) -> None:
    """RFC 7519 §4.1.6: ``iat``, which we require, is when it was issued: not ahead."""
    if now + skew < required_date(claims, "iat"):
        raise IssuedInFuture


def within(
    claims: Mapping[str, object], now: datetime, skew: timedelta = DEFAULT_SKEW
) -> None:
    """Apply the three rules about time in one go.

    Raises:
        Expired, NotYetValid, IssuedInFuture, ClaimMissing, ClaimMalformed: as they do.
    """
    issued_in_past(claims, now, skew)
    not_before(claims, now, skew)
    not_expired(claims, now, skew)


def issued_by(claims: Mapping[str, object], issuer: str) -> None:
    """RFC 7519 §4.1.1: ``iss`` is the expected one, compared by code point."""
    if required_text(claims, "iss") != issuer:
        raise WrongIssuer


def intended_for(claims: Mapping[str, object], audience: str) -> None:
    """RFC 7519 §4.1.3: we are named in ``aud``, a string or an array of strings."""
    if audience not in audiences(claims):
        raise WrongAudience


def intended_only_for(claims: Mapping[str, object], audience: str) -> None:
    """OpenID Federation 1.0 §12.1.1.1: ``aud`` names us and nobody else."""
    if audiences(claims) != (audience,):
        raise WrongAudience


def audiences(claims: Mapping[str, object]) -> tuple[str, ...]:
    """Return the audiences in order.

    Raises:
        ClaimMissing, ClaimMalformed: absent, empty, or not text.
    """
    value = claims.get("aud", _ABSENT)
    if value is _ABSENT:
        raise ClaimMissing(detail="aud")
    named = value if isinstance(value, list) else [value]
    texts = tuple(item for item in named if isinstance(item, str) and item)
    if not texts or len(texts) != len(named):
        raise ClaimMalformed(detail="aud")
    return texts
