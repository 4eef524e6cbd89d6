"""RFC 7523 §2.1, assertions as authorization grants: a provider speaks for its people."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from idp.clients.domain import Client
from idp.oidc.domain.issuer import Issuer
from idp.oidc.errors import GrantAssertionRefused
from kernel.assurance import Level
from kernel.proof.jose import (
    ClaimRefused,
    JwsProfile,
    audiences,
    issued_in_past,
    not_before,
    numeric_date,
    required_date,
    required_text,
)

GRANT_ASSERTION: Final = JwsProfile("authorization-grant+jwt")
"""RFC 8725 §3.11: its type is named, so that no ID token passes for one."""
LONGEST_LIFE: Final = timedelta(minutes=5)
_LEAST_LEFT: Final = timedelta(seconds=1)
Claims = Mapping[str, object]


def audience_is_us_alone(claims: Claims, issuer: Issuer) -> None:
    """§3 rule 3: aud names us, by issuer or token endpoint, and nobody beside us."""
    try:
        named = audiences(claims)
    except ClaimRefused as cause:
        raise GrantAssertionRefused("aud") from cause
    if named not in {(issuer.url,), (issuer.token,)}:
        raise GrantAssertionRefused("aud")


def is_in_force(claims: Claims, now: datetime) -> None:
    """§3 rules 4 to 6: iat and nbf are behind, exp is ahead and after iat, but not far.

    Clocks may differ by a minute for its beginning. Its end is that of what it gives, so
    none is allowed there (RFC 6749 §5.1 expires_in).
    """
    try:
        issued_in_past(claims, now)
        not_before(claims, now)
        begins, ends = required_date(claims, "iat"), required_date(claims, "exp")
    except ClaimRefused as cause:
        raise GrantAssertionRefused(cause.code) from cause
    if ends < now + _LEAST_LEFT or ends <= begins:
        raise GrantAssertionRefused("over")
    if ends - begins > LONGEST_LIFE or ends > now + LONGEST_LIFE + timedelta(minutes=1):
        raise GrantAssertionRefused("exp too far")


def is_for_this_client(claims: Claims, client: Client) -> None:
    """§5: the issuer names the client that may use it; with any other it is stolen."""
    if claims.get("client_id") != client.id:
        raise GrantAssertionRefused("client_id")


def name_of(claims: Claims) -> str:
    """§3 rule 7: return the jti, which we require, for it is used once."""
    return _text(claims, "jti")


def subject_of(claims: Claims) -> str:
    """§3 rule 2 A: return the subject, as its issuer calls the person."""
    return _text(claims, "sub")


def authenticated_at(claims: Claims, now: datetime) -> datetime:
    """OIDC Core §2 auth_time: when the person signed in there, if it says; never ahead."""
    try:
        said = numeric_date(claims, "auth_time") or required_date(claims, "iat")
    except ClaimRefused as cause:
        raise GrantAssertionRefused(cause.code) from cause
    return min(said, now)


def level_suffices(level: Level, client: Client) -> None:
    """§3: what the client is not content with gives it nothing."""
    if level < client.level:
        raise GrantAssertionRefused("level")


def _text(claims: Claims, name: str) -> str:
    """RFC 7523 §3: a claim that an assertion must have, as a text."""
    try:
        return required_text(claims, name)
    except ClaimRefused as cause:
        raise GrantAssertionRefused(name) from cause
