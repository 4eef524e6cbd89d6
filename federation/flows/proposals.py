"""Proposes the terms on which a plain OpenID provider could be a represented member."""

import re
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import urlsplit

from federation.checks import oidc_discovery as rules
from federation.domain import PROVIDER, Wishes
from kernel.assurance import Authenticator, Level, Path
from kernel.events import JsonValue

_COPIED: Final = (
    "issuer",
    *rules.ENDPOINTS,
    "scopes_supported",
    "response_types_supported",
    "subject_types_supported",
    "token_endpoint_auth_methods_supported",
    "code_challenge_methods_supported",
    "claims_parameter_supported",
    "authorization_response_iss_parameter_supported",
)
"""What is approved word by word. Its keys are not: they lie at ``jwks_uri``, where it
changes them by itself, and every change is seen by who watches it."""
_SAME_CLAIMS: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("name", "real_name", "full_name"),
    "id_number": ("id_number", "identity_number", "idcard_number", "citizen_id"),
}
"""Our claim → names under which others send it; the first one offered is proposed."""
_ACR: Final = re.compile(
    r"(?:urn:trusthub:loa:|.*[/:](?:loa|al|ial|level)[-_:]?)([1-4])", re.IGNORECASE
)
_EIDAS: Final = {"low": 1, "substantial": 3, "high": 4}
_AXES: Final = {
    1: (Authenticator.A1, Path.F1),
    2: (Authenticator.A1, Path.F1),
    3: (Authenticator.A2, Path.F2),
    4: (Authenticator.A3, Path.F3),
}
"""The least on the other two axes that lets a level through."""
_SLUG_LIMIT: Final = 63
_NAME_LIMIT: Final = 200


def published(said: rules.Discovered) -> dict[str, dict[str, JsonValue]]:
    """Return what it publishes about itself, as far as it is approved."""
    values: dict[str, JsonValue] = {
        name: said[name]  # type: ignore[misc]  # JSON, as it was read
        for name in _COPIED
        if said.get(name) not in (None, "", [])
    }
    values["id_token_signing_alg_values_supported"] = [*rules.algorithms(said)]
    return {PROVIDER: values}


def proposal(said: rules.Discovered, wishes: Wishes) -> dict[str, JsonValue]:
    """Return an application as the API takes it (``POST /api/v1/members``)."""
    issuer = str(said["issuer"])
    host = urlsplit(issuer).hostname or issuer
    claims = claims_of(said, wishes)
    return {
        "entity_id": issuer,
        "kind": "identity_provider",
        "name_zh": (wishes.name_zh or host)[:_NAME_LIMIT],
        "name_en": (wishes.name_en or wishes.name_zh or host)[:_NAME_LIMIT],
        "terms": {
            "entity_types": [PROVIDER],
            "ceiling": _ceiling(wishes.level),
            "attributes": [*sorted(set(claims) - {"sub"})],
            "bases": dict.fromkeys(sorted(set(claims) - {"sub"}), wishes.basis),
            "jwks": {},
            "approved": {kind: {**held} for kind, held in published(said).items()},
            "represented": {
                "protocol": "oidc",
                "issuer": issuer,
                "client_id": wishes.client_id,
                "slug": wishes.slug or slug_of(host),
                "claims": {**claims},
                "levels": {**levels_of(said, wishes)},
            },
        },
    }


def claims_of(said: rules.Discovered, wishes: Wishes) -> dict[str, str]:
    """Return our claim → theirs: what they offer under a name we know, and what is wished.

    ``sub`` is who they say it is, whatever else is known.
    """
    offered = rules.texts(said, "claims_supported")
    known = {
        ours: next(name for name in theirs if name in offered)
        for ours, theirs in _SAME_CLAIMS.items()
        if any(name in offered for name in theirs)
    }
    return {"sub": "sub", **known, **wishes.claims}


def levels_of(said: rules.Discovered, wishes: Wishes) -> dict[str, int]:
    """Return their ``acr`` → our level, never above the ceiling.

    What cannot be read off the name is the least, as is an answer without one: raising it
    is for whoever has seen how they proof.
    """
    read = {acr: _level(acr) for acr in rules.texts(said, "acr_values_supported")}
    levels = {"": 1, **read, **wishes.levels}
    return {acr: min(level, wishes.level) for acr, level in levels.items()}


def notes(said: rules.Discovered, wishes: Wishes) -> Iterator[str]:
    """Yield what somebody should know before approving; nothing there is to put right."""
    unread = [
        acr
        for acr in rules.texts(said, "acr_values_supported")
        if acr not in wishes.levels and not _ACR.fullmatch(acr) and _eidas(acr) is None
    ]
    if unread:
        yield f"counted as level 1 until you say more (levels): {', '.join(unread)[:300]}"
    if not rules.texts(said, "acr_values_supported"):
        yield "it states no acr values: everybody counts as level 1, or as you say for ''"
    if said.get("authorization_response_iss_parameter_supported") is not True:
        yield "it does not name itself in its answers (RFC 9207)"
    if "userinfo_endpoint" not in said:
        yield "it has no userinfo endpoint: claims come in the ID token alone"
    if "end_session_endpoint" not in said:
        yield "it cannot be told that somebody signed out here"
    if set(claims_of(said, wishes)) == {"sub"}:
        yield "it offers no claim we know: people are known by its sub alone (claims)"


def slug_of(host: str) -> str:
    """Return a path segment made of a host."""
    plain = re.sub(r"[^a-z0-9]+", "-", host.lower()).strip("-")
    return plain[:_SLUG_LIMIT].strip("-") or "member"


def _ceiling(level: int) -> dict[str, JsonValue]:
    authenticator, path = _AXES[level]
    identity = Level(level)
    return {
        "identity": identity.value,
        "authenticator": authenticator.value,
        "path": path.value,
    }


def _level(acr: str) -> int:
    found = _ACR.fullmatch(acr)
    return int(found[1]) if found else _eidas(acr) or 1


def _eidas(acr: str) -> int | None:
    """Reg. (EU) 2015/1502: low, substantial and high."""
    start, _, name = acr.rpartition("/LoA/")
    return _EIDAS.get(name) if start.endswith("eidas.europa.eu") else None
