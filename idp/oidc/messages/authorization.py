"""The authorization request on the wire."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from idp.oidc.domain.requests import AuthorizationRequest
from idp.oidc.errors import RequestMalformed, RequestObjectClaimRefused
from idp.oidc.messages.wishes import levels_of, parse_claims
from kernel.proof.jose import from_base64url, to_base64url
from kernel.secret import Digest, Secret
from kernel.web import Form

TICKET: Final = "transfer_ticket"
_SECONDS: Final = re.compile(r"[0-9]{1,9}")
_SHA256: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_REGION: Final = re.compile(r"[0-9]{2}")
_STATE_LIMIT_CHARACTERS: Final = 4096
_DISPLAYS: Final = frozenset({"page", "popup", "touch", "wap"})
_KNOWN: Final = (
    "response_type scope state nonce code_challenge code_challenge_method prompt max_age "
    "acr_values claims login_hint ui_locales province id_token_hint request request_uri "
    "registration response_mode redirect_uri client_id resource display claims_locales "
    "dpop_jkt transfer_ticket large_type"
)
KEPT_PARAMETERS: Final = frozenset(_KNOWN.split())
"""Parameters that mean something here; others are ignored (RFC 6749 §3.1)."""
_FOREIGN: Final = ("request", "request_uri", "registration")
REPEATABLE: Final = frozenset({"resource"})
"""What may be sent more than once (RFC 8707 §2); kept with one blank between."""


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
    form.single_valued(except_for=REPEATABLE)
    sent = ((name, _joined(form, name)) for name in form if name in KEPT_PARAMETERS)
    return {name: value for name, value in sent if value}


def _joined(form: Form, name: str) -> str:
    return " ".join(form.repeatable(name))


def with_resources_joined(claims: Mapping[str, object]) -> dict[str, object]:
    """Return claims of a request object with ``resource`` as it is kept here.

    RFC 9101 §4, RFC 8707 §2: one is a text, several are an array of texts.

    Raises:
        RequestObjectClaimRefused: it is neither.
    """
    named = claims.get("resource")
    if not isinstance(named, list):
        return dict(claims)
    texts = [text for text in named if isinstance(text, str)]
    if len(texts) != len(named):
        raise RequestObjectClaimRefused("resource")
    return {**claims, "resource": " ".join(texts)}


def parse_request(
    sent: Mapping[str, str], *, has_waited: bool = False
) -> AuthorizationRequest:
    """Read an authorization request; who it is for is known already.

    Args:
        sent: its parameters.
        has_waited: they were kept here meanwhile, as `as_kept` has them.

    Raises:
        RequestMalformed: a parameter is not of its form; the detail names it.
    """
    return AuthorizationRequest(
        response_type=" ".join(sorted(_words(sent, "response_type"))),
        scopes=_words(sent, "scope"),
        state=sent.get("state"),
        nonce=_bounded(sent, "nonce"),
        challenge=_thumbprint(sent, "code_challenge"),
        challenge_method=sent.get("code_challenge_method"),
        prompt=_words(sent, "prompt"),
        max_age=_max_age(sent),
        levels=levels_of(sent.get("acr_values", "").split(" ")),
        claims=parse_claims(sent.get("claims")),
        login_hint=_bounded(sent, "login_hint"),
        ui_locales=_bounded(sent, "ui_locales"),
        province=_province(sent),
        id_token_hint=sent.get("id_token_hint"),
        foreign=frozenset(name for name in _FOREIGN if name in sent),
        resources=tuple(dict.fromkeys(sent.get("resource", "").split())),
        response_mode=sent.get("response_mode"),
        dpop_jkt=_thumbprint(sent, "dpop_jkt"),
        transfer_ticket=_ticket(sent, has_waited=has_waited),
        display=_display(sent),
        claims_locales=_bounded(sent, "claims_locales"),
        large_type=sent.get("large_type") == "1",
    )


def _words(sent: Mapping[str, str], name: str) -> frozenset[str]:
    return frozenset(word for word in sent.get(name, "").split(" ") if word)


def _bounded(sent: Mapping[str, str], name: str) -> str | None:
    """Ours: what is kept and repeated has a limit, and is one line."""
    value = sent.get(name)
    if value is not None and (len(value) > _STATE_LIMIT_CHARACTERS or "\n" in value):
        raise RequestMalformed(name)
    return value


def _thumbprint(sent: Mapping[str, str], name: str) -> str | None:
    """RFC 7636 §4.2, RFC 9449 §10: SHA-256 is 43 characters of base64url."""
    value = sent.get(name)
    if value is not None and not _SHA256.fullmatch(value):
        raise RequestMalformed(name)
    return value


def as_kept(sent: Mapping[str, str]) -> dict[str, str]:
    """Return parameters as they may be kept: of a transfer ticket only the digest.

    Raises:
        RequestMalformed: it is none.
    """
    ticket = _ticket(sent, has_waited=False)
    digest = {} if ticket is None else {TICKET: to_base64url(ticket)}
    return {**sent, **digest}


def _ticket(sent: Mapping[str, str], *, has_waited: bool) -> Digest | None:
    """Our own parameter: 256 bits as 43 characters, and so is its digest."""
    value = _thumbprint(sent, TICKET)
    if value is None:
        return None
    return Digest(from_base64url(value)) if has_waited else Secret(value).digest()


def _display(sent: Mapping[str, str]) -> str | None:
    """OIDC Core §3.1.2.1: values that are not known are ignored."""
    value = sent.get("display")
    return value if value in _DISPLAYS else None


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
