"""RFC 7523, JWT profile for client authentication; OIDC Core §9 private_key_jwt."""

from idp.oidc.checks.rfc9101 import LONGEST_LIFE
from idp.oidc.domain.signed import Signed
from idp.oidc.errors import AssertionRefused
from kernel.proof.jose import (
    ClaimRefused,
    audiences,
    issued_in_past,
    not_before,
    not_expired,
    required_date,
    required_text,
)


def issuer_is_client(signed: Signed) -> None:
    """§3 rule 1: iss MUST be the client_id."""
    if signed.claims.get("iss") != signed.client.id:
        raise AssertionRefused("iss")


def subject_is_client(signed: Signed) -> None:
    """§3 rule 2 B: sub MUST be the client_id."""
    if signed.claims.get("sub") != signed.client.id:
        raise AssertionRefused("sub")


def audience_is_us_alone(signed: Signed) -> None:
    """§3 rule 3, RFC 9126 §2: aud is one or more names of ours, and of nobody beside us.

    Those are the issuer and the token and PAR endpoints, wherever they are (RFC 8705 §5).
    Another who is named could present it here (CVE-2025-27370).
    """
    named = _audiences(signed)
    if not named or not signed.issuer.called.issuperset(named):
        raise AssertionRefused("aud")


def audience_is_issuer_alone(signed: Signed) -> None:
    """OpenID Federation 1.0 §12.1.1.2: our Entity Identifier, and no other value."""
    if _audiences(signed) != (signed.issuer.url,):
        raise AssertionRefused("aud")


def is_in_force(signed: Signed) -> None:
    """§3 rules 4 to 6: exp is there and ahead, but not far; nbf and iat are behind."""
    claims, now = signed.claims, signed.now
    try:
        not_expired(claims, now)
        not_before(claims, now)
        if "iat" in claims:
            issued_in_past(claims, now)
        if required_date(claims, "exp") > now + LONGEST_LIFE:
            raise AssertionRefused("exp too far")
    except ClaimRefused as cause:
        raise AssertionRefused(cause.code) from cause


def is_named(signed: Signed) -> None:
    """OIDC Core §9: jti is REQUIRED, for it is used once."""
    try:
        required_text(signed.claims, "jti")
    except ClaimRefused as cause:
        raise AssertionRefused("jti") from cause


def algorithm_is_registered(signed: Signed) -> None:
    """OIDC Registration §2 token_endpoint_auth_signing_alg, if the client named one."""
    registered = signed.client.oidc.assertion_alg
    if registered not in (None, signed.claims.header.get("alg")):
        raise AssertionRefused("alg")


def _audiences(signed: Signed) -> tuple[str, ...]:
    """Return whom it is for: nobody, where it does not say so in the form of RFC 7519."""
    try:
        return audiences(signed.claims)
    except ClaimRefused:
        return ()
