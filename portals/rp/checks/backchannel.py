"""OIDC Back-Channel Logout §2.6: what a logout token must say beyond its signature."""

from collections.abc import Mapping
from typing import Final

from portals.rp.errors import LogoutTokenRefused

EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
Claims = Mapping[str, object]


def is_about_sign_out(claims: Claims) -> None:
    """§2.4: ``events`` has the member of that name, whose value is an object."""
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(EVENT), dict):
        raise LogoutTokenRefused("events")


def has_no_nonce(claims: Claims) -> None:
    """§2.4: a nonce is prohibited, so that nobody mistakes it for an ID token."""
    if "nonce" in claims:
        raise LogoutTokenRefused("nonce")


def named_session(claims: Claims) -> tuple[str | None, str | None]:
    """§2.4: ``sid`` or ``sub`` or both, each a text; returned in this order."""
    sid, subject = claims.get("sid"), claims.get("sub")
    for value in (sid, subject):
        if value is not None and (not isinstance(value, str) or not value):
            raise LogoutTokenRefused("sid or sub")
    if sid is None and subject is None:
        raise LogoutTokenRefused("neither sid nor sub")
    return (
        sid if isinstance(sid, str) else None,
        subject if isinstance(subject, str) else None,
    )
