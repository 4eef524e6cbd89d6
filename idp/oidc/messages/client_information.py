"""What a client that entered itself is told: all that is registered (RFC 7591 §3.2.1)."""

from dataclasses import dataclass
from typing import Final

from idp.clients.domain import (
    Client,
    EncryptionWish,
    GrantType,
    OidcFacet,
    Profile,
)
from idp.oidc.domain.registering import OwnRecord
from kernel.clock import epoch_seconds
from kernel.secret import Secret

Said = dict[str, object]
REGISTRATION_PATH: Final = "/oauth2/register"


@dataclass(frozen=True, slots=True, kw_only=True)
class Information:
    """A client, what is kept beside its record, and what is shown this once."""

    client: Client
    own: OwnRecord
    token: Secret
    secret: Secret | None = None


def information(issuer: str, told: Information) -> Said:
    """Return the whole answer: replacements and defaults too; what is empty is left out.

    Source: RFC 7591 §3.2.1, RFC 7592 §3, OIDC Registration §3.2.
    """
    client, facet = told.client, told.client.oidc
    said: Said = {
        "client_id": client.id,
        "client_id_issued_at": epoch_seconds(told.own.registered_at),
        "registration_client_uri": f"{issuer}{REGISTRATION_PATH}/{client.id}",
        "registration_access_token": told.token.reveal(),
        **_about(client),
        **_asking(facet),
        **_proving(facet),
        **_answers(facet),
        **_leaving(facet),
        **told.own.said,
    }
    if told.secret is not None:
        said["client_secret"] = told.secret.reveal()
    if facet.holds_secret:
        said["client_secret_expires_at"] = 0
    return {name: value for name, value in said.items() if value not in (None, [], "")}


def _about(client: Client) -> Said:
    native = client.oidc.profile is Profile.NATIVE
    pages = client.pages
    return {
        "client_name": client.name_zh,
        **_named(client),
        "contacts": list(client.contacts),
        "client_uri": pages.client_uri,
        "logo_uri": pages.logo_uri,
        "policy_uri": pages.policy_uri,
        "tos_uri": pages.tos_uri,
        "policy_uri#en": pages.policy_uri_en,
        "tos_uri#en": pages.tos_uri_en,
        "application_type": "native" if native else "web",
        "profile": client.oidc.profile.value,
    }


def _named(client: Client) -> Said:
    """RFC 7592 §2.2: whoever has one name, and sends all back with another, has that."""
    if client.name_zh == client.name_en:
        return {}
    return {"client_name#zh-CN": client.name_zh, "client_name#en": client.name_en}


def _asking(facet: OidcFacet) -> Said:
    by_code = GrantType.AUTHORIZATION_CODE in facet.grant_types
    age = facet.default_max_age
    return {
        "redirect_uris": [uri.text for uri in facet.redirect_uris],
        "grant_types": sorted(grant.value for grant in facet.grant_types),
        "response_types": ["code"] if by_code else [],
        "scope": " ".join(sorted(facet.scopes)),
        "request_uris": list(facet.request_uris),
        "request_object_signing_alg": facet.request_object_alg,
        "require_signed_request_object": facet.signs_requests,
        "require_pushed_authorization_requests": facet.requires_push,
        "default_max_age": None if age is None else int(age.total_seconds()),
        "require_auth_time": facet.requires_auth_time,
        "default_acr_values": [level.acr for level in facet.default_levels],
        "initiate_login_uri": facet.initiate_login_uri,
    }


def _proving(facet: OidcFacet) -> Said:
    named = facet.tls_subject
    given = facet.keys is not None and facet.jwks_uri is None
    return {
        "token_endpoint_auth_method": facet.auth_method.value,
        "token_endpoint_auth_signing_alg": facet.assertion_alg,
        "jwks": facet.keys.to_jwks() if given and facet.keys is not None else None,
        "jwks_uri": facet.jwks_uri,
        "dpop_bound_access_tokens": facet.binds_to_dpop,
        "tls_client_certificate_bound_access_tokens": facet.binds_to_certificate,
        **({} if named is None else {named.kind.value: named.value}),
    }


def _answers(facet: OidcFacet) -> Said:
    return {
        "subject_type": "pairwise",
        "sector_identifier_uri": facet.sector_identifier_uri,
        "id_token_signed_response_alg": facet.id_token_alg,
        "userinfo_signed_response_alg": facet.userinfo_alg,
        **_wish("id_token_encrypted_response", facet.id_token_encryption),
        **_wish("userinfo_encrypted_response", facet.userinfo_encryption),
    }


def _wish(name: str, wish: EncryptionWish | None) -> Said:
    return {} if wish is None else {f"{name}_alg": wish.alg, f"{name}_enc": wish.enc}


def _leaving(facet: OidcFacet) -> Said:
    said: Said = {
        "post_logout_redirect_uris": [u.text for u in facet.post_logout_redirect_uris]
    }
    if facet.frontchannel_logout_uri is not None:
        said["frontchannel_logout_uri"] = facet.frontchannel_logout_uri
        said["frontchannel_logout_session_required"] = facet.frontchannel_needs_session
    if facet.backchannel_logout_uri is not None:
        said["backchannel_logout_uri"] = facet.backchannel_logout_uri
        said["backchannel_logout_session_required"] = facet.backchannel_needs_session
    return said
