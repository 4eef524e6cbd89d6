"""What this issuer says about itself: one source for all its documents."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from idp.clients.domain import CLAIM_NAMES, SCOPE_CLAIMS, AuthMethod, GrantType
from idp.oidc.domain.answers import ResponseMode
from idp.oidc.domain.issuer import API_SCOPES, Issuer
from kernel.assurance import Level
from kernel.proof.jose import ASYMMETRIC
from trustroot.keys.domain import AGREEMENTS, CONTENT_KEY_BYTES

_ALGORITHMS: Final = ["ES256"]
_ABOUT_SIGN_IN: Final = ("acr", "amr", "auth_time", "iss", "nonce", "sid", "sub")


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What the organisation behind the issuer is called."""

    zh: str
    en: str


def provider_metadata(issuer: Issuer) -> dict[str, object]:
    """Return the provider's metadata: only what is true of this program.

    Source: OIDC Discovery §3, RFC 8414 §2, RFC 9126 §5, RFC 9207 §3, OIDC RP-Initiated
    Logout §2.1, OIDC Back-Channel Logout §2.1, OpenID Federation 1.0 §5.1.3.
    """
    url = issuer.url
    return {
        "issuer": url,
        "authorization_endpoint": f"{url}/oauth2/authorize",
        "token_endpoint": f"{url}/oauth2/token",
        "userinfo_endpoint": issuer.userinfo,
        "jwks_uri": f"{url}/oidc/jwks",
        "end_session_endpoint": f"{url}/logout",
        "response_types_supported": ["code"],
        "response_modes_supported": [mode.value for mode in ResponseMode],
        "grant_types_supported": [grant.value for grant in GrantType],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": _ALGORITHMS,
        "pushed_authorization_request_endpoint": issuer.pushed_requests,
        "federation_registration_endpoint": issuer.registration,
        "client_registration_types_supported": ["automatic", "explicit"],
        "token_endpoint_auth_methods_supported": [method.value for method in AuthMethod],
        "token_endpoint_auth_signing_alg_values_supported": sorted(ASYMMETRIC),
        "request_object_signing_alg_values_supported": sorted(ASYMMETRIC),
        "request_object_encryption_alg_values_supported": list(AGREEMENTS),
        "request_object_encryption_enc_values_supported": list(CONTENT_KEY_BYTES),
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": [*SCOPE_CLAIMS, *sorted(API_SCOPES)],
        "claims_supported": sorted({*CLAIM_NAMES, *_ABOUT_SIGN_IN}),
        "acr_values_supported": [level.acr for level in Level],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "display_values_supported": ["page", "popup", "touch"],
        "ui_locales_supported": ["zh-CN", "en"],
        "claims_parameter_supported": True,
        "request_parameter_supported": True,
        "request_uri_parameter_supported": True,
        "require_request_uri_registration": True,
        "authorization_response_iss_parameter_supported": True,
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolKeySets:
    """The public keys of our two halves, as JWK Sets."""

    provider: Mapping[str, object]
    relying_party: Mapping[str, object]


def entity_metadata(
    issuer: Issuer, names: Names, keys: ProtocolKeySets, callbacks: tuple[str, ...]
) -> dict[str, object]:
    """Return the metadata of ``{issuer}`` by entity type (OpenID Federation 1.0 §5).

    As a provider it is this room's, as a relying party the broker's. Both sets of keys
    stand in the statement, so that nobody must fetch them at the moment of a sign-in.
    """
    organisation = {"organization_name": names.zh, "organization_name#en": names.en}
    provider = {**provider_metadata(issuer), **organisation, "jwks": dict(keys.provider)}
    said: dict[str, object] = {
        "federation_entity": organisation,
        "openid_provider": provider,
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
