"""A facet written down: what would be said to describe it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import cast

from idp.clients.domain import (
    EncryptionWish,
    ExchangePolicy,
    OidcFacet,
    TlsName,
    TlsSubject,
)
from idp.clients.messages.oidc import ExchangeBody, OidcBody
from kernel.events import JsonValue


def oidc_body(facet: OidcFacet) -> OidcBody:
    """Return what is said to describe ``facet``."""
    return _leaving(facet, _tokens(facet, _asking(facet, _reaching(facet))))


def _reaching(facet: OidcFacet) -> OidcBody:
    return OidcBody(
        profile=facet.profile,
        token_endpoint_auth_method=facet.auth_method,
        grant_types=tuple(sorted(facet.grant_types)),
        redirect_uris=tuple(uri.text for uri in facet.redirect_uris),
        scopes=tuple(sorted(facet.scopes)),
        sector=facet.sector,
        sector_identifier_uri=facet.sector_identifier_uri,
        jwks=_jwks(facet),
        jwks_uri=facet.jwks_uri,
        token_endpoint_auth_signing_alg=facet.assertion_alg,
        tls_client_auth_subject_dn=_name(facet.tls_subject, TlsName.SUBJECT),
        tls_client_auth_san_dns=_name(facet.tls_subject, TlsName.DNS),
        tls_client_auth_san_uri=_name(facet.tls_subject, TlsName.URI),
        tls_client_auth_san_ip=_name(facet.tls_subject, TlsName.IP),
        tls_client_auth_san_email=_name(facet.tls_subject, TlsName.EMAIL),
        resources=tuple(sorted(facet.resources)),
        exchanges=tuple(_exchange(pair) for pair in facet.exchanges),
    )


def _asking(facet: OidcFacet, body: OidcBody) -> OidcBody:
    return replace(
        body,
        request_object_signing_alg=facet.request_object_alg,
        require_signed_request_object=facet.signs_requests,
        request_uris=facet.request_uris,
        require_pushed_authorization_requests=facet.requires_push,
        relies_on_nonce=facet.relies_on_nonce,
        default_max_age=_seconds(facet.default_max_age),
        require_auth_time=facet.requires_auth_time,
        default_acr_values=tuple(level.acr for level in facet.default_levels),
        initiate_login_uri=facet.initiate_login_uri,
    )


def _tokens(facet: OidcFacet, body: OidcBody) -> OidcBody:
    return replace(
        body,
        id_token_signed_response_alg=facet.id_token_alg,
        id_token_encrypted_response_alg=_alg(facet.id_token_encryption),
        id_token_encrypted_response_enc=_enc(facet.id_token_encryption),
        userinfo_signed_response_alg=facet.userinfo_alg,
        userinfo_encrypted_response_alg=_alg(facet.userinfo_encryption),
        userinfo_encrypted_response_enc=_enc(facet.userinfo_encryption),
        opaque_access_tokens=facet.takes_opaque_tokens,
        dpop_bound_access_tokens=facet.binds_to_dpop,
        tls_client_certificate_bound_access_tokens=facet.binds_to_certificate,
    )


def _leaving(facet: OidcFacet, body: OidcBody) -> OidcBody:
    return replace(
        body,
        post_logout_redirect_uris=tuple(u.text for u in facet.post_logout_redirect_uris),
        frontchannel_logout_uri=facet.frontchannel_logout_uri,
        frontchannel_logout_session_required=facet.frontchannel_needs_session,
        backchannel_logout_uri=facet.backchannel_logout_uri,
        backchannel_logout_session_required=facet.backchannel_needs_session,
        backchannel_ca=facet.backchannel_ca,
    )


def _exchange(pair: ExchangePolicy) -> ExchangeBody:
    return ExchangeBody(
        audience=pair.audience,
        may_impersonate=pair.may_impersonate,
        may_transfer=pair.may_transfer,
        may_vouch=pair.may_vouch,
    )


def _name(subject: TlsSubject | None, kind: TlsName) -> str | None:
    return subject.value if subject is not None and subject.kind is kind else None


def _jwks(facet: OidcFacet) -> Mapping[str, JsonValue] | None:
    """Keys that were read from an address are not part of what was said."""
    if facet.keys is None or facet.jwks_uri is not None:
        return None
    return cast("Mapping[str, JsonValue]", facet.keys.to_jwks())


def _alg(wish: EncryptionWish | None) -> str | None:
    return None if wish is None else wish.alg


def _enc(wish: EncryptionWish | None) -> str | None:
    return None if wish is None else wish.enc


def _seconds(span: timedelta | None) -> int | None:
    return None if span is None else int(span.total_seconds())
