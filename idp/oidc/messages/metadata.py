"""What this issuer says about itself: one source for all its documents."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from idp.clients.domain import CLAIM_NAMES, SCOPE_CLAIMS, AuthMethod
from idp.oidc.domain.answers import ResponseMode
from idp.oidc.domain.issuer import API_SCOPES, Issuer
from idp.oidc.messages.offered import Offered
from kernel.assurance import Level
from kernel.proof.jose import ASYMMETRIC, CLIENT_ASSERTION, DPOP_PROOF
from kernel.proof.jose.encrypting import CONTENT_ENCRYPTIONS, KEY_ENCRYPTIONS
from trustroot.keys.domain import AGREEMENTS, CONTENT_KEY_BYTES

_ABOUT_SIGN_IN: Final = ("acr", "amr", "auth_time", "iss", "nonce", "sid", "sub")


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What the organisation behind the issuer is called."""

    zh: str
    en: str


def provider_metadata(
    issuer: Issuer, offered: Offered, algorithms: tuple[str, ...]
) -> dict[str, object]:
    """Return the provider's metadata: only what is true of this program.

    ``algorithms`` are those by which tokens can be signed now.

    Source: OIDC Discovery §3, RFC 8414 §2, RFC 9728 §4, OIDC RP-Initiated Logout §2.1,
    OIDC Front-Channel and Back-Channel Logout, OpenID Federation 1.0 §5.1.3.
    """
    said: dict[str, object] = {
        "issuer": issuer.url,
        **offered.endpoints(issuer.url),
        **offered.aliases(),
        **_clients(offered, algorithms),
        **_requests(),
        **_answers(algorithms),
        **_people(),
        "protected_resources": [issuer.api, issuer.userinfo],
    }
    return {name: value for name, value in said.items() if value != []}


def _clients(offered: Offered, algorithms: tuple[str, ...]) -> dict[str, object]:
    """How clients register and prove themselves, and what they get for that."""
    methods, signing = offered.auth_methods(), _assertion_algorithms(offered)
    confidential = [method for method in methods if method != AuthMethod.NONE.value]
    return {
        "grant_types_supported": list(offered.grants),
        "client_registration_types_supported": ["automatic", "explicit"],
        "token_endpoint_auth_methods_supported": methods,
        "token_endpoint_auth_signing_alg_values_supported": signing,
        "revocation_endpoint_auth_methods_supported": methods,
        "revocation_endpoint_auth_signing_alg_values_supported": signing,
        "introspection_endpoint_auth_methods_supported": confidential,
        "introspection_endpoint_auth_signing_alg_values_supported": signing,
        "introspection_signing_alg_values_supported": list(algorithms),  # RFC 9701 §7
        "dpop_signing_alg_values_supported": sorted(DPOP_PROOF.algorithms),  # RFC 9449 §5.1
    }


def _assertion_algorithms(offered: Offered) -> list[str]:
    """OIDC Core §9: an assertion is signed by a key, or with a secret where that may be."""
    with_secret = AuthMethod.SECRET_JWT in offered.methods
    return [*(["HS256"] if with_secret else []), *sorted(CLIENT_ASSERTION.algorithms)]


def _requests() -> dict[str, object]:
    """What an authorization request may look like."""
    return {
        "response_types_supported": ["code"],
        "response_modes_supported": [mode.value for mode in ResponseMode],
        "code_challenge_methods_supported": ["S256"],
        "claims_parameter_supported": True,
        "request_parameter_supported": True,
        "request_uri_parameter_supported": True,
        "require_request_uri_registration": True,
        "request_object_signing_alg_values_supported": sorted(ASYMMETRIC),
        "request_object_encryption_alg_values_supported": list(AGREEMENTS),
        "request_object_encryption_enc_values_supported": list(CONTENT_KEY_BYTES),
        "authorization_response_iss_parameter_supported": True,  # RFC 9207 §3
    }


def _answers(algorithms: tuple[str, ...]) -> dict[str, object]:
    """How what we say is signed and encrypted, and who is told of a sign-out."""
    return {
        "id_token_signing_alg_values_supported": list(algorithms),
        "id_token_encryption_alg_values_supported": list(KEY_ENCRYPTIONS),
        "id_token_encryption_enc_values_supported": list(CONTENT_ENCRYPTIONS),
        "userinfo_signing_alg_values_supported": list(algorithms),
        "userinfo_encryption_alg_values_supported": list(KEY_ENCRYPTIONS),
        "userinfo_encryption_enc_values_supported": list(CONTENT_ENCRYPTIONS),
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        "frontchannel_logout_supported": True,
        "frontchannel_logout_session_supported": True,
    }


def _people() -> dict[str, object]:
    """What there is to know about people, and how they are spoken to."""
    return {
        "subject_types_supported": ["pairwise"],
        "scopes_supported": [*SCOPE_CLAIMS, *sorted(API_SCOPES)],
        "claim_types_supported": ["normal"],
        "claims_supported": sorted({*CLAIM_NAMES, *_ABOUT_SIGN_IN}),
        "acr_values_supported": [level.acr for level in Level],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "display_values_supported": ["page", "popup", "touch"],
        "ui_locales_supported": ["zh-CN", "en"],
    }


def resource_metadata(
    issuer: Issuer, resource: str, names: Names, offered: Offered
) -> dict[str, object]:
    """Return what our API or userinfo says of itself as a resource (RFC 9728 §2)."""
    is_api = resource == issuer.api
    bound = offered.certificate_url is not None
    said: dict[str, object] = {
        "resource": resource,
        "authorization_servers": [issuer.url],
        "scopes_supported": sorted(API_SCOPES) if is_api else list(SCOPE_CLAIMS),
        "bearer_methods_supported": ["header"] if is_api else ["header", "body"],
        "dpop_signing_alg_values_supported": sorted(DPOP_PROOF.algorithms),
        "resource_name": names.zh,
        "resource_name#en": names.en,
    }
    return {**said, "tls_client_certificate_bound_access_tokens": True} if bound else said


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolKeySets:
    """The public keys of our two halves, as JWK Sets."""

    provider: Mapping[str, object]
    relying_party: Mapping[str, object]


def entity_metadata(
    provider: Mapping[str, object],
    names: Names,
    keys: ProtocolKeySets,
    callbacks: tuple[str, ...],
) -> dict[str, object]:
    """Return the metadata of ``{issuer}`` by entity type (OpenID Federation 1.0 §5).

    As a provider it is this room's, as a relying party the broker's. Both sets of keys
    stand in the statement, so that nobody must fetch them at the moment of a sign-in.
    """
    organisation = {"organization_name": names.zh, "organization_name#en": names.en}
    said: dict[str, object] = {
        "federation_entity": organisation,
        "openid_provider": {**provider, **organisation, "jwks": dict(keys.provider)},
    }
    if callbacks:
        said["openid_relying_party"] = {
            **organisation,
            "client_name": names.zh,
            "client_name#en": names.en,
            "application_type": "web",
            "redirect_uris": list(callbacks),
            "response_types": ["code"],
            "grant_types": ["authorization_code"],
            "client_registration_types": ["automatic", "explicit"],
            "token_endpoint_auth_method": "private_key_jwt",
            "token_endpoint_auth_signing_alg": "ES256",
            "request_object_signing_alg": "ES256",
            "id_token_signed_response_alg": "ES256",
            "scope": " ".join(sorted(SCOPE_CLAIMS)),
            "jwks": dict(keys.relying_party),
        }
    return said
