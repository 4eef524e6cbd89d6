"""Which modules the plans have; the tests are held to them.

Those of OpenID Connect are as of conformance suite 5.2.4, those of FAPI 2.0 as of the
suite's commit 009896792b20, read on 27 November 2026.
"""

from collections.abc import Mapping
from typing import Final

_BASIC: Final = """
    oidcc-server
    oidcc-response-type-missing
    oidcc-idtoken-signature
    oidcc-idtoken-unsigned
    oidcc-userinfo-get
    oidcc-userinfo-post-header
    oidcc-userinfo-post-body
    oidcc-ensure-request-without-nonce-succeeds-for-code-flow
    oidcc-scope-profile
    oidcc-scope-email
    oidcc-scope-address
    oidcc-scope-phone
    oidcc-scope-all
    oidcc-alternate-happy-flow
    oidcc-display-page
    oidcc-display-popup
    oidcc-prompt-login
    oidcc-prompt-none-not-logged-in
    oidcc-prompt-none-logged-in
    oidcc-max-age-1
    oidcc-max-age-10000
    oidcc-ensure-request-with-unknown-parameter-succeeds
    oidcc-id-token-hint
    oidcc-login-hint
    oidcc-ui-locales
    oidcc-claims-locales
    oidcc-ensure-request-with-acr-values-succeeds
    oidcc-codereuse
    oidcc-codereuse-30seconds
    oidcc-ensure-registered-redirect-uri
    oidcc-ensure-post-request-succeeds
    oidcc-server-client-secret-post
    oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported
    oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported
    oidcc-claims-essential
    oidcc-ensure-request-object-with-redirect-uri
    oidcc-refresh-token
    oidcc-ensure-request-with-valid-pkce-succeeds
"""
_DYNAMIC: Final = """
    oidcc-idtoken-rs256
    oidcc-idtoken-unsigned
    oidcc-userinfo-rs256
    oidcc-ensure-redirect-uri-in-authorization-request
    oidcc-redirect-uri-query-OK
    oidcc-redirect-uri-query-mismatch
    oidcc-redirect-uri-query-added
    oidcc-redirect-uri-regfrag
    oidcc-discovery-endpoint-verification
    oidcc-server
    oidcc-registration-logo-uri
    oidcc-registration-policy-uri
    oidcc-registration-tos-uri
    oidcc-registration-jwks-uri
    oidcc-registration-sector-uri
    oidcc-registration-sector-bad
    oidcc-server-rotate-keys
    oidcc-refresh-token-rp-key-rotation
    oidcc-request-uri-unsigned
    oidcc-request-uri-signed-rs256
    oidcc-ensure-request-object-with-redirect-uri
    oidcc-refresh-token
    oidcc-ensure-client-assertion-with-iss-aud-succeeds
"""
_LOGOUT: Final = """
    oidcc-rp-initiated-logout-discovery-endpoint-verification
    oidcc-rp-initiated-logout
    oidcc-rp-initiated-logout-bad-post-logout-redirect-uri
    oidcc-rp-initiated-logout-modified-id-token-hint
    oidcc-rp-initiated-logout-no-id-token-hint
    oidcc-rp-initiated-logout-no-params
    oidcc-rp-initiated-logout-no-post-logout-redirect-uri
    oidcc-rp-initiated-logout-no-state
    oidcc-rp-initiated-logout-only-state
    oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri
    oidcc-rp-initiated-logout-bad-id-token-hint
"""
_FRONT: Final = """
    oidcc-frontchannel-logout-discovery-endpoint-verification
    oidcc-frontchannel-rp-initiated-logout
"""
_BACK: Final = """
    oidcc-backchannel-logout-discovery-endpoint-verification
    oidcc-backchannel-rp-initiated-logout
"""
_FAPI2: Final = """
    discovery-end-point-verification
    happy-flow
    user-rejects-authentication
    ensure-authorization-request-without-state-success
    ensure-authorization-request-without-nonce-success
    ensure-authorization-request-with-64-char-nonce-success
    ensure-other-scope-order-succeeds
    test-claims-parameter-identity-claims
    access-token-type-header-case-sensitivity
    ensure-different-nonce-inside-and-outside-request-object
    ensure-different-state-inside-and-outside-request-object
    ensure-authorization-request-with-long-nonce
    ensure-authorization-request-with-long-state
    state-only-outside-request-object-not-used
    ensure-request-object-without-redirect-uri-fails
    plain-fapi-tolerate-unregistered-redirect-uri
    ensure-unsigned-authorization-request-without-using-par-fails
    ensure-redirect-uri-in-authorization-request
    ensure-response-type-code-idtoken-fails
    ensure-response-type-token-fails
    ensure-client-id-in-token-endpoint
    ensure-holder-of-key-required
    ensure-authorization-code-is-bound-to-client
    attempt-reuse-authorization-code-after-one-second
    ensure-token-endpoint-fails-with-expired-auth-code
    refresh-token
    par-ensure-reused-request-uri-prior-to-auth-completion-succeeds
    par-attempt-reuse-request_uri
    par-attempt-to-use-expired-request_uri
    par-attempt-to-use-request_uri-for-different-client
    par-authorization-request-containing-request_uri-form-param
    par-attempt-invalid-http-method
    par-ensure-pkce-required
    ensure-pkce-code-verifier-required
    incorrect-pkce-code-verifier-rejected
    par-plain-pkce-rejected
    par-without-duplicate-parameters
"""
_FAPI2_BY_KEY: Final = """
    check-dpop-proof-nbf-exp
    ensure-dpopproof-with-iat-10seconds-before-succeeds
    ensure-dpopproof-with-iat-10seconds-after-succeeds
    ensure-mismatched-dpop-jkt-fails
    ensure-token-endpoint-fails-with-mismatched-dpop-proof-jkt
    ensure-token-endpoint-fails-with-mismatched-dpop-jkt
    ensure-dpopproof-at-par-endpoint-binding-success
    ensure-dpop-auth-code-binding-success
    ensure-signed-client-assertion-with-RS256-fails
    ensure-client-assertion-in-token-endpoint
    ensure-client-assertion-with-exp-is-5-minutes-in-past-fails
    ensure-client-assertion-with-wrong-aud-fails
    ensure-client-assertion-with-no-sub-fails
    dpop-negative-tests
    par-ensure-jwt-client-assertions-nbf-8-seconds-in-the-future-is-accepted
    par-ensure-jwt-client-assertions-nbf-over-60-seconds-in-the-future-fails
    par-test-array-as-audience-fails
    par-test-par-endpoint-url-as-audience-fails
    par-test-token-endpoint-url-as-audience-fails
"""

FAPI2_PREFIX: Final = "fapi2-security-profile-final-"
FAPI2_BY_KEY: Final = tuple(FAPI2_PREFIX + name for name in _FAPI2_BY_KEY.split())
"""Modules that there are for private_key_jwt and DPoP, and not for mutual TLS."""

PLANS: Final[Mapping[str, tuple[str, ...]]] = {
    "basic": tuple(_BASIC.split()),
    "config": ("oidcc-discovery-endpoint-verification",),
    "dynamic": tuple(_DYNAMIC.split()),
    "rp_initiated_logout": tuple(_LOGOUT.split()),
    "frontchannel_logout": tuple(_FRONT.split()),
    "backchannel_logout": tuple(_BACK.split()),
    "fapi2": (*(FAPI2_PREFIX + name for name in _FAPI2.split()), *FAPI2_BY_KEY),
    "third_party": ("oidcc-3rd_party-init-login", "oidcc-3rd_party-init-login-nohttps"),
}
"""Plan → the names of its modules, in its order; form_post repeats those of basic.

Basic runs with response_type=code, client_secret_basic and the default response mode (the
one module of client_secret_post apart), with a static client or one that enters itself;
dynamic, in its variant response_type=code, with private_key_jwt and such a one; config
with a static client. ``fapi2`` is fapi2-security-profile-final-test-plan with the variants
plain_fapi, openid_connect, unsigned, plain_response and without grant management.
"""

NOT_OF_A_STATIC_CLIENT: Final = frozenset(
    {
        "oidcc-idtoken-signature",
        "oidcc-idtoken-unsigned",
        "oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported",
    }
)
"""Modules of basic that need a registration of their own: VariantNotApplicable."""


def name_of_test(module: str) -> str:
    """Return the name of the test of a module."""
    return f"test_{module.removeprefix(FAPI2_PREFIX).replace('-', '_')}"
