"""RFC 6749, the OAuth 2.0 framework."""

from datetime import datetime

from idp.clients.domain import Client, GrantType, Profile, RedirectKind, RedirectUri
from idp.oidc.domain.grants import Grant
from idp.oidc.domain.requests import AuthorizationRequest
from idp.oidc.errors import (
    CodeExpired,
    GrantOfOtherClient,
    GrantTypeNotAllowed,
    RedirectUriDiffers,
    RedirectUriNotRegistered,
    RequestMalformed,
    ResponseTypeNotSupported,
    ScopeRefused,
)


def redirect_uri_is_registered(client: Client, presented: RedirectUri) -> None:
    """§3.1.2.3, RFC 9700 §4.1.3: one of the registered ones, to the letter.

    RFC 8252 §7.3: a native app's loopback address may have any port, all else exact.
    """
    registered = client.oidc.redirect_uris
    if presented in registered:
        return
    if _has_free_port(client, presented):
        apps = [uri for uri in registered if _has_free_port(client, uri)]
        if presented.without_port() in {uri.without_port() for uri in apps}:
            return
    raise RedirectUriNotRegistered(client.id)


def _has_free_port(client: Client, uri: RedirectUri) -> bool:
    """RFC 8252 §7.3; RFC 9700 §2.1: for native apps the name localhost too."""
    if uri.kind is RedirectKind.LOCALHOST:
        return client.oidc.profile is Profile.NATIVE
    return client.oidc.is_public and uri.kind is RedirectKind.LOOPBACK


def response_type_is_named(request: AuthorizationRequest, _client: Client) -> None:
    """§3.1.1: response_type is REQUIRED."""
    if not request.response_type:
        raise RequestMalformed("response_type")


def response_type_is_code(request: AuthorizationRequest, _client: Client) -> None:
    """§4.1.1; RFC 9700 §2.1.2: no token is issued from the authorization endpoint."""
    if request.response_type != "code":
        raise ResponseTypeNotSupported(request.response_type[:64])


def client_may_use_codes(_request: AuthorizationRequest, client: Client) -> None:
    """§4.1.2.1 unauthorized_client: the client may not ask for a code this way."""
    client_may_use(client, GrantType.AUTHORIZATION_CODE)


def client_may_use(client: Client, grant_type: GrantType) -> None:
    """§5.2 unauthorized_client: only the grant types of its registration."""
    if grant_type not in client.oidc.grant_types:
        raise GrantTypeNotAllowed(grant_type.value)


def code_was_issued_to(grant: Grant, client: Client) -> None:
    """§4.1.3: ensure that the code was issued to the authenticated client."""
    if grant.client != client.id:
        raise GrantOfOtherClient(str(grant.id))


def code_is_fresh(grant: Grant, now: datetime) -> None:
    """§4.1.2: a code expires shortly after it was issued; here after a minute at most."""
    if now >= grant.code_expires_at:
        raise CodeExpired(str(grant.id))


def redirect_uri_repeats(grant: Grant, presented: str) -> None:
    """§4.1.3: the redirect_uri of both requests MUST be identical."""
    if presented != grant.redirect_uri:
        raise RedirectUriDiffers(str(grant.id))


def words_of(scope: str) -> frozenset[str]:
    """§3.3: return the words of a scope; their order does not matter."""
    return frozenset(scope.split(" ")) - {""}


def narrowed_scope(granted: frozenset[str], asked: str | None) -> frozenset[str]:
    """§3.3, §6: return what is asked, within what was granted; not asked: all of it.

    Raises:
        ScopeRefused: something was not granted, or nothing is asked for.
    """
    if asked is None:
        return granted
    wanted = words_of(asked)
    if not wanted or not wanted <= granted:
        raise ScopeRefused
    return wanted


def some_scope_is_left(told: frozenset[str]) -> None:
    """§3.3: who asks for scopes is told what they got; that it was none cannot be told.

    None of them may mean anything at the resource that the token is for.
    """
    if not told:
        raise ScopeRefused
