"""OpenID Federation 1.0 §12: relying parties that nobody entered here."""

from idp.clients.domain import Client, Registration
from idp.oidc.domain.requests import AuthorizationRequest
from idp.oidc.domain.signed import Signed
from idp.oidc.errors import (
    PeerChainRefused,
    RegistrationNotForUs,
    RequestNotProven,
    RequestObjectClaimRefused,
)
from kernel.ids import EntityId
from kernel.proof.jose import ClaimRefused, audiences, required_date, required_text


def issuer_is_client(signed: Signed) -> None:
    """§12.1.1.1: iss is REQUIRED and MUST be the RP's Entity Identifier."""
    if signed.claims.get("iss") != signed.client.id:
        raise RequestObjectClaimRefused("iss")


def audience_is_us_alone(signed: Signed) -> None:
    """§12.1.1.1: aud MUST be our Entity Identifier and no other value."""
    try:
        if audiences(signed.claims) != (signed.issuer.url,):
            raise RequestObjectClaimRefused("aud")
    except ClaimRefused as cause:
        raise RequestObjectClaimRefused("aud") from cause


def subject_is_absent(signed: Signed) -> None:
    """§12.1.1.1: sub MUST NOT be present: an object is never a client's assertion."""
    if "sub" in signed.claims:
        raise RequestObjectClaimRefused("sub")


def is_named(signed: Signed) -> None:
    """§12.1.1.1: jti is REQUIRED, for an object is used once."""
    try:
        required_text(signed.claims, "jti")
    except ClaimRefused as cause:
        raise RequestObjectClaimRefused("jti") from cause


def ends(signed: Signed) -> None:
    """§12.1.1.1: exp is REQUIRED; whether it has passed is asked of every object."""
    try:
        required_date(signed.claims, "exp")
    except ClaimRefused as cause:
        raise RequestObjectClaimRefused("exp") from cause


def asker_is_proven(request: AuthorizationRequest, client: Client) -> None:
    """§12.1.1: a request that does not show control of the RP's keys MUST be rejected."""
    member = client.membership
    if member is None or member.registration is not Registration.AUTOMATIC:
        return
    if not request.is_proven:
        raise RequestNotProven("neither signed nor pushed")


def chains_end_together(client: Client, anchor: EntityId) -> None:
    """§12.1.1.1.1: the anchors of both chains MUST be the same."""
    if client.membership is None or client.membership.path[-1] != anchor:
        raise PeerChainRefused("anchors differ")


def addressed_to(claims_audience: tuple[str, ...], us: str) -> None:
    """§12.2.2: a registration whose aud is not our Entity Identifier is rejected."""
    if claims_audience != (us,):
        raise RegistrationNotForUs("aud")
