"""OpenID Connect Core 1.0."""

from idp.clients.domain import Client
from idp.oidc.domain.issuer import KNOWN_SCOPES
from idp.oidc.domain.requests import AuthorizationRequest
from idp.oidc.errors import (
    LevelNotReached,
    PromptContradictory,
    RegistrationNotSupported,
    RequestUriNotSupported,
    ScopeRefused,
)


def no_foreign_request(request: AuthorizationRequest, _client: Client) -> None:
    """§6, §7.2.1: what is not supported is refused by name, never silently ignored."""
    if "request_uri" in request.foreign:
        raise RequestUriNotSupported
    if "registration" in request.foreign:
        raise RegistrationNotSupported


def scope_has_openid(request: AuthorizationRequest, _client: Client) -> None:
    """§3.1.2.1: every code here signs somebody in, so ``openid`` is needed."""
    if "openid" not in request.scopes:
        raise ScopeRefused("openid")


def scope_is_registered(request: AuthorizationRequest, client: Client) -> None:
    """RFC 6749 §3.3: scopes we know must be the client's; unknown ones are ignored."""
    if not request.scopes & KNOWN_SCOPES <= client.oidc.scopes:
        raise ScopeRefused


def prompt_none_stands_alone(request: AuthorizationRequest, _client: Client) -> None:
    """§3.1.2.1: ``none`` with any other value is an error."""
    if request.forbids_pages and len(request.prompt) > 1:
        raise PromptContradictory


def essential_level_exists(request: AuthorizationRequest, _client: Client) -> None:
    """§5.5.1.1: if none of the essential values can be had, authentication has failed."""
    if request.claims.is_level_essential and not request.claims.essential_levels:
        raise LevelNotReached("unknown acr")
