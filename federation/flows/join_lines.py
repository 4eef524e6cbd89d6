"""What is looked at of a plain OpenID provider, by which clause, and what to change."""

from typing import Final

from federation.flows.lines import Line

ADDRESS: Final = Line(
    "address_is_a_discovery_address",
    "OIDC Discovery 1.0 §4",
    "Give the whole address: issuer + /.well-known/openid-configuration.",
)
SERVED: Final = Line(
    "discovery_is_served",
    "OIDC Discovery 1.0 §4.2",
    "Serve the configuration as one JSON object with status 200, without a redirect "
    "to another host.",
)
ISSUER: Final = Line(
    "issuer_fits_the_address",
    "OIDC Discovery 1.0 §4.3",
    "Make issuer exactly what stands before /.well-known/openid-configuration.",
)
ENTITY: Final = Line(
    "issuer_is_an_entity_identifier",
    "OpenID Federation 1.0 §1.2",
    "Use an issuer that is an https URL without query and fragment.",
)
COMPLETE: Final = Line(
    "required_members_are_there",
    "OIDC Discovery 1.0 §3",
    "Publish every member that §3 requires, each of its type.",
)
HTTPS: Final = Line(
    "endpoints_are_https",
    "OIDC Discovery 1.0 §3",
    "Serve every endpoint over https, and name it without a fragment.",
)
OWN: Final = Line(
    "endpoints_are_its_own",
    "RFC 9700 §4.4",
    "Serve every endpoint at the issuer's host or a name below it.",
)
CODE: Final = Line(
    "code_flow_is_offered",
    "OIDC Core 1.0 §3.1",
    "Offer response type code and grant type authorization_code.",
)
PKCE: Final = Line(
    "pkce_is_offered",
    "RFC 9700 §2.1.1",
    "Support PKCE, and say S256 in code_challenge_methods_supported.",
)
SIGNATURES: Final = Line(
    "signatures_can_be_checked",
    "OIDC Core 1.0 §15.1",
    "Sign ID tokens with ES256, RS256, PS256 or EdDSA, and say so.",
)
SECRETS: Final = Line(
    "secrets_are_taken",
    "RFC 6749 §2.3.1",
    "Let our client authenticate by client_secret_basic or client_secret_post.",
)
SCOPES: Final = Line(
    "scopes_have_openid",
    "OIDC Discovery 1.0 §3",
    "Name openid in scopes_supported, or leave the list out.",
)
KEYS_SERVED: Final = Line(
    "keys_are_served",
    "OIDC Discovery 1.0 §3",
    "Serve the JWK Set at jwks_uri as one JSON object with status 200.",
)
KEYS: Final = Line(
    "keys_are_strong",
    "RFC 7518 §3.3",
    "Publish public signing keys only, each with its kid: EC, Ed25519, or RSA of at "
    "least 2,048 bits.",
)
FITTING: Final = Line(
    "keys_fit_the_algorithms",
    "RFC 7517 §4.4",
    "Publish a key for one of the algorithms you sign ID tokens with.",
)
ALIVE: Final = Line(
    "endpoints_answer",
    "OIDC Discovery 1.0 §3",
    "Have every endpoint answer from a public address.",
)
PUBLISHED: Final = Line(
    "discovery_is_reached",
    "OIDC Discovery 1.0 §4.1",
    "Serve the configuration where your issuer says.",
)
