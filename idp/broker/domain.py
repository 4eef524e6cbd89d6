"""Upstream providers as values: the record, the attempt under way, what came of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NewType

from federation.domain import VerifiedChain
from idp.session.domain import SignOutId
from kernel.assurance import Assurance, Level, UnknownLevel, asserted
from kernel.ids import ClientId, EntityId, InteractionId
from kernel.secret import Digest, Secret

Slug = NewType("Slug", str)
"""Short name of a provider in addresses: ``gd``, ``sichuan``; never changed."""
SLUG_FORM: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")
ATTEMPT_LIFETIME: Final = timedelta(minutes=10)


class ProviderKind(StrEnum):
    """What sort of place it is; the chooser groups by it."""

    PROVINCE = "province"
    NATIONAL = "national"
    THIRD = "third"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """An upstream OpenID provider that we are a relying party of.

    Attributes:
        entity_id: its issuer, to the letter.
        code: region code of a province, two digits; "" for the others.
        pinyin: without tones, and initials: ``guangdong gd``.
        client_id: our name there; the secret is sealed and never part of this value.
        maintenance: why it is not used now and until when; "" if it is.
    """

    slug: Slug
    entity_id: EntityId
    kind: ProviderKind
    code: str
    name_zh: str
    name_en: str
    pinyin: str
    client_id: ClientId
    created_at: datetime
    maintenance: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One sign-in under way upstream: what its answer must fit.

    Attributes:
        state: SHA-256 of what was sent; the value itself is only in the browser.
        browser: SHA-256 of the cookie of the browser that began it.
        nonce: sent in clear, comes back in the ID token.
        verifier: of PKCE (RFC 7636 §4.1), sealed at rest.
        used_at: when its one answer came.
    """

    state: Digest
    provider: Slug
    issuer: EntityId
    interaction: InteractionId
    browser: Digest
    nonce: str
    verifier: Secret
    asked: Level
    max_age: timedelta | None
    started_at: datetime
    expires_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptKeys:
    """The last good JWK Set of an upstream that publishes it by address.

    Attributes:
        jwks: as it was fetched; None before the first success.
        tried_at: when fetching was last tried, so that nobody makes us fetch all the time.
    """

    entity: EntityId
    uri: str
    jwks: Mapping[str, object] | None
    tried_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class UpstreamMetadata:
    """What the chain's resolved metadata says of a provider, as far as we use it.

    Attributes:
        algorithms: what ID tokens may be signed with (never ``none``, never HMAC).
        claims: what the provider may say about people, after the superiors' policies.
        jwks: the keys, where they stand in the metadata itself.
    """

    issuer: EntityId
    authorization_endpoint: str
    token_endpoint: str
    algorithms: frozenset[str]
    claims: frozenset[str]
    userinfo_endpoint: str | None = None
    end_session_endpoint: str | None = None
    jwks: Mapping[str, object] | None = None
    jwks_uri: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedProvider:
    """A provider whose chain is valid and whose whole path is in good standing now."""

    provider: Provider
    chain: VerifiedChain
    metadata: UpstreamMetadata


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenAnswer:
    """What the token endpoint gave for the code; nothing of it is verified yet."""

    id_token: str
    access_token: Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """How we authenticate at a token endpoint (client_secret_basic)."""

    client_id: ClientId
    secret: Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Redemption:
    """A code to be exchanged, and everything that goes with it (RFC 6749 §4.1.3)."""

    endpoint: str
    credentials: Credentials
    code: Secret
    verifier: Secret
    redirect_uri: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UpstreamIdentity:
    """Whom a verified ID token speaks of, and how sure it claims to be.

    Attributes:
        claimed: the level of its ``acr``; the least, where it says none that we know.
        name: only where the provider may assert names.
    """

    issuer: EntityId
    subject: str
    claimed: Level
    amr: tuple[str, ...]
    sid: str | None
    name: str | None
    correlation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Farewell:
    """A browser that was sent to its upstream to sign out there too.

    Attributes:
        state: SHA-256 of what was sent.
        then: local address to go on at when it comes back.
    """

    state: Digest
    provider: Slug
    sign_out: SignOutId
    then: str
    expires_at: datetime
    used_at: datetime | None = None


def claimed_level(acr: object) -> Level:
    """OIDC Core §2 acr: the level claimed; missing or unknown means the least."""
    if not isinstance(acr, str):
        return Level.SELF_ASSERTED
    try:
        return Level.from_acr(acr)
    except UnknownLevel:
        return Level.SELF_ASSERTED


def capped_assurance(claimed: Level, chain: VerifiedChain) -> Assurance:
    """Return what an upstream's word is worth: no more than its chain lets it assert."""
    return asserted(claimed).capped(chain.ceiling)
