"""What the table of profiles says, asked of one registration (``domain.PROFILES``)."""

from idp.clients.domain import PROFILES, AuthMethod, Client, public_part
from idp.clients.errors import ClientMalformed, RedirectUriRefused

_SHARED_ALG = "HS256"


def method_is_of_the_profile(client: Client) -> None:
    """FAPI 2.0 §5.3.2.1, RFC 8252 §8.5: it proves itself in a way its profile allows."""
    facet = client.oidc
    if facet.auth_method not in PROFILES[facet.profile].auth_methods:
        raise ClientMalformed("token_endpoint_auth_method")


def grants_are_of_the_profile(client: Client) -> None:
    """RFC 9700 §2.4 and each profile: no grant beyond the row."""
    if not client.oidc.grant_types <= PROFILES[client.oidc.profile].grants:
        raise ClientMalformed("grant_types")


def redirects_are_of_the_profile(client: Client) -> None:
    """RFC 8252 §7, FAPI 2.0 §5.3.2.2: only an app is answered at a scheme of its own."""
    facet = client.oidc
    taken = PROFILES[facet.profile].redirect_kinds
    for uri in (*facet.redirect_uris, *facet.post_logout_redirect_uris):
        if uri.kind not in taken:
            said = f"{public_part(uri.text)} ({uri.kind}): profile {facet.profile} takes"
            raise RedirectUriRefused(f"{said} {', '.join(sorted(taken)) or 'none'}")


def algorithms_are_of_the_profile(client: Client) -> None:
    """OIDC Registration §2, FAPI 2.0 §5.4.1: an algorithm that is named is in the row.

    HS256 is for client_secret_jwt alone: nobody else shares a key with us.
    """
    rules, facet = PROFILES[client.oidc.profile], client.oidc
    signs = {facet.request_object_alg, facet.assertion_alg} - {None}
    if facet.auth_method is AuthMethod.SECRET_JWT:
        signs = {facet.request_object_alg} - {None}
        if facet.assertion_alg not in (None, _SHARED_ALG):
            raise ClientMalformed("token_endpoint_auth_signing_alg")
    if not signs <= rules.signing_algs:
        raise ClientMalformed("signing algorithm")
    ours = {facet.id_token_alg, facet.userinfo_alg} - {None}
    if not ours <= rules.token_algs:
        raise ClientMalformed("signed_response_alg")


def nonce_stands_in_only_where_it_may(client: Client) -> None:
    """RFC 9700 §2.1.1: only a confidential OpenID Connect client may do without PKCE."""
    facet = client.oidc
    may = PROFILES[facet.profile].nonce_may_do and not facet.is_public
    if facet.relies_on_nonce and not (may and "openid" in facet.scopes):
        raise ClientMalformed("relies_on_nonce")
