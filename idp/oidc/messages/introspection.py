"""Answers of introspection on the wire (RFC 7662 §2.2)."""

import re
from collections.abc import Mapping
from typing import Final

from idp.oidc.domain.grants import Grant, RefreshToken
from kernel.clock import epoch_seconds

SIGNED: Final = "application/token-introspection+jwt"
"""RFC 9701 §4: what a caller accepts who wants the answer signed."""

_PLAIN: Final = "application/json"
_WEIGHT: Final = re.compile(r"q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)")
"""RFC 9110 §12.4.2: a qvalue."""

Answer = dict[str, object]
INACTIVE: Final[Mapping[str, object]] = {"active": False}
"""§2.2: of a token that does not count nothing else is told, the reason neither."""

_TOLD: Final = (
    *("iss", "sub", "aud", "client_id", "iat", "exp", "jti"),
    *("acr", "amr", "auth_time", "act", "cnf"),
)


def wants_signed(accept: str) -> bool:
    """RFC 9701 §4: tell whether ``Accept`` names the signed answer, and none it prefers.

    RFC 9110 §12.4.2: a weight of 0 is a no. A range like ``*/*`` asks for no signature.
    """
    if SIGNED not in (kinds := accept.lower()):
        return False
    weights = dict(map(_weighed, kinds.split(",")))
    weight = weights.get(SIGNED, 0.0)
    return weight > 0 and weight >= weights.get(_PLAIN, 0.0)


def _weighed(part: str) -> tuple[str, float]:
    """RFC 9110 §12.4.2: without a weight it is 1; one that is none makes it nothing."""
    kind, *parameters = (word.strip() for word in part.split(";"))
    said = next((word for word in parameters if word.startswith("q=")), "q=1")
    found = _WEIGHT.fullmatch(said)
    return kind, 0.0 if found is None else float(found[1])


def access_answer(claims: Mapping[str, object], scopes: frozenset[str]) -> Answer:
    """RFC 7662 §2.2, RFC 9449 §6.2, RFC 8705 §3.2, RFC 9470 §6.2: what a token says."""
    told = {name: claims[name] for name in _TOLD if name in claims}
    confirmation = claims.get("cnf")
    by_key = isinstance(confirmation, Mapping) and "jkt" in confirmation
    kind = "DPoP" if by_key else "Bearer"
    return {"active": True, "token_type": kind, "scope": _text(scopes), **told}


def refresh_answer(issuer: str, token: RefreshToken, grant: Grant) -> Answer:
    """RFC 7662 §2.2: what there is to say about a refresh token."""
    return {
        "active": True,
        "scope": _text(grant.scopes),
        "iss": issuer,
        "sub": grant.subject,
        "client_id": grant.client,
        "iat": epoch_seconds(token.issued_at),
        "exp": epoch_seconds(token.expires_at),
        "acr": grant.level.acr,
        "auth_time": epoch_seconds(grant.authenticated_at),
    }


def _text(scopes: frozenset[str]) -> str:
    return " ".join(sorted(scopes))
