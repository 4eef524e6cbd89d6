"""What a relying party's resolved metadata make it to OpenID Connect; nothing beyond."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from idp.clients.adapters.metadata_values import Metadata, flag, seconds, text, texts
from idp.clients.domain import (
    SCOPE_CLAIMS,
    AuthMethod,
    GrantType,
    Membership,
    OidcFacet,
    Registration,
    TlsName,
)
from idp.clients.errors import (
    MemberMetadataRefused,
    MemberRedirectRefused,
    RedirectUriRefused,
)
from idp.clients.messages import OidcBody
from kernel.assurance import Level
from kernel.proof.jose import KeySet

_LEVELS: Final = frozenset(level.acr for level in Level)
_FOR_MEMBERS: Final = frozenset({GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN})
_BY_KEY: Final = (AuthMethod.PRIVATE_KEY, AuthMethod.TLS, AuthMethod.SELF_SIGNED_TLS)
_METHODS: Final[Mapping[Registration, tuple[AuthMethod, ...]]] = {
    Registration.AUTOMATIC: _BY_KEY,
    Registration.EXPLICIT: (*_BY_KEY, AuthMethod.BASIC, AuthMethod.POST),
}


def facet_of(metadata: Metadata, keys: KeySet, membership: Membership) -> OidcFacet:
    """Return the facet that the metadata leave, with the keys that the chain gives.

    Ours to say, so not taken from them: scopes and resources of APIs, exchanges, what
    stands in for PKCE, and whom a sector is shared with: a member is of its own.

    Raises:
        MemberMetadataRefused, ClientMalformed: a parameter is not what it must be.

    Source: OIDC Registration §2, RFC 7591 §2, RFC 9101 §10.5, RFC 9126 §6, RFC 9449 §5.2.
    """
    method = _method(metadata, membership.registration)
    said = _leaving(metadata, _tokens(metadata, _asking(metadata, _reaching(metadata))))
    try:
        facet = replace(said, token_endpoint_auth_method=method).facet()
    except RedirectUriRefused as cause:
        raise MemberRedirectRefused(cause.detail) from cause
    return replace(facet, keys=keys, sector=membership.path[0])


def _reaching(metadata: Metadata) -> OidcBody:
    asked = frozenset(str(metadata.get("scope", "openid")).split(" "))
    named = {name.value: text(metadata, name.value) for name in TlsName}
    return OidcBody(
        grant_types=_grants(metadata),
        redirect_uris=texts(metadata, "redirect_uris"),
        scopes=tuple(sorted((asked & SCOPE_CLAIMS.keys()) | {"openid"})),
        sector="itself",
        token_endpoint_auth_signing_alg=text(metadata, "token_endpoint_auth_signing_alg"),
        tls_client_auth_subject_dn=named[TlsName.SUBJECT],
        tls_client_auth_san_dns=named[TlsName.DNS],
        tls_client_auth_san_uri=named[TlsName.URI],
        tls_client_auth_san_ip=named[TlsName.IP],
        tls_client_auth_san_email=named[TlsName.EMAIL],
    )


def _asking(metadata: Metadata, said: OidcBody) -> OidcBody:
    levels = texts(metadata, "default_acr_values")
    return replace(
        said,
        request_object_signing_alg=text(metadata, "request_object_signing_alg"),
        require_signed_request_object=flag(metadata, "require_signed_request_object"),
        request_uris=texts(metadata, "request_uris"),
        require_pushed_authorization_requests=flag(
            metadata, "require_pushed_authorization_requests"
        ),
        default_max_age=seconds(metadata, "default_max_age"),
        require_auth_time=flag(metadata, "require_auth_time"),
        # Voluntary, and other providers have others: what is none of ours is passed over.
        default_acr_values=tuple(level for level in levels if level in _LEVELS),
        initiate_login_uri=text(metadata, "initiate_login_uri"),
    )


def _tokens(metadata: Metadata, said: OidcBody) -> OidcBody:
    alg = text(metadata, "id_token_signed_response_alg")
    return replace(
        said,
        id_token_signed_response_alg=alg or said.id_token_signed_response_alg,
        id_token_encrypted_response_alg=text(metadata, "id_token_encrypted_response_alg"),
        id_token_encrypted_response_enc=text(metadata, "id_token_encrypted_response_enc"),
        userinfo_signed_response_alg=text(metadata, "userinfo_signed_response_alg"),
        userinfo_encrypted_response_alg=text(metadata, "userinfo_encrypted_response_alg"),
        userinfo_encrypted_response_enc=text(metadata, "userinfo_encrypted_response_enc"),
        dpop_bound_access_tokens=flag(metadata, "dpop_bound_access_tokens"),
        tls_client_certificate_bound_access_tokens=flag(
            metadata, "tls_client_certificate_bound_access_tokens"
        ),
    )


def _leaving(metadata: Metadata, said: OidcBody) -> OidcBody:
    return replace(
        said,
        post_logout_redirect_uris=texts(metadata, "post_logout_redirect_uris"),
        frontchannel_logout_uri=text(metadata, "frontchannel_logout_uri"),
        frontchannel_logout_session_required=flag(
            metadata, "frontchannel_logout_session_required"
        ),
        backchannel_logout_uri=text(metadata, "backchannel_logout_uri"),
        backchannel_logout_session_required=flag(
            metadata, "backchannel_logout_session_required"
        ),
    )


def _method(metadata: Metadata, registration: Registration) -> AuthMethod:
    """§12.1.4: one that both sides support; a secret only where one can be handed over.

    OIDC Registration §2: who names none, and registers explicitly, means a secret by HTTP
    Basic; automatic registration knows no secrets.
    """
    usable = _METHODS[registration]
    named = text(metadata, "token_endpoint_auth_method")
    if named is None and "token_endpoint_auth_methods_supported" not in metadata:
        return usable[0] if registration is Registration.AUTOMATIC else AuthMethod.BASIC
    several = texts(metadata, "token_endpoint_auth_methods_supported")
    offered = several if named is None else (*several, named)
    fitting = next((method for method in usable if method.value in offered), None)
    if fitting is None:
        raise MemberMetadataRefused("token_endpoint_auth_method")
    return fitting


def _grants(metadata: Metadata) -> tuple[GrantType, ...]:
    """OIDC Registration §2: the code flow, and refreshing if it asks for that."""
    if "code" not in texts(metadata, "response_types", ("code",)):
        raise MemberMetadataRefused("response_types")
    asked = texts(metadata, "grant_types", (GrantType.AUTHORIZATION_CODE.value,))
    grants = tuple(grant for grant in sorted(_FOR_MEMBERS) if grant.value in asked)
    if GrantType.AUTHORIZATION_CODE not in grants:
        raise MemberMetadataRefused("grant_types")
    return grants
