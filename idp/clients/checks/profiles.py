"""What the table of profiles says, asked of one registration (``domain.PROFILES``)."""

from collections.abc import Iterable

from idp.clients.domain import PROFILES, AuthMethod, Client, public_part
from idp.clients.errors import ClientMalformed, RedirectUriRefused

_SHARED_ALG = "HS256"


def method_is_of_the_profile(client: Client) -> None:
    """FAPI 2.0 §5.3.2.1, RFC 8252 §8.5: it proves itself in a way its profile allows."""
    facet = client.oidc
    taken = PROFILES[facet.profile].auth_methods
    if facet.auth_method not in taken:
        raise _beyond(client, "token_endpoint_auth_method", taken)


def grants_are_of_the_profile(client: Client) -> None:
    """RFC 9700 §2.4 and each profile: no grant beyond the row."""
    taken = PROFILES[client.oidc.profile].grants
    if not client.oidc.grant_types <= taken:
        raise _beyond(client, "grant_types", taken)


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
    shared = facet.auth_method is AuthMethod.SECRET_JWT
    asserts = frozenset({_SHARED_ALG}) if shared else rules.signing_algs
    named = (
        ("request_object_signing_alg", facet.request_object_alg, rules.signing_algs),
        ("token_endpoint_auth_signing_alg", facet.assertion_alg, asserts),
        ("id_token_signed_response_alg", facet.id_token_alg, rules.token_algs),
        ("userinfo_signed_response_alg", facet.userinfo_alg, rules.token_algs),
    )
    for member, algorithm, taken in named:
        if algorithm is not None and algorithm not in taken:
            raise _beyond(client, member, taken)


def nonce_stands_in_only_where_it_may(client: Client) -> None:
    """RFC 9700 §2.1.1: only a confidential OpenID Connect client may do without PKCE."""
    facet = client.oidc
    may = PROFILES[facet.profile].nonce_may_do and not facet.is_public
    if facet.relies_on_nonce and not (may and "openid" in facet.scopes):
        said = "a confidential client with the scope openid, profile oidc"
        raise ClientMalformed(f"relies_on_nonce: only {said}")


def _beyond(client: Client, member: str, taken: Iterable[str]) -> ClientMalformed:
    said = ", ".join(sorted(taken))
    return ClientMalformed(f"{member}: profile {client.oidc.profile} takes {said}")
