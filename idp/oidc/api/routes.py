"""The table of this room's machine endpoints."""

from collections.abc import Mapping
from dataclasses import dataclass

from idp.oidc.api.authorization import AuthorizationApi
from idp.oidc.api.documents import Documents
from idp.oidc.api.errors import (
    PUSHED_ERRORS,
    REGISTRATION_ERRORS,
    OAuthTable,
)
from idp.oidc.api.explanations import PageTable, RefusalPages
from idp.oidc.api.pushing import PushingApi
from idp.oidc.api.resources import ResourceTable
from idp.oidc.api.tokens import TokenApi
from idp.oidc.domain.ticket_platform import TICKET_PATH
from idp.oidc.messages.registration import LIMIT_BYTES
from kernel.web import FORM, Endpoint, ErrorTable, Route


@dataclass(frozen=True, slots=True)
class Apis:
    """The endpoints by family."""

    authorization: AuthorizationApi
    pushing: PushingApi
    tokens: TokenApi
    pages: PageTable
    refusals: RefusalPages


def routes(apis: Apis) -> tuple[Route, ...]:
    """Return every route but those of the documents, which tell of all the others."""
    return (
        *_authorization(apis.authorization, apis.refusals),
        *_pushing(apis.pushing),
        *_tokens(apis.tokens),
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
    resource = ResourceTable(api.userinfo_flow.issuing.issuer.userinfo)
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
    return {
        "/oauth2/introspect": api.introspect,
        "/oauth2/revoke": api.revoke,
        "/oauth2/device_authorization": api.device_authorization,
    }


def documents(api: Documents) -> tuple[Route, ...]:
    """Return the routes of the documents: an issuer has no path.

    RFC 9728 §3.1: the well-known part goes between host and path of a resource.
    """
    resource = "/.well-known/oauth-protected-resource"
    addresses: Mapping[str, Endpoint] = {
        "/oidc/jwks": api.jwks,
        "/oidc/signed_jwks": api.signed_jwks,
        "/.well-known/openid-configuration": api.metadata,
        "/.well-known/oauth-authorization-server": api.metadata,
        f"{resource}/api/v1": api.api,
        f"{resource}/oidc/userinfo": api.userinfo,
        f"{resource}{TICKET_PATH}": api.tickets,
        "/.well-known/openid-federation": api.entity_configuration,
    }
    return tuple(
        Route(method="GET", path=path, endpoint=endpoint)
        for path, endpoint in addresses.items()
    )
