"""What each profile means: one table, read by every room that serves a client."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from idp.clients.domain.clients import Client
from idp.clients.domain.methods import AuthMethod, GrantType, Profile
from idp.clients.domain.uris import RedirectKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a client of a profile may do, and what it must.

    Attributes:
        auth_methods: ways in which it may prove itself.
        signing_algs: algorithms it may sign assertions and requests with; HS256 is none
            of them, it belongs to ``client_secret_jwt`` alone.
        token_algs: algorithms we may sign with for it.
        grants: what it may be registered for.
        redirect_kinds: where answers to it may go.
        confidential_only: a public client is refused (RFC 6749 §2.1).
        needs_push: a request that was not pushed is refused (RFC 9126 §6).
        needs_pkce: a request without a code challenge is refused (RFC 7636).
        nonce_may_do: a confidential client may be registered with a nonce in place of a
            challenge (RFC 9700 §2.1.1); then ``rules_of`` says no ``needs_pkce``.
        needs_sender_constraint: tokens only for who holds a key (RFC 9449, RFC 8705).
        rotates_refresh: each refresh gives a new refresh token; else it stays, for a
            client that proves itself (FAPI 2.0 §5.3.2.1).
        assertion_audience_is_issuer_string: ``aud`` of an assertion is our issuer as one
            string, no list and no endpoint.
        consent_each_time: another could pose as it, so the person is asked each time
            (RFC 8252 §8.6).
        claimed_address_does: an https address, which nobody else can claim, proves who it
            is: there it is asked once.
        signs_in_each_time: many people use its browser, so a session found there may be
            the last one's: each answer is about a sign-in of its own.
        code_lifetime, request_lifetime: of a code, and of a request that was pushed.
    """

    auth_methods: frozenset[AuthMethod]
    signing_algs: frozenset[str]
    token_algs: frozenset[str]
    grants: frozenset[GrantType]
    redirect_kinds: frozenset[RedirectKind]
    confidential_only: bool = False
    needs_push: bool = False
    needs_pkce: bool = True
    nonce_may_do: bool = False
    needs_sender_constraint: bool = False
    rotates_refresh: bool = True
    assertion_audience_is_issuer_string: bool = False
    consent_each_time: bool = False
    claimed_address_does: bool = False
    signs_in_each_time: bool = False
    code_lifetime: timedelta = timedelta(seconds=60)
    request_lifetime: timedelta = timedelta(seconds=90)


_EVERY_ALG: Final = frozenset({"ES256", "ES384", "RS256", "PS256", "EdDSA", "Ed25519"})
_STRONG_ALGS: Final = frozenset({"ES256", "PS256", "EdDSA", "Ed25519"})
_OUR_STRONG_ALGS: Final = frozenset({"ES256", "PS256", "EdDSA"})
_OUR_ALGS: Final = frozenset({"ES256", "RS256", "PS256", "EdDSA"})
_OWN_MACHINE: Final = frozenset({RedirectKind.LOOPBACK, RedirectKind.LOCALHOST})

PROFILES: Final[Mapping[Profile, Rules]] = MappingProxyType(
    {
        # The default: code with PKCE and iss, refresh tokens rotate.
        Profile.OIDC: Rules(
            auth_methods=frozenset(AuthMethod),
            signing_algs=_EVERY_ALG,
            token_algs=_OUR_ALGS,
            grants=frozenset(GrantType),
            redirect_kinds=_OWN_MACHINE | {RedirectKind.HTTPS},
            nonce_may_do=True,
        ),
        # FAPI 2.0 Security Profile §5.3.2, §5.4.1.
        Profile.FAPI2: Rules(
            auth_methods=frozenset(
                {AuthMethod.PRIVATE_KEY, AuthMethod.TLS, AuthMethod.SELF_SIGNED_TLS}
            ),
            signing_algs=_STRONG_ALGS,
            token_algs=_OUR_STRONG_ALGS,
            grants=frozenset(
                {
                    GrantType.AUTHORIZATION_CODE,
                    GrantType.REFRESH_TOKEN,
                    GrantType.CLIENT_CREDENTIALS,
                    GrantType.TOKEN_EXCHANGE,
                }
            ),
            redirect_kinds=frozenset({RedirectKind.HTTPS, RedirectKind.LOOPBACK}),
            confidential_only=True,
            needs_push=True,
            needs_sender_constraint=True,
            rotates_refresh=False,
            assertion_audience_is_issuer_string=True,
        ),
        # RFC 8252: what is shipped to everybody keeps no secret (§8.5).
        Profile.NATIVE: Rules(
            auth_methods=frozenset({AuthMethod.NONE}),
            signing_algs=_EVERY_ALG,
            token_algs=_OUR_ALGS,
            grants=frozenset(
                {
                    GrantType.AUTHORIZATION_CODE,
                    GrantType.REFRESH_TOKEN,
                    GrantType.DEVICE_CODE,
                }
            ),
            redirect_kinds=frozenset(RedirectKind),
            consent_each_time=True,
            claimed_address_does=True,
        ),
        # RFC 8628 at a machine that many people use: nothing outlives the visit.
        Profile.KIOSK: Rules(
            auth_methods=frozenset(AuthMethod),
            signing_algs=_EVERY_ALG,
            token_algs=_OUR_ALGS,
            grants=frozenset({GrantType.AUTHORIZATION_CODE, GrantType.DEVICE_CODE}),
            redirect_kinds=_OWN_MACHINE | {RedirectKind.HTTPS},
            consent_each_time=True,
            signs_in_each_time=True,
        ),
    }
)
"""The rules of each profile; a new profile is a new row."""

_WITH_NONCE: Final[Mapping[Profile, Rules]] = MappingProxyType(
    {
        profile: replace(rules, needs_pkce=False)
        for profile, rules in PROFILES.items()
        if rules.nonce_may_do
    }
)


def rules_of(client: Client) -> Rules:
    """Return what ``client`` is held to: its profile's row, as it is registered in it.

    RFC 9700 §2.1.1: only a confidential client may do with a nonce.
    """
    facet = client.oidc
    if facet.relies_on_nonce and not facet.is_public:
        return _WITH_NONCE.get(facet.profile, PROFILES[facet.profile])
    return PROFILES[facet.profile]
