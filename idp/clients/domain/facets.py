"""What a relying party is to OpenID Connect and OAuth 2.0."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from idp.clients.domain.methods import SECRET_METHODS, AuthMethod, GrantType, Profile
from idp.clients.domain.uris import RedirectUri
from kernel.assurance import Level
from kernel.proof.jose import KeySet

LONGEST_MAX_AGE: Final = timedelta(days=3650)
"""More than a session lives, and less than a date can hold (OIDC Registration §2)."""


@dataclass(frozen=True, slots=True)
class EncryptionWish:
    """How a client wants something encrypted to it (OIDC Registration §2)."""

    alg: str
    enc: str = "A128CBC-HS256"


class TlsName(StrEnum):
    """By which name in its certificate a client is known (RFC 8705 §2.1.2)."""

    SUBJECT = "tls_client_auth_subject_dn"
    DNS = "tls_client_auth_san_dns"
    URI = "tls_client_auth_san_uri"
    IP = "tls_client_auth_san_ip"
    EMAIL = "tls_client_auth_san_email"


@dataclass(frozen=True, slots=True)
class TlsSubject:
    """The one name a client's certificate must bear."""

    kind: TlsName
    value: str


@dataclass(frozen=True, slots=True)
class ExchangePolicy:
    """For whom a client may exchange tokens of persons (RFC 8693), one pair a row.

    Attributes:
        audience: client identifier or resource that the new token is for.
        may_impersonate: without ``act``; else only delegation, with it.
        may_transfer: it may hand its visitor over by a transfer ticket.
        may_vouch: also tokens that were sent to it and are bound to who sent them: it
            answers for having checked that these held the key (RFC 9449 §7.1).
    """

    audience: str
    may_impersonate: bool = False
    may_transfer: bool = False
    may_vouch: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcFacet:
    """What a relying party is to OpenID Connect and OAuth 2.0.

    Attributes:
        profile: the rules it is held to.
        auth_method: how it proves itself; ``none`` is a public client.
        redirect_uris: where answers may go, exactly.
        scopes: what it may ask for; for client_credentials also what it gets by default.
        sector: whom it shares pairwise subjects with (OIDC Core §8.1).
        sector_identifier_uri: what the sector was taken from, read at registration.
        backchannel_logout_uri: where logout tokens go; None: it cannot be told.
        backchannel_ca: PEM of an authority of its own that its logout address is
            certified by; None: those that everybody trusts.
        keys: what it signs request objects and assertions with; None: it signs nothing.
        jwks_uri: where ``keys`` are read from, if it named an address instead.
        request_object_alg, assertion_alg: the one algorithm of each, if it named one.
        signs_requests: a request that is no signed object is refused (RFC 9101 §10.5).
        requires_push: a request that was not pushed is refused (RFC 9126 §6).
        relies_on_nonce: a confidential client that sends a nonce in place of a code
            challenge (RFC 9700 §2.1.1).
        binds_to_dpop, binds_to_certificate: its tokens are only for who holds the key
            (RFC 9449 §5.2, RFC 8705 §3.4).
        takes_opaque_tokens: its access tokens say nothing; they are introspected.
        resources: where its tokens may count besides userinfo (RFC 8707).
        exchanges: for whom it may exchange tokens.
    """

    profile: Profile = Profile.OIDC
    auth_method: AuthMethod = AuthMethod.BASIC
    grant_types: frozenset[GrantType] = frozenset({GrantType.AUTHORIZATION_CODE})
    redirect_uris: tuple[RedirectUri, ...] = ()
    post_logout_redirect_uris: tuple[RedirectUri, ...] = ()
    scopes: frozenset[str] = frozenset({"openid"})
    sector: str = ""
    sector_identifier_uri: str | None = None
    keys: KeySet | None = None
    jwks_uri: str | None = None
    request_object_alg: str | None = None
    assertion_alg: str | None = None
    signs_requests: bool = False
    request_uris: tuple[str, ...] = ()
    requires_push: bool = False
    relies_on_nonce: bool = False
    id_token_alg: str = "ES256"  # noqa: S105  an algorithm
    id_token_encryption: EncryptionWish | None = None
    userinfo_alg: str | None = None
    userinfo_encryption: EncryptionWish | None = None
    takes_opaque_tokens: bool = False
    binds_to_dpop: bool = False
    binds_to_certificate: bool = False
    tls_subject: TlsSubject | None = None
    default_max_age: timedelta | None = None
    requires_auth_time: bool = False
    default_levels: tuple[Level, ...] = ()
    initiate_login_uri: str | None = None
    frontchannel_logout_uri: str | None = None
    frontchannel_needs_session: bool = False
    backchannel_logout_uri: str | None = None
    backchannel_needs_session: bool = False
    backchannel_ca: str | None = None
    resources: frozenset[str] = frozenset()
    exchanges: tuple[ExchangePolicy, ...] = ()

    @property
    def is_public(self) -> bool:
        """Whether it can keep no secret (RFC 6749 §2.1)."""
        return self.auth_method is AuthMethod.NONE

    @property
    def holds_secret(self) -> bool:
        """Whether it proves itself by a secret that it shares with us."""
        return self.auth_method in SECRET_METHODS
