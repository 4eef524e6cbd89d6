"""Relying parties on the wire and at rest: one shape for the API and the record."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from idp.clients.domain import (
    AuthMethod,
    Basis,
    ClaimAsked,
    Client,
    ClientState,
    GrantType,
    LocalText,
    OidcFacet,
    RedirectUri,
    sector_of,
)
from idp.clients.errors import ClientMalformed
from kernel.assurance import Level
from kernel.events import JsonValue
from kernel.ids import ClientId, PersonId
from kernel.proof.jose import JoseRefused, KeySet


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimBody:
    """A claim asked for, and its ground."""

    name: str
    basis: Basis = Basis.CONSENT


@dataclass(frozen=True, slots=True, kw_only=True)
class TextBody:
    """A text in both languages."""

    zh: str = ""
    en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcBody:
    """The OpenID Connect facet (names as in RFC 7591 §2 where it has them)."""

    token_endpoint_auth_method: AuthMethod = AuthMethod.BASIC
    grant_types: tuple[GrantType, ...] = (GrantType.AUTHORIZATION_CODE,)
    redirect_uris: tuple[str, ...] = ()
    post_logout_redirect_uris: tuple[str, ...] = ()
    backchannel_logout_uri: str | None = None
    scopes: tuple[str, ...] = ("openid",)
    sector: str = ""
    jwks: Mapping[str, JsonValue] | None = None
    request_object_signing_alg: str | None = None
    token_endpoint_auth_signing_alg: str | None = None
    require_signed_request_object: bool = False

    def facet(self) -> OidcFacet:
        """Return the facet it describes.

        Raises:
            RedirectUriRefused, SectorMissing: as they say.
            ClientMalformed: the keys are no JWK Set of public keys.
        """
        redirects = tuple(RedirectUri.parse(uri) for uri in self.redirect_uris)
        back = tuple(RedirectUri.parse(uri) for uri in self.post_logout_redirect_uris)
        return OidcFacet(
            auth_method=self.token_endpoint_auth_method,
            grant_types=frozenset(self.grant_types),
            redirect_uris=redirects,
            post_logout_redirect_uris=back,
            backchannel_logout_uri=self.backchannel_logout_uri,
            scopes=frozenset(self.scopes),
            sector=self.sector or sector_of(redirects),
            keys=None if self.jwks is None else _key_set(self.jwks),
            request_object_alg=self.request_object_signing_alg,
            assertion_alg=self.token_endpoint_auth_signing_alg,
            signs_requests=self.require_signed_request_object,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientBody:
    """What an operator says about a relying party; a change says all of it again.

    ``client_id`` None: one is made. It cannot be changed later.
    """

    client_id: str | None = None
    name_zh: str
    name_en: str
    level: Level = Level.SELF_ASSERTED
    claims: tuple[ClaimBody, ...] = ()
    recipient: TextBody = TextBody()
    purpose: TextBody = TextBody()
    retention: TextBody = TextBody()
    person: UUID | None = None
    oidc: OidcBody = OidcBody()

    def client(self, identifier: ClientId, created_at: datetime) -> Client:
        """Return the record it describes, without secret, in its first state."""
        return Client(
            id=identifier,
            name_zh=self.name_zh.strip(),
            name_en=self.name_en.strip(),
            level=self.level,
            claims=tuple(ClaimAsked(claim.name, claim.basis) for claim in self.claims),
            recipient=LocalText(self.recipient.zh, self.recipient.en),
            purpose=LocalText(self.purpose.zh, self.purpose.en),
            retention=LocalText(self.retention.zh, self.retention.en),
            person=None if self.person is None else PersonId(self.person),
            oidc=self.oidc.facet(),
            created_at=created_at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientReply:
    """A relying party as the API shows it: never its secret, nor the digest."""

    client_id: str
    state: ClientState
    version: int
    created_at: datetime
    name_zh: str
    name_en: str
    level: Level
    claims: tuple[ClaimBody, ...]
    recipient: TextBody
    purpose: TextBody
    retention: TextBody
    person: UUID | None
    oidc: OidcBody


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSecretReply:
    """A relying party and its secret: shown this once."""

    client_secret: str | None
    client: ClientReply


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientPage:
    """Some relying parties, and where the next ones begin."""

    clients: tuple[ClientReply, ...]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonBody:
    """Why an operator does it; kept in the standing register and the oversight log."""

    reason: str


def client_body(client: Client) -> ClientBody:
    """Return what an operator would say to describe ``client``."""
    return ClientBody(
        client_id=client.id,
        name_zh=client.name_zh,
        name_en=client.name_en,
        level=client.level,
        claims=tuple(ClaimBody(name=c.name, basis=c.basis) for c in client.claims),
        recipient=_text(client.recipient),
        purpose=_text(client.purpose),
        retention=_text(client.retention),
        person=client.person,
        oidc=_oidc(client.oidc),
    )


def client_reply(client: Client) -> ClientReply:
    """Lay a relying party out for the API."""
    body = client_body(client)
    return ClientReply(
        client_id=client.id,
        state=client.state,
        version=client.version,
        created_at=client.created_at,
        name_zh=body.name_zh,
        name_en=body.name_en,
        level=body.level,
        claims=body.claims,
        recipient=body.recipient,
        purpose=body.purpose,
        retention=body.retention,
        person=body.person,
        oidc=body.oidc,
    )


def _key_set(jwks: Mapping[str, JsonValue]) -> KeySet:
    """RFC 7591 §2 jwks: public keys only."""
    try:
        return KeySet.parse(jwks)
    except JoseRefused as cause:
        raise ClientMalformed(f"jwks: {cause.code}") from cause


def _jwks(keys: KeySet) -> Mapping[str, JsonValue]:
    return cast("Mapping[str, JsonValue]", keys.to_jwks())


def _text(text: LocalText) -> TextBody:
    return TextBody(zh=text.zh, en=text.en)


def _oidc(facet: OidcFacet) -> OidcBody:
    return OidcBody(
        token_endpoint_auth_method=facet.auth_method,
        grant_types=tuple(sorted(facet.grant_types)),
        redirect_uris=tuple(uri.text for uri in facet.redirect_uris),
        post_logout_redirect_uris=tuple(u.text for u in facet.post_logout_redirect_uris),
        backchannel_logout_uri=facet.backchannel_logout_uri,
        scopes=tuple(sorted(facet.scopes)),
        sector=facet.sector,
        jwks=None if facet.keys is None else _jwks(facet.keys),
        request_object_signing_alg=facet.request_object_alg,
        token_endpoint_auth_signing_alg=facet.assertion_alg,
        require_signed_request_object=facet.signs_requests,
    )
