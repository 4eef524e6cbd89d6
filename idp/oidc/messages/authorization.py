"""The authorization request and its answer on the wire."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Final
from urllib.parse import urlencode

from idp.oidc.domain.requests import AuthorizationRequest, ClaimsRequest
from idp.oidc.errors import RequestMalformed
from kernel.assurance import Level, UnknownLevel
from kernel.errors import DomainError
from kernel.proof.jose import decode_object
from kernel.web import Form

_SECONDS: Final = re.compile(r"[0-9]{1,9}")
_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_REGION: Final = re.compile(r"[0-9]{2}")
_STATE_LIMIT_CHARACTERS: Final = 4096
_CLAIMS_LIMIT_BYTES: Final = 8192
_KNOWN: Final = (
    "response_type scope state nonce code_challenge code_challenge_method prompt max_age "
    "acr_values claims login_hint ui_locales province id_token_hint request request_uri "
    "registration response_mode redirect_uri client_id"
)
KEPT_PARAMETERS: Final = frozenset(_KNOWN.split())
"""Parameters that mean something here; others are ignored (RFC 6749 §3.1)."""
_FOREIGN: Final = ("request", "request_uri", "registration")


PUSHED_PREFIX: Final = "urn:ietf:params:oauth:request_uri:"
"""What the names of requests that were pushed here begin with (RFC 9126 §2.2)."""
_RECIPIENT: Final = (
    "client_id",
    "redirect_uri",
    "response_mode",
    "request",
    "request_uri",
)


def recipient_parameters(form: Form) -> dict[str, str]:
    """Return what says who asks and where the answer goes; each of it only once.

    Raises:
        ParameterRepeated: one of these came twice: then nobody is known.
    """
    sent = ((name, form.optional(name)) for name in _RECIPIENT)
    state = form.repeatable("state")
    known = {name: value for name, value in sent if value is not None}
    return {**known, "state": state[0]} if len(state) == 1 else known


def parameters_of(form: Form) -> dict[str, str]:
    """Return the parameters that mean something here, each once.

    Raises:
        ParameterRepeated: one of all those sent came twice (RFC 6749 §3.1).
    """
    form.single_valued()
    sent = ((name, form.optional(name)) for name in form if name in KEPT_PARAMETERS)
    return {name: value for name, value in sent if value is not None}


def parse_request(sent: Mapping[str, str]) -> AuthorizationRequest:
    """Read an authorization request; who it is for is known already.

    Raises:
        RequestMalformed: a parameter is not of its form; the detail names it.
    """
    return AuthorizationRequest(
        response_type=" ".join(sorted(sent.get("response_type", "").split(" "))),
        scopes=_words(sent, "scope"),
        state=sent.get("state"),
        nonce=_bounded(sent, "nonce"),
        challenge=_challenge(sent),
        challenge_method=sent.get("code_challenge_method"),
        prompt=_words(sent, "prompt"),
        max_age=_max_age(sent),
        levels=_levels(sent.get("acr_values", "").split(" ")),
        claims=_claims(sent.get("claims")),
        login_hint=_bounded(sent, "login_hint"),
        ui_locales=_bounded(sent, "ui_locales"),
        province=_province(sent),
        id_token_hint=sent.get("id_token_hint"),
        foreign=frozenset(name for name in _FOREIGN if name in sent),
    )


def answer_location(
    redirect_uri: str, parameters: Mapping[str, str | None], issuer: str
) -> str:
    """Return where the browser goes with the answer: ``state`` only if one was sent.

    The registered query is kept (RFC 6749 §3.1.2); ``iss`` is in every answer, errors
    included (RFC 9207 §2).
    """
    said = {name: value for name, value in parameters.items() if value is not None}
    joint = "&" if "?" in redirect_uri else "?"
    return f"{redirect_uri}{joint}{urlencode({**said, 'iss': issuer})}"


def _words(sent: Mapping[str, str], name: str) -> frozenset[str]:
    return frozenset(word for word in sent.get(name, "").split(" ") if word)


def _bounded(sent: Mapping[str, str], name: str) -> str | None:
    value = sent.get(name)
    if value is not None and (len(value) > _STATE_LIMIT_CHARACTERS or "\n" in value):
        raise RequestMalformed(name)
    return value


def _challenge(sent: Mapping[str, str]) -> str | None:
    """RFC 7636 §4.2: S256 gives 43 characters of base64url."""
    value = sent.get("code_challenge")
    if value is not None and not _CHALLENGE.fullmatch(value):
        raise RequestMalformed("code_challenge")
    return value


def _max_age(sent: Mapping[str, str]) -> timedelta | None:
    """OIDC Core §3.1.2.1: whole seconds; 0 is a value."""
    value = sent.get("max_age")
    if value is None:
        return None
    if not _SECONDS.fullmatch(value):
        raise RequestMalformed("max_age")
    return timedelta(seconds=int(value))


def _province(sent: Mapping[str, str]) -> str | None:
    """Our own hint: the region code whose sign-in the person came from."""
    value = sent.get("province")
    if value is not None and not _REGION.fullmatch(value):
        raise RequestMalformed("province")
    return value


def _levels(values: list[str]) -> tuple[Level, ...]:
    """OIDC Core §3.1.2.1 acr_values: in order of preference; unknown ones say nothing."""
    known = (_level(value) for value in values)
    return tuple(level for level in known if level is not None)


def _level(value: object) -> Level | None:
    try:
        return Level.from_acr(value) if isinstance(value, str) else None
    except UnknownLevel:
        return None


def _claims(raw: str | None) -> ClaimsRequest:
    """OIDC Core §5.5: a JSON object; members that are not understood are ignored."""
    if raw is None:
        return ClaimsRequest()
    try:
        said = decode_object(raw.encode(), limit_bytes=_CLAIMS_LIMIT_BYTES, depth=6)
    except DomainError as cause:
        raise RequestMalformed("claims") from cause
    id_token, userinfo = _place(said, "id_token"), _place(said, "userinfo")
    acr = id_token.get("acr")
    essential = isinstance(acr, dict) and acr.get("essential") is True
    return ClaimsRequest(
        id_token=frozenset(id_token),
        userinfo=frozenset(userinfo),
        essential_levels=frozenset(_levels(_values(acr))) if essential else frozenset(),
        is_level_essential=essential and bool(_values(acr)),
        subject=_subject(id_token.get("sub")),
    )


def _place(said: Mapping[str, object], name: str) -> dict[str, object]:
    place = said.get(name)
    if place is not None and not isinstance(place, dict):
        raise RequestMalformed("claims")
    return place or {}


def _values(asked: object) -> list[str]:
    if not isinstance(asked, dict):
        return []
    many = asked.get("values", [asked.get("value")])
    named = many if isinstance(many, list) else []
    return [value for value in named if isinstance(value, str)]


def _subject(asked: object) -> str | None:
    value = asked.get("value") if isinstance(asked, dict) else None
    return value if isinstance(value, str) else None
