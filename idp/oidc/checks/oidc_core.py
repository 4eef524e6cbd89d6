"""OpenID Connect Core 1.0."""

import hashlib

from idp.clients.domain import Client, RedirectKind, RedirectUri
from idp.oidc.domain.answers import ResponseMode
from idp.oidc.domain.issuer import KNOWN_SCOPES
from idp.oidc.domain.requests import AuthorizationRequest
from idp.oidc.errors import (
    LevelNotReached,
    OpenidMissing,
    PromptContradictory,
    RegistrationNotSupported,
    RequestUriNotSupported,
    RequestUriRefused,
    ResponseModeNotSupported,
    ScopeRefused,
)
from kernel.ids import same
from kernel.proof.jose import to_base64url


def no_foreign_request(request: AuthorizationRequest, _client: Client) -> None:
    """§6, §7.2.1: what is not supported is refused by name, never silently ignored."""
    if "request_uri" in request.foreign:
        raise RequestUriNotSupported
    if "registration" in request.foreign:
        raise RegistrationNotSupported


def response_mode_of(raw: str | None, address: RedirectUri) -> ResponseMode:
    """§3.1.2.6: return the mode; one we cannot answer in gets no answer by redirect.

    A form is posted to web addresses only (OAuth 2.0 Form Post Response Mode §2).

    Raises:
        ResponseModeNotSupported: as it says.
    """
    try:
        mode = ResponseMode.QUERY if raw is None else ResponseMode(raw)
    except ValueError as cause:
        raise ResponseModeNotSupported("unknown") from cause
    if mode is ResponseMode.FORM_POST and address.kind is RedirectKind.PRIVATE_USE:
        raise ResponseModeNotSupported("no form is posted to an app")
    return mode


def request_uri_is_registered(client: Client, uri: str) -> None:
    """§6.2, OIDC Registration §2: only addresses of ``request_uris``, to the letter.

    A fragment is of the content, so it may come without having been registered.
    """
    if not {uri, uri.partition("#")[0]} & set(client.oidc.request_uris):
        raise RequestUriRefused(client.id)


def request_uri_is_of_content(client: Client, uri: str, content: str) -> None:
    """§6.2: a fragment that nobody registered is the base64url SHA-256 of what lies there.

    One that was registered is part of the name: it was said before the object was there,
    and tells that what was read earlier is no longer valid. Nothing read earlier is kept.
    """
    named = "" if uri in client.oidc.request_uris else uri.partition("#")[2]
    held = to_base64url(hashlib.sha256(content.encode("ascii")).digest())
    if named and not same(named, held):
        raise RequestUriRefused("fragment")


def scope_has_openid(request: AuthorizationRequest, _client: Client) -> None:
    """§3.1.2.1: every code here signs somebody in, so ``openid`` is needed."""
    if "openid" not in request.scopes:
        raise OpenidMissing


def scope_is_registered(request: AuthorizationRequest, client: Client) -> None:
    """RFC 6749 §3.3: scopes we know must be the client's; unknown ones are ignored."""
    if not request.scopes & KNOWN_SCOPES <= client.oidc.scopes:
        raise ScopeRefused


def prompt_none_stands_alone(request: AuthorizationRequest, _client: Client) -> None:
    """§3.1.2.1: ``none`` with any other value is an error."""
    if request.forbids_pages and len(request.prompt) > 1:
        raise PromptContradictory("prompt")


def essential_level_exists(request: AuthorizationRequest, _client: Client) -> None:
    """§5.5.1.1: if none of the essential values can be had, authentication has failed."""
    if request.claims.is_level_essential and not request.claims.essential_levels:
        raise LevelNotReached("unknown acr")
