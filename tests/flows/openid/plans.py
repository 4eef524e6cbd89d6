"""Which modules the plans have (conformance suite 5.2.4); the tests are held to them."""

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
    oidcc-discovery-endpoint-verification
    oidcc-server
    oidcc-ensure-client-assertion-with-iss-aud-succeeds
    oidcc-ensure-redirect-uri-in-authorization-request
    oidcc-ensure-request-object-with-redirect-uri
    oidcc-idtoken-rs256
    oidcc-idtoken-unsigned
    oidcc-redirect-uri-query-OK
    oidcc-redirect-uri-query-added
    oidcc-redirect-uri-query-mismatch
    oidcc-redirect-uri-regfrag
    oidcc-refresh-token
    oidcc-refresh-token-rp-key-rotation
    oidcc-registration-jwks-uri
    oidcc-registration-logo-uri
    oidcc-registration-policy-uri
    oidcc-registration-sector-bad
    oidcc-registration-sector-uri
    oidcc-registration-tos-uri
    oidcc-request-uri-signed-rs256
    oidcc-request-uri-unsigned
    oidcc-server-rotate-keys
    oidcc-userinfo-rs256
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

PLANS: Final[Mapping[str, tuple[str, ...]]] = {
    "basic": tuple(_BASIC.split()),
    "config": ("oidcc-discovery-endpoint-verification",),
    "dynamic": tuple(_DYNAMIC.split()),
    "rp_initiated_logout": tuple(_LOGOUT.split()),
    "frontchannel_logout": tuple(_FRONT.split()),
    "backchannel_logout": tuple(_BACK.split()),
    "third_party": ("oidcc-3rd_party-init-login", "oidcc-3rd_party-init-login-nohttps"),
}
"""Plan → the names of its modules; form_post repeats those of basic."""


def name_of_test(module: str) -> str:
    """Return the name of the test of a module."""
    return f"test_{module.replace('-', '_')}"
