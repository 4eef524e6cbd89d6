"""What an upstream's metadata says of it, as far as we use it."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from idp.broker.domain import UpstreamMetadata
from idp.broker.errors import ProviderMetadataUnusable
from kernel.ids import EntityId
from kernel.proof.jose import ASYMMETRIC

_ADDRESS_LIMIT: Final = 2048


def upstream_metadata(said: Mapping[str, object]) -> UpstreamMetadata:
    """Read the resolved ``openid_provider`` metadata (OIDC Discovery §3).

    Raises:
        ProviderMetadataUnusable: a member that a sign-in needs is missing or malformed.
    """
    return UpstreamMetadata(
        issuer=EntityId(_text(said, "issuer")),
        authorization_endpoint=_address(said, "authorization_endpoint"),
        token_endpoint=_address(said, "token_endpoint"),
        algorithms=_algorithms(said),
        claims=_texts(said, "claims_supported"),
        userinfo_endpoint=_optional_address(said, "userinfo_endpoint"),
        end_session_endpoint=_optional_address(said, "end_session_endpoint"),
        jwks=_jwks(said),
        jwks_uri=_optional_address(said, "jwks_uri"),
        names_itself=said.get("authorization_response_iss_parameter_supported") is True,
        takes_claims=said.get("claims_parameter_supported") is True,
        secret_methods=_methods(said),
        scopes=_texts(said, "scopes_supported") if "scopes_supported" in said else None,
        pushed_endpoint=_optional_address(said, "pushed_authorization_request_endpoint"),
        registration_endpoint=_optional_address(said, "federation_registration_endpoint"),
        registration_types=_texts(said, "client_registration_types_supported"),
    )


def _text(said: Mapping[str, object], name: str) -> str:
    value = said.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= _ADDRESS_LIMIT:
        raise ProviderMetadataUnusable(name)
    return value


def _address(said: Mapping[str, object], name: str) -> str:
    """RFC 6749 §3.1, §3.2: an absolute URI without fragment; scripts are none."""
    value = _text(said, name)
    try:
        parts = urlsplit(value)
    except ValueError as cause:
        raise ProviderMetadataUnusable(name) from cause
    plain = value.isascii() and value.isprintable() and " " not in value
    if parts.scheme not in {"https", "http"} or not parts.netloc or "#" in value:
        raise ProviderMetadataUnusable(name)
    if not plain or parts.username is not None:
        raise ProviderMetadataUnusable(name)
    return value


def _optional_address(said: Mapping[str, object], name: str) -> str | None:
    return _address(said, name) if name in said else None


def _texts(said: Mapping[str, object], name: str) -> frozenset[str]:
    value = said.get(name, [])
    if not isinstance(value, list):
        raise ProviderMetadataUnusable(name)
    return frozenset(item for item in value if isinstance(item, str))


def _methods(said: Mapping[str, object]) -> frozenset[str]:
    """OIDC Discovery §3: without a list it is client_secret_basic."""
    name = "token_endpoint_auth_methods_supported"
    return _texts(said, name) if name in said else frozenset({"client_secret_basic"})


def _algorithms(said: Mapping[str, object]) -> frozenset[str]:
    """OIDC Discovery §3, RFC 8725 §3.1: named by metadata, and asymmetric ones only."""
    named = _texts(said, "id_token_signing_alg_values_supported") & ASYMMETRIC
    if not named:
        raise ProviderMetadataUnusable("id_token_signing_alg_values_supported")
    return named


def _jwks(said: Mapping[str, object]) -> Mapping[str, object] | None:
    value = said.get("jwks")
    if value is not None and not isinstance(value, Mapping):
        raise ProviderMetadataUnusable("jwks")
    return value
