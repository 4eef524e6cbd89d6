"""Rules about callers of federation endpoints (OpenID Federation 1.0 §8.8)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from kernel.ids import EntityId
from kernel.proof.jose import (
    VerifiedClaims,
    intended_only_for,
    issued_by,
    issued_in_past,
    not_before,
    not_expired,
    required_date,
    required_text,
)
from kernel.web import Form
from trustroot.publish.errors import ClientRefused

ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LONGEST: Final = timedelta(minutes=5)
_SKEW: Final = timedelta(seconds=60)
_JTI_LIMIT: Final = 256


def assertion_of(form: Form) -> str:
    """RFC 7523 §2.2: ``client_assertion`` with the type of a JWT."""
    if form.optional("client_assertion_type") != ASSERTION_TYPE:
        raise ClientRefused("client_assertion_type")
    assertion = form.optional("client_assertion")
    if assertion is None:
        raise ClientRefused("client_assertion")
    return assertion


def caller_named(claims: Mapping[str, object], form: Form) -> EntityId:
    """OIDC Core §9: ``iss`` and ``sub`` are the caller; a ``client_id`` is the same."""
    subject = required_text(claims, "sub")
    issued_by(claims, subject)
    if form.optional("client_id") not in {None, subject}:
        raise ClientRefused("client_id")
    return EntityId(subject)


def is_for_us(claims: VerifiedClaims, trust: EntityId) -> None:
    """OpenID Federation 1.0 §8.8: ``aud`` is the endpoint's owner and nobody else."""
    intended_only_for(claims, trust)


def is_current(claims: VerifiedClaims, now: datetime) -> None:
    """OIDC Core §9: it expires, soon, and is not from the future."""
    not_expired(claims, now, _SKEW)
    not_before(claims, now, _SKEW)
    if "iat" in claims:
        issued_in_past(claims, now, _SKEW)
    if required_date(claims, "exp") > now + LONGEST + _SKEW:
        raise ClientRefused("exp")


def single_use_id(claims: VerifiedClaims) -> str:
    """OIDC Core §9: ``jti`` names the assertion, so that it is used once."""
    jti = required_text(claims, "jti")
    if len(jti) > _JTI_LIMIT:
        raise ClientRefused("jti")
    return jti
