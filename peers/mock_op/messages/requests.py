"""OpenID Connect on the wire, as far as this provider speaks it."""

from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlencode

from kernel.web import BodyMalformed, Form, parse_json
from peers.mock_op.domain import Asked, Client
from peers.mock_op.errors import AddressRefused, OAuthRefused


def discovery(
    issuer: str, acrs: frozenset[str], claims: frozenset[str]
) -> dict[str, object]:
    """Return the metadata of OIDC Discovery §3."""
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "userinfo_endpoint": f"{issuer}/userinfo",
        "jwks_uri": f"{issuer}/jwks",
        "end_session_endpoint": f"{issuer}/logout",
        "scopes_supported": ["openid", "profile"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "acr_values_supported": sorted(acrs),
        "id_token_signing_alg_values_supported": ["ES256"],
        "token_endpoint_auth_methods_supported": [
            "client_secret_basic",
            "client_secret_post",
        ],
        "claims_supported": sorted({"sub", "acr", "auth_time", *claims}),
        "claims_parameter_supported": True,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
    }


def address_on_file(form: Form, clients: Mapping[str, Client]) -> None:
    """RFC 6749 §4.1.2.1: without a known client and address nobody is sent anywhere."""
    client = clients.get(form.required("client_id"))
    if client is None or form.required("redirect_uri") not in client.redirect_uris:
        raise AddressRefused("client_id or redirect_uri")


def asked_of(form: Form) -> Asked:
    """Read an authentication request (OIDC Core §3.1.2.1).

    Raises:
        OAuthRefused: it asks for what is not done here.
    """
    if form.optional("response_type") != "code":
        raise OAuthRefused("unsupported_response_type")
    scope = frozenset((form.optional("scope") or "").split())
    if "openid" not in scope:
        raise OAuthRefused("invalid_scope")
    return Asked(
        client_id=form.required("client_id"),
        redirect_uri=form.required("redirect_uri"),
        scope=scope,
        state=form.optional("state"),
        nonce=form.optional("nonce"),
        prompt=_prompt(form),
        max_age=_max_age(form.optional("max_age")),
        essential_acrs=_essential_acrs(form.optional("claims")),
        challenge=_challenge(form),
    )


def _prompt(form: Form) -> frozenset[str]:
    """OIDC Core §3.1.2.1: ``none`` stands alone."""
    prompt = frozenset((form.optional("prompt") or "").split())
    if "none" in prompt and len(prompt) > 1:
        raise OAuthRefused("invalid_request")
    return prompt


def _max_age(text: str | None) -> timedelta | None:
    if text is None:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 9:  # noqa: PLR2004  30 years
        raise OAuthRefused("invalid_request")
    return timedelta(seconds=int(text))


def _challenge(form: Form) -> str | None:
    """RFC 7636 §4.3, §4.4.1: S256 or nothing; absent means ``plain``."""
    challenge = form.optional("code_challenge")
    if challenge is not None and form.optional("code_challenge_method") != "S256":
        raise OAuthRefused("invalid_request")
    return challenge


def _essential_acrs(text: str | None) -> frozenset[str]:
    """OIDC Core §5.5.1.1: the acr values of which the ID token must have one."""
    if text is None:
        return frozenset()
    try:
        said = parse_json(text.encode())
    except BodyMalformed as cause:
        raise OAuthRefused("invalid_request") from cause
    acr = _member(_member(said, "id_token"), "acr")
    if _member(acr, "essential") is not True:
        return frozenset()
    values = _member(acr, "values")
    listed = values if isinstance(values, list) else [_member(acr, "value")]
    return frozenset(each for each in listed if isinstance(each, str))


def _member(said: object, name: str) -> object:
    return said.get(name) if isinstance(said, dict) else None


def with_state(address: str, state: str | None) -> str:
    """OIDC RP-Initiated Logout §2: ``state`` comes back with the browser."""
    if state is None:
        return address
    return f"{address}{'&' if '?' in address else '?'}{urlencode({'state': state})}"
