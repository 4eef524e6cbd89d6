"""The OpenID Connect facet on the wire and at rest, by the names of its specifications."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final, cast
from urllib.parse import urlsplit

from idp.clients.domain import (
    LONGEST_MAX_AGE,
    AuthMethod,
    EncryptionWish,
    ExchangePolicy,
    GrantType,
    OidcFacet,
    Profile,
    RedirectUri,
    TlsName,
    TlsSubject,
    public_part,
    sector_of,
)
from idp.clients.errors import ClientMalformed, RedirectUriRefused
from kernel.assurance import Level, UnknownLevel
from kernel.events import JsonValue
from kernel.proof.jose import JoseRefused, KeySet

_MOST_SECONDS: Final = int(LONGEST_MAX_AGE.total_seconds())


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeBody:
    """For whom it may exchange tokens of persons (RFC 8693): one pair."""

    audience: str
    may_impersonate: bool = False
    may_transfer: bool = False
    may_vouch: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcBody:
    """The OpenID Connect facet (names of RFC 7591 §2, OIDC Registration §2 and the like).

    Ours: ``profile``; ``sector``; ``relies_on_nonce``; ``opaque_access_tokens``;
    ``backchannel_ca`` (PEM); ``resources``; ``exchanges``. A subject is always pairwise.
    """

    profile: Profile = Profile.OIDC
    token_endpoint_auth_method: AuthMethod = AuthMethod.BASIC
    grant_types: tuple[GrantType, ...] = (GrantType.AUTHORIZATION_CODE,)
    redirect_uris: tuple[str, ...] = ()
    post_logout_redirect_uris: tuple[str, ...] = ()
    backchannel_logout_uri: str | None = None
    backchannel_logout_session_required: bool = False
    backchannel_ca: str | None = None
    frontchannel_logout_uri: str | None = None
    frontchannel_logout_session_required: bool = False
    initiate_login_uri: str | None = None
    scopes: tuple[str, ...] = ("openid",)
    sector: str = ""
    sector_identifier_uri: str | None = None
    jwks: Mapping[str, JsonValue] | None = None
    jwks_uri: str | None = None
    request_uris: tuple[str, ...] = ()
    request_object_signing_alg: str | None = None
    token_endpoint_auth_signing_alg: str | None = None
    require_signed_request_object: bool = False
    require_pushed_authorization_requests: bool = False
    relies_on_nonce: bool = False
    id_token_signed_response_alg: str = "ES256"  # noqa: S105  an algorithm
    id_token_encrypted_response_alg: str | None = None
    id_token_encrypted_response_enc: str | None = None
    userinfo_signed_response_alg: str | None = None
    userinfo_encrypted_response_alg: str | None = None
    userinfo_encrypted_response_enc: str | None = None
    opaque_access_tokens: bool = False
    dpop_bound_access_tokens: bool = False
    tls_client_certificate_bound_access_tokens: bool = False
    tls_client_auth_subject_dn: str | None = None
    tls_client_auth_san_dns: str | None = None
    tls_client_auth_san_uri: str | None = None
    tls_client_auth_san_ip: str | None = None
    tls_client_auth_san_email: str | None = None
    default_max_age: int | None = None
    require_auth_time: bool = False
    default_acr_values: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    exchanges: tuple[ExchangeBody, ...] = ()

    def facet(self) -> OidcFacet:
        """Return the facet it describes.

        Raises:
            RedirectUriRefused, SectorMissing: as they say.
            ClientMalformed: a member is not what its specification says; it is named.
        """
        return self._leaving(self._tokens(self._asking(self._reaching())))

    def _reaching(self) -> OidcFacet:
        """Who it is, where answers go, and what it may ask for."""
        redirects = _addresses("redirect_uris", self.redirect_uris)
        return OidcFacet(
            profile=self.profile,
            auth_method=self.token_endpoint_auth_method,
            grant_types=frozenset(self.grant_types),
            redirect_uris=redirects,
            scopes=frozenset(self.scopes),
            sector=self.sector or self._sector(redirects),
            sector_identifier_uri=self.sector_identifier_uri,
            keys=self._keys(),
            jwks_uri=self.jwks_uri,
            assertion_alg=self.token_endpoint_auth_signing_alg,
            tls_subject=self._tls_subject(),
            resources=frozenset(self.resources),
            exchanges=tuple(
                ExchangePolicy(
                    pair.audience, pair.may_impersonate, pair.may_transfer, pair.may_vouch
                )
                for pair in self.exchanges
            ),
        )

    def _asking(self, facet: OidcFacet) -> OidcFacet:
        """How its requests come, and what they ask for if they say nothing."""
        return replace(
            facet,
            request_object_alg=self.request_object_signing_alg,
            signs_requests=self.require_signed_request_object,
            request_uris=self.request_uris,
            requires_push=self.require_pushed_authorization_requests,
            relies_on_nonce=self.relies_on_nonce,
            default_max_age=_span(self.default_max_age),
            requires_auth_time=self.require_auth_time,
            default_levels=tuple(_level(value) for value in self.default_acr_values),
            initiate_login_uri=self.initiate_login_uri,
        )

    def _tokens(self, facet: OidcFacet) -> OidcFacet:
        """What its tokens look like, and for whom they count."""
        return replace(
            facet,
            id_token_alg=self.id_token_signed_response_alg,
            id_token_encryption=_wish(
                "id_token_encrypted_response_enc",
                self.id_token_encrypted_response_alg,
                self.id_token_encrypted_response_enc,
            ),
            userinfo_alg=self.userinfo_signed_response_alg,
            userinfo_encryption=_wish(
                "userinfo_encrypted_response_enc",
                self.userinfo_encrypted_response_alg,
                self.userinfo_encrypted_response_enc,
            ),
            takes_opaque_tokens=self.opaque_access_tokens,
            binds_to_dpop=self.dpop_bound_access_tokens,
            binds_to_certificate=self.tls_client_certificate_bound_access_tokens,
        )

    def _leaving(self, facet: OidcFacet) -> OidcFacet:
        """How it is told that somebody signs out, and where they go then."""
        back = _addresses("post_logout_redirect_uris", self.post_logout_redirect_uris)
        return replace(
            facet,
            post_logout_redirect_uris=back,
            frontchannel_logout_uri=self.frontchannel_logout_uri,
            frontchannel_needs_session=self.frontchannel_logout_session_required,
            backchannel_logout_uri=self.backchannel_logout_uri,
            backchannel_needs_session=self.backchannel_logout_session_required,
            backchannel_ca=self.backchannel_ca,
        )

    def _keys(self) -> KeySet | None:
        """RFC 7591 §2: jwks and jwks_uri are never both said; jwks are public keys only."""
        if self.jwks is None:
            return None
        if self.jwks_uri is not None:
            raise ClientMalformed("jwks and jwks_uri: one of them")
        try:
            return KeySet.parse(self.jwks)
        except JoseRefused as cause:
            raise ClientMalformed(f"jwks: {cause.code}") from cause

    def _sector(self, redirects: tuple[RedirectUri, ...]) -> str:
        """OIDC Core §8.1: the host of sector_identifier_uri, where there is one."""
        if self.sector_identifier_uri is None:
            return sector_of(redirects)
        return urlsplit(self.sector_identifier_uri).hostname or ""

    def _tls_subject(self) -> TlsSubject | None:
        """RFC 8705 §2.1.2: a client says at most one of these names."""
        named = [
            TlsSubject(kind, value)
            for kind in TlsName
            if (value := cast("str | None", getattr(self, kind.value))) is not None
        ]
        if len(named) > 1:
            names = ", ".join(subject.kind.value for subject in named)
            raise ClientMalformed(f"{names}: one of them")
        return named[0] if named else None


def _addresses(member: str, uris: tuple[str, ...]) -> tuple[RedirectUri, ...]:
    """RFC 6749 §3.1.2: addresses a browser may be sent to; one that is none is named."""
    return tuple(_address(f"{member}[{at}]", uri) for at, uri in enumerate(uris))


def _address(at: str, uri: str) -> RedirectUri:
    try:
        return RedirectUri.parse(uri)
    except RedirectUriRefused as cause:
        detail = f"{at} {public_part(uri)}".rstrip() + f": {cause.detail}"
        raise RedirectUriRefused(detail) from cause


def _wish(member: str, alg: str | None, enc: str | None) -> EncryptionWish | None:
    """OIDC Registration §2: ``enc`` alone says nothing, and its default is CBC."""
    if alg is None and enc is not None:
        raise ClientMalformed(f"{member}: says nothing without its _alg")
    if alg is None:
        return None
    return EncryptionWish(alg) if enc is None else EncryptionWish(alg, enc)


def _span(seconds: int | None) -> timedelta | None:
    """OIDC Registration §2 default_max_age: whole seconds; 0 means each time."""
    if seconds is None:
        return None
    if not 0 <= seconds <= _MOST_SECONDS:
        raise ClientMalformed(f"default_max_age: 0 to {_MOST_SECONDS} seconds")
    return timedelta(seconds=seconds)


def _level(value: str) -> Level:
    """OIDC Registration §2 default_acr_values: levels that exist here."""
    try:
        return Level.from_acr(value)
    except UnknownLevel as cause:
        known = ", ".join(level.acr for level in Level)
        raise ClientMalformed(f"default_acr_values: each one of {known}") from cause
