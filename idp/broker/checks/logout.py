"""OIDC Back-Channel Logout §2.6: a logout token, one rule at a time."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from idp.broker.checks.id_token import SKEW
from idp.broker.errors import LogoutTokenRefused
from kernel.ids import ClientId, EntityId
from kernel.proof import jose

EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
_JTI_LIMIT: Final = 255


def signed_logout(
    token: str, keys: jose.KeySet, algorithms: frozenset[str]
) -> jose.VerifiedClaims:
    """§2.4, §2.6 items 2, 3: signed as an ID token of this issuer is; ours: typed as one.

    Raises:
        LogoutTokenRefused: it is not; `kernel.proof.jose.UnknownKey` is its cause where
            the key it names is not published.
    """
    profile = replace(jose.LOGOUT_TOKEN, algorithms=algorithms)
    try:
        return jose.verify(token, keys, profile)
    except jose.JoseRefused as cause:
        raise LogoutTokenRefused(cause.code) from cause


def registered_claims_hold(
    claims: jose.VerifiedClaims, issuer: EntityId, client: ClientId, now: datetime
) -> None:
    """§2.6 item 4: issuer, audience, ``iat`` and ``exp``, as in an ID token."""
    try:
        jose.issued_by(claims, issuer)
        jose.intended_for(claims, client)
        jose.within(claims, now, SKEW)
    except jose.JoseRefused as cause:
        raise LogoutTokenRefused(cause.code) from cause


def is_about_logout(claims: jose.VerifiedClaims) -> None:
    """§2.6 items 6, 7: the event is there; a nonce is not, it would make an ID token."""
    stated = claims.get("events")
    if not isinstance(stated, Mapping) or not isinstance(stated.get(EVENT), Mapping):
        raise LogoutTokenRefused("events")
    if "nonce" in claims:
        raise LogoutTokenRefused("nonce")


def jti_of(claims: jose.VerifiedClaims) -> str:
    """§2.4 jti: required; short enough to be remembered."""
    value = claims.get("jti")
    if not isinstance(value, str) or not 0 < len(value) <= _JTI_LIMIT:
        raise LogoutTokenRefused("jti")
    return value


def meant(claims: jose.VerifiedClaims) -> tuple[str | None, str | None]:
    """§2.6 item 5: subject, session, or both."""
    subject, sid = _text(claims, "sub"), _text(claims, "sid")
    if subject is None and sid is None:
        raise LogoutTokenRefused("sub or sid")
    return subject, sid


def _text(claims: jose.VerifiedClaims, name: str) -> str | None:
    value = claims.get(name)
    if value is not None and (not isinstance(value, str) or not value):
        raise LogoutTokenRefused(name)
    return value
