"""The table of this room's machine endpoints."""

from collections.abc import Mapping
from dataclasses import dataclass

from idp.oidc.api.authorization import AuthorizationApi
from idp.oidc.api.documents import Documents
from idp.oidc.api.errors import (
    PUSHED_ERRORS,
    REGISTRATION_ERRORS,
    RESOURCE_ERRORS,
    OAuthTable,
)
from idp.oidc.api.explanations import PageTable
from idp.oidc.api.pushing import PushingApi
from idp.oidc.api.tokens import TokenApi
from idp.oidc.messages.registration import LIMIT_BYTES
from kernel.web import FORM, Endpoint, ErrorTable, Route


@dataclass(frozen=True, slots=True)
class Apis:
    """The endpoints by family."""

    authorization: AuthorizationApi
    pushing: PushingApi
    tokens: TokenApi
    documents: Documents
    pages: PageTable


def routes(apis: Apis, issuer_path: str = "") -> tuple[Route, ...]:
    """Return every route; ``issuer_path`` is the path of an issuer that has one."""
    return (
        *_authorization(apis.authorization, apis.pages),
        *_pushing(apis.pushing),
        *_tokens(apis.tokens),
        *_documents(apis.documents, issuer_path),
    )


def _authorization(api: AuthorizationApi, pages: ErrorTable) -> tuple[Route, ...]:
    path = "/oauth2/authorize"
    return (
        Route(method="GET", path=path, endpoint=api.authorize, errors=pages),
        Route(
            method="POST",
            path=path,
            endpoint=api.authorize_posted,
            errors=pages,
            consumes=FORM,
        ),
        Route(method="GET", path=f"{path}/resume", endpoint=api.resume, errors=pages),
    )


def _pushing(api: PushingApi) -> tuple[Route, ...]:
    return (
        Route(
            method="POST",
            path="/oauth2/par",
            endpoint=api.push,
            errors=OAuthTable(PUSHED_ERRORS),
            consumes=FORM,
        ),
        Route(
            method="POST",
            path="/oidc/federation_registration",
            endpoint=api.register,
            errors=OAuthTable(REGISTRATION_ERRORS),
            body_limit_bytes=LIMIT_BYTES,
        ),
    )


def _tokens(api: TokenApi) -> tuple[Route, ...]:
    resource = OAuthTable(RESOURCE_ERRORS)
    userinfo = "/oidc/userinfo"
    return (
        Route(
            method="POST",
            path="/oauth2/token",
            endpoint=api.token,
            errors=OAuthTable(),
            consumes=FORM,
        ),
        *(
            Route(
                method="POST",
                path=path,
                endpoint=endpoint,
                errors=OAuthTable(),
                consumes=FORM,
            )
            for path, endpoint in _about_tokens(api).items()
        ),
        Route(method="GET", path=userinfo, endpoint=api.userinfo, errors=resource),
        Route(method="POST", path=userinfo, endpoint=api.userinfo, errors=resource),
    )


def _about_tokens(api: TokenApi) -> Mapping[str, Endpoint]:
    return {"/oauth2/introspect": api.introspect, "/oauth2/revoke": api.revoke}


def _documents(api: Documents, issuer_path: str) -> tuple[Route, ...]:
    """RFC 8414 §3.1: the well-known part goes between host and path; OIDC appends it."""
    addresses: Mapping[str, Endpoint] = {
        "/oidc/jwks": api.jwks,
        "/.well-known/openid-configuration": api.metadata,
        f"/.well-known/oauth-authorization-server{issuer_path}": api.metadata,
        "/.well-known/openid-federation": api.entity_configuration,
    }
    return tuple(
        Route(method="GET", path=path, endpoint=endpoint)
        for path, endpoint in addresses.items()
    )
