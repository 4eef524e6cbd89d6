"""RFC 9101, JWT-Secured Authorization Request."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from idp.clients.domain import Client, rules_of
from idp.oidc.domain.requests import AuthorizationRequest
from idp.oidc.domain.signed import Signed
from idp.oidc.errors import (
    RequestNotSigned,
    RequestObjectClaimRefused,
    RequestObjectNotDecrypted,
    RequestObjectUnsigned,
)
from kernel.proof.jose import (
    REQUEST_OBJECT,
    ClaimRefused,
    audiences,
    issued_in_past,
    not_before,
    not_expired,
    required_date,
)

_INSIDE: Final = frozenset({"jwt", REQUEST_OBJECT.typ})
LONGEST_LIFE: Final = timedelta(hours=1)
"""How far ahead ``exp`` may lie: the memory of what was used is that long."""


def holds_a_token(header: Mapping[str, object]) -> None:
    """§6.1, RFC 7519 §5.2: a signed JWT is inside: cty MUST be there and say so.

    RFC 7515 §4.1.10: the media type of what is secured, so a request object may also be
    called by its own (§10.8), as openid-client did up to version 5.
    """
    cty = header.get("cty")
    if not isinstance(cty, str) or cty.lower().removeprefix("application/") not in _INSIDE:
        raise RequestObjectNotDecrypted("cty")


def points_at_no_other(signed: Signed) -> None:
    """§4: request and request_uri MUST NOT be inside a request object."""
    if not signed.claims.keys().isdisjoint({"request", "request_uri"}):
        raise RequestObjectClaimRefused("request inside")


def client_is_the_same(signed: Signed) -> None:
    """§5, §6.3: client_id inside MUST be that of the request, and be there."""
    if signed.claims.get("client_id") != signed.client.id:
        raise RequestObjectClaimRefused("client_id")


def algorithm_is_registered(signed: Signed) -> None:
    """OIDC Core §6.1: the one algorithm the client registered, else one of its profile."""
    registered, alg = signed.client.oidc.request_object_alg, signed.claims.header.get("alg")
    allowed = rules_of(signed.client).signing_algs if registered is None else {registered}
    if alg not in allowed:
        raise RequestObjectUnsigned("alg")


def issuer_if_said_is_client(signed: Signed) -> None:
    """§4: iss, if there is one, is the client."""
    if signed.claims.get("iss", signed.client.id) != signed.client.id:
        raise RequestObjectClaimRefused("iss")


def audience_if_said_is_us(signed: Signed) -> None:
    """§4: aud, if there is one, names our issuer."""
    try:
        if "aud" in signed.claims and signed.issuer.url not in audiences(signed.claims):
            raise RequestObjectClaimRefused("aud")
    except ClaimRefused as cause:
        raise RequestObjectClaimRefused("aud") from cause


def is_in_force(signed: Signed) -> None:
    """§4, RFC 7519 §4.1: the times that are said hold now, and end before long."""
    claims, now = signed.claims, signed.now
    try:
        not_before(claims, now)
        if "iat" in claims:
            issued_in_past(claims, now)
        if "exp" in claims:
            not_expired(claims, now)
            _ends_before_long(signed)
    except ClaimRefused as cause:
        raise RequestObjectClaimRefused(cause.code) from cause


def signed_where_registered(request: AuthorizationRequest, client: Client) -> None:
    """§10.5 require_signed_request_object: such a client is heard by no other way."""
    if client.oidc.signs_requests and not request.is_signed:
        raise RequestNotSigned("request")


def _ends_before_long(signed: Signed) -> None:
    """Ours: what is signed counts for an hour at most, so that it can be remembered."""
    if required_date(signed.claims, "exp") > signed.now + LONGEST_LIFE:
        raise RequestObjectClaimRefused("exp too far")
