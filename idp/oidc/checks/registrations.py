"""OAuth 2.1, RFC 9700, FAPI 2.0: what each clause finds in one client's registration.

These ask and refuse nobody: a registration may be allowed here and still be no FAPI client.
"""

from datetime import timedelta
from typing import Final

from idp.clients.domain import (
    PROFILES,
    AuthMethod,
    Client,
    GrantType,
    RedirectKind,
    rules_of,
)
from idp.oidc.domain.conformance import Holds

_ASYMMETRIC: Final = frozenset(
    {AuthMethod.PRIVATE_KEY, AuthMethod.TLS, AuthMethod.SELF_SIGNED_TLS}
)
_STRONG: Final = frozenset({"PS256", "ES256", "EdDSA", "Ed25519"})
_LONGEST_CODE: Final = timedelta(seconds=60)
_LONGEST_PUSH: Final = timedelta(seconds=600)


def always(_client: Client) -> Holds:
    """Kept for everybody: no registration can say otherwise."""
    return Holds.KEPT


def redirects_are_registered(client: Client) -> Holds:
    """OAuth 2.1 §2.3.1: a client of the code flow registers complete redirect URIs."""
    return _if_by_code(client, bool(client.oidc.redirect_uris))


def redirects_are_no_names_of_this_machine(client: Client) -> Holds:
    """RFC 8252 §8.3: loopback redirects by address, for a name may resolve elsewhere."""
    kinds = {uri.kind for uri in client.oidc.redirect_uris}
    return _if_by_code(client, RedirectKind.LOCALHOST not in kinds)


def challenge_or_nonce(client: Client) -> Holds:
    """RFC 9700 §2.1.1: PKCE, or for a confidential OpenID client a nonce."""
    rules, public = rules_of(client), client.oidc.is_public
    return _if_by_code(client, rules.needs_pkce or not public)


def challenge_is_needed(client: Client) -> Holds:
    """OAuth 2.1 §4.1.1: code_challenge in every authorization request."""
    return _if_by_code(client, rules_of(client).needs_pkce)


def confidential_clients_prove_themselves(client: Client) -> Holds:
    """OAuth 2.1 §2.4: a confidential client authenticates; a public one cannot."""
    return Holds.NOT_ASKED if client.oidc.is_public else Holds.KEPT


def proves_itself_by_a_key(client: Client) -> Holds:
    """RFC 9700 §2.5: asymmetric client authentication."""
    if client.oidc.is_public:
        return Holds.NOT_ASKED
    return _kept(client.oidc.auth_method in _ASYMMETRIC)


def own_tokens_need_a_secret(client: Client) -> Holds:
    """OAuth 2.1 §4.2: client_credentials is for confidential clients only."""
    if GrantType.CLIENT_CREDENTIALS not in client.oidc.grant_types:
        return Holds.NOT_ASKED
    return _kept(not client.oidc.is_public)


def public_refresh_is_rotated_or_bound(client: Client) -> Holds:
    """OAuth 2.1 §4.3.1: refresh tokens of public clients rotate, or are bound to a key."""
    if GrantType.REFRESH_TOKEN not in client.oidc.grant_types or not client.oidc.is_public:
        return Holds.NOT_ASKED
    return _kept(PROFILES[client.oidc.profile].rotates_refresh or _is_bound(client))


def tokens_are_bound(client: Client) -> Holds:
    """RFC 9700 §2.2.1: access tokens only for who holds a key (DPoP or mTLS)."""
    return _kept(_is_bound(client))


def is_confidential(client: Client) -> Holds:
    """FAPI 2.0 §5.3.2.1: confidential clients only."""
    return _kept(not client.oidc.is_public)


def fapi_method(client: Client) -> Holds:
    """FAPI 2.0 §5.3.2.1: client authentication by mTLS or private_key_jwt."""
    return _kept(client.oidc.auth_method in _ASYMMETRIC)


def audience_is_our_issuer(client: Client) -> Holds:
    """FAPI 2.0 §5.3.2.1: the audience of an assertion is the issuer, as one string."""
    if client.oidc.auth_method is not AuthMethod.PRIVATE_KEY:
        return Holds.NOT_ASKED
    return _kept(rules_of(client).assertion_audience_is_issuer_string)


def refresh_tokens_stay(client: Client) -> Holds:
    """FAPI 2.0 §5.3.2.1: no rotation of refresh tokens in ordinary operation."""
    if GrantType.REFRESH_TOKEN not in client.oidc.grant_types:
        return Holds.NOT_ASKED
    return _kept(not rules_of(client).rotates_refresh)


def codes_are_short(client: Client) -> Holds:
    """FAPI 2.0 §5.3.2.1: a code lives 60 seconds at most."""
    return _if_by_code(client, rules_of(client).code_lifetime <= _LONGEST_CODE)


def requests_are_pushed(client: Client) -> Holds:
    """FAPI 2.0 §5.3.2.2: a request that was not pushed is refused."""
    pushed = rules_of(client).needs_push or client.oidc.requires_push
    return _if_by_code(client, pushed)


def pushed_requests_are_short(client: Client) -> Holds:
    """FAPI 2.0 §5.3.2.2: a request_uri lives less than 600 seconds."""
    return _if_by_code(client, rules_of(client).request_lifetime < _LONGEST_PUSH)


def answers_go_by_https(client: Client) -> Holds:
    """FAPI 2.0 §5.3.2.2: redirect URIs are https, or loopback addresses of native apps."""
    fitting = {RedirectKind.HTTPS, RedirectKind.LOOPBACK}
    kinds = {uri.kind for uri in client.oidc.redirect_uris}
    return _if_by_code(client, kinds <= fitting)


def algorithms_are_strong(client: Client) -> Holds:
    """FAPI 2.0 §5.4.1: PS256, ES256 or EdDSA, whoever signs."""
    facet = client.oidc
    named = {
        facet.id_token_alg,
        facet.userinfo_alg,
        facet.request_object_alg,
        facet.assertion_alg,
    }
    may = PROFILES[facet.profile].signing_algs
    # Who named no algorithm signs with any that the profile allows.
    free = facet.auth_method is AuthMethod.PRIVATE_KEY and facet.assertion_alg is None
    return _kept(named - {None} <= _STRONG and (not free or may <= _STRONG))


def _is_bound(client: Client) -> bool:
    facet = client.oidc
    bound = facet.binds_to_dpop or facet.binds_to_certificate
    return bound or rules_of(client).needs_sender_constraint


def _if_by_code(client: Client, kept: bool) -> Holds:  # noqa: FBT001  a verdict, no option
    if GrantType.AUTHORIZATION_CODE not in client.oidc.grant_types:
        return Holds.NOT_ASKED
    return _kept(kept)


def _kept(kept: bool) -> Holds:  # noqa: FBT001  a verdict, no option
    return Holds.KEPT if kept else Holds.BROKEN
