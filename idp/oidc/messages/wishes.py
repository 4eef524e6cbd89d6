"""The ``claims`` parameter and levels on the wire."""

from collections.abc import Iterable, Mapping
from typing import Final

from idp.clients.domain import CLAIM_NAMES
from idp.oidc.domain.wishes import ClaimsRequest, ClaimWish
from idp.oidc.errors import RequestMalformed
from kernel.assurance import Level, UnknownLevel
from kernel.errors import DomainError
from kernel.proof.jose import decode_object

_LIMIT_BYTES: Final = 8192
_DEPTH: Final = 16
"""As deep as what is signed may be: requests for claims that only others know are deep."""
_UNASKED: Final = ClaimWish()
_READ: Final = CLAIM_NAMES | {"sub", "acr"}
"""Claims whose wishes mean something here."""


def parse_claims(raw: str | None) -> ClaimsRequest:
    """Read the parameter: a JSON object; members that are not understood are ignored.

    Raises:
        RequestMalformed: it is no JSON object, or asks in a way that means nothing.

    Source: OIDC Core §5.5.
    """
    if raw is None:
        return ClaimsRequest()
    try:
        said = decode_object(raw.encode(), limit_bytes=_LIMIT_BYTES, depth=_DEPTH)
    except DomainError as cause:
        raise RequestMalformed("claims") from cause
    id_token, userinfo = _place(said, "id_token"), _place(said, "userinfo")
    acr = id_token.get("acr", _UNASKED)
    levels, is_essential = levels_of(acr.values), acr.is_essential and bool(acr.values)
    return ClaimsRequest(
        id_token=id_token,
        userinfo=userinfo,
        essential_levels=frozenset(levels) if is_essential else frozenset(),
        is_level_essential=is_essential,
        wished_levels=() if is_essential else levels,
        subjects=_subjects(id_token, userinfo),
    )


def levels_of(values: Iterable[object]) -> tuple[Level, ...]:
    """Return the levels that ``acr`` values stand for; unknown ones say nothing."""
    known = (_level(value) for value in values)
    return tuple(level for level in known if level is not None)


def _level(value: object) -> Level | None:
    try:
        return Level.from_acr(value) if isinstance(value, str) else None
    except UnknownLevel:
        return None


def _place(said: Mapping[str, object], name: str) -> dict[str, ClaimWish]:
    """OIDC Core §5.5: userinfo and id_token of claims are objects."""
    place = said.get(name)
    if place is None:
        return {}
    if not isinstance(place, dict):
        raise RequestMalformed("claims")
    return {claim: _wish(claim, asked) for claim, asked in place.items()}


def _wish(claim: str, asked: object) -> ClaimWish:
    """OIDC Core §5.5.1: null, or an object of ``essential``, ``value`` and ``values``.

    How a claim is asked for that is never told is not looked at: of ``verified_claims``
    there may be several (OpenID Identity Assurance §6).
    """
    if asked is None or claim not in _READ:
        return _UNASKED
    if not isinstance(asked, dict):
        raise RequestMalformed("claims")
    many = asked.get("values", [])
    if not isinstance(many, list):
        raise RequestMalformed("claims")
    one = (asked["value"],) if "value" in asked else ()
    return ClaimWish(asked.get("essential") is True, (*one, *many))


def _subjects(*places: Mapping[str, ClaimWish]) -> frozenset[str] | None:
    """OIDC Core §3.1.2.2, §5.5.1: ``sub`` with a value names who may be answered for."""
    wishes = (place.get("sub", _UNASKED).values for place in places)
    named = [{v for v in values if isinstance(v, str)} for values in wishes if values]
    return frozenset(set.intersection(*named)) if named else None
