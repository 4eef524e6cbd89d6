"""Providers that may be relied on now, and what is made of their answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from federation.domain import VerifiedChain
from idp.broker.domain.providers import Provider, ProviderKind
from kernel.assurance import Assurance, Level, asserted
from kernel.ids import ClientId, EntityId
from kernel.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class UpstreamMetadata:
    """What the chain's resolved metadata says of a provider, as far as we use it.

    Attributes:
        algorithms: what ID tokens may be signed with (never ``none``, never HMAC).
        claims: what the provider may say about people, after the superiors' policies.
        jwks: the keys, where they stand in the metadata itself.
        names_itself: whether its answers carry ``iss`` (RFC 9207 §3).
        takes_claims: whether it knows the parameter ``claims`` (OIDC Core §5.5).
        secret_methods: how we may show a secret at its token endpoint.
        scopes: None where it does not say.
        pushed_endpoint: where requests are pushed to (RFC 9126 §5).
        registration_endpoint: where relying parties register explicitly.
        registration_types: how relying parties may register (OpenID Federation 1.0 §5.1.3).
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
    names_itself: bool = False
    takes_claims: bool = False
    secret_methods: frozenset[str] = frozenset({"client_secret_basic"})
    scopes: frozenset[str] | None = None
    pushed_endpoint: str | None = None
    registration_endpoint: str | None = None
    registration_types: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedProvider:
    """A provider whose chain is valid and whose whole path is in good standing now."""

    provider: Provider
    chain: VerifiedChain
    metadata: UpstreamMetadata

    def their_claim(self, ours: str) -> str | None:
        """Return its name for a claim of ours, None where it may not assert it.

        OpenID Federation 1.0 §6: no claim that the superiors' policies left out.
        """
        words = self.provider.words
        if words is not None:
            return words.claims.get(ours)
        return ours if ours in self.metadata.claims else None

    def demanded(self, asked: Level) -> Level | None:
        """OIDC Core §5.5.1.1: the level asked for as essential; None: none is.

        Only of third parties that know the parameter. A province may answer with less: its
        people step up here.
        """
        third = self.provider.kind is ProviderKind.THIRD
        if not third or not self.metadata.takes_claims:
            return None
        return min(asked, asserted(Level.STRONG).capped(self.chain.ceiling).level)


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenAnswer:
    """What the token endpoint gave for the code; nothing of it is verified yet."""

    id_token: str
    access_token: Secret


class Shown(StrEnum):
    """How we show at an endpoint who we are (OIDC Core §9)."""

    BASIC = "client_secret_basic"
    POST = "client_secret_post"
    KEY = "private_key_jwt"
    NOTHING = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """How we authenticate: ``secret`` is the secret, or the signed assertion.

    Without either we are a public client, which PKCE protects (RFC 7636 §1).
    """

    client_id: ClientId
    secret: Secret | None
    shown: Shown = Shown.BASIC


@dataclass(frozen=True, slots=True, kw_only=True)
class Redemption:
    """A code to be exchanged, and everything that goes with it (RFC 6749 §4.1.3)."""

    endpoint: str
    credentials: Credentials
    code: Secret
    verifier: Secret
    redirect_uri: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushing:
    """A request that goes to the provider before the browser does (RFC 9126 §2.1)."""

    endpoint: str
    credentials: Credentials
    members: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class UpstreamIdentity:
    """Whom a verified ID token speaks of, and how sure it claims to be.

    Attributes:
        claimed: the level of its ``acr``; the least, where it says none that we know.
        name: only where the provider may assert names.
        authenticated_at: when they proved who they are, as far as the upstream says; None:
            it does not.
    """

    issuer: EntityId
    subject: str
    claimed: Level
    amr: tuple[str, ...]
    sid: str | None
    name: str | None
    correlation: str
    authenticated_at: datetime | None = None


def capped_assurance(claimed: Level, chain: VerifiedChain) -> Assurance:
    """Return what an upstream's word is worth: no more than its chain lets it assert."""
    return asserted(claimed).capped(chain.ceiling)
