"""What is read of an upstream, and what is sent to it by the browser."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode, urlsplit

from idp.broker.domain import UpstreamMetadata
from idp.broker.errors import ProviderMetadataUnusable
from kernel.ids import ClientId, EntityId
from kernel.proof.jose import ASYMMETRIC
from kernel.secret import Secret
from kernel.web import Form

SCOPE: Final = "openid profile"
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
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationAsked:
    """The authentication request of OIDC Core §3.1.2.1, as we send it."""

    client_id: ClientId
    redirect_uri: str
    state: Secret
    nonce: str
    challenge: str
    acr_values: str
    prompt: frozenset[str]
    max_age_s: int | None
    ui_locales: str | None
    scope: str = SCOPE
    essential_acrs: tuple[str, ...] = ()

    def location(self, endpoint: str) -> str:
        """Return the address the browser is sent to; empty members are left out."""
        members = {
            "response_type": "code",
            "scope": self.scope,
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "state": self.state.reveal(),
            "nonce": self.nonce,
            "code_challenge": self.challenge,
            "code_challenge_method": "S256",
            "acr_values": self.acr_values,
            "prompt": " ".join(sorted(self.prompt)),
            "max_age": "" if self.max_age_s is None else str(self.max_age_s),
            "ui_locales": self.ui_locales or "",
            "claims": claims_parameter(self.essential_acrs),
        }
        return with_members(endpoint, members)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationAnswer:
    """What the browser brought back (RFC 6749 §4.1.2, RFC 9207 §2)."""

    state: Secret
    issuer: str | None
    code: Secret | None
    error: str | None

    @classmethod
    def parse(cls, form: Form) -> "AuthorizationAnswer":
        """Read the parameters; a repeated one is refused, an unknown one ignored.

        Raises:
            ParameterMissing, ParameterRepeated: as they say.
        """
        form.single_valued()
        code = form.optional("code")
        return cls(
            state=Secret(form.required("state")),
            issuer=form.optional("iss"),
            code=None if code is None else Secret(code),
            error=form.optional("error"),
        )


def claims_parameter(essential_acrs: tuple[str, ...]) -> str:
    """OIDC Core §5.5.1.1: ask for one of these ``acr`` values, or for no answer at all."""
    if not essential_acrs:
        return ""
    acr = {"essential": True, "values": list(essential_acrs)}
    return json.dumps({"id_token": {"acr": acr}}, separators=(",", ":"))


def scope_for(metadata: UpstreamMetadata) -> str:
    """OIDC Discovery §3 scopes_supported: ask for ``profile`` unless it has none."""
    knows = metadata.scopes is None or "profile" in metadata.scopes
    return SCOPE if knows else "openid"


def with_members(endpoint: str, members: Mapping[str, str]) -> str:
    """RFC 6749 §3.1: append members to an endpoint, whose own query is kept."""
    sent = urlencode({name: value for name, value in members.items() if value})
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{sent}"


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
