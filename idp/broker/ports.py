"""What brokering needs: chains, records, attempts, keys, and a way to call upstreams."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Protocol

from federation.domain import VerifiedChain
from idp.broker.domain import (
    Attempt,
    Farewell,
    KeptKeys,
    Provider,
    Pushing,
    Redemption,
    Registered,
    Slug,
    TokenAnswer,
)
from kernel.ids import EntityId, MemberId
from kernel.secret import Digest, Secret
from kernel.web import Page, PageAsked
from trustroot.registry.domain import Member, MemberKind, MemberState


class Chains(Protocol):
    """Who an entity is, from what is kept; `federation.flows.keep.TrustChains` is one."""

    def chain(self, entity: EntityId) -> VerifiedChain:
        """Return the last good chain of a followed entity.

        Raises:
            NoTrustChain, ChainExpired: there is none now.
        """
        ...

    def follow(self, entity: EntityId) -> None:
        """Have the worker resolve an entity and keep it fresh."""
        ...

    def unfollow(self, entity: EntityId) -> None:
        """Let go of an entity, and of what is kept about it."""
        ...


class ProviderStore(Protocol):
    """Provider records by slug; the secret is sealed at rest and read on its own."""

    def add(self, provider: Provider, secret: Secret | None) -> None:
        """Keep a new record; None: we have no secret there.

        Raises:
            ProviderExists: slug or issuer is taken.
        """
        ...

    def find(self, slug: Slug) -> Provider:
        """Return one, or raise `ProviderUnknown`."""
        ...

    def secret(self, slug: Slug) -> Secret | None:
        """Return our client secret there, None where we have none, or `ProviderUnknown`."""
        ...

    def set_maintenance(self, slug: Slug, words: str) -> None:
        """Say why it is out of use; "" for in use again."""
        ...

    def page(self, asked: PageAsked) -> Page[Provider]:
        """Return records in the order of their slugs."""
        ...

    def all(self) -> tuple[Provider, ...]:
        """Return every record, in the order of code and slug."""
        ...


class Register(Protocol):
    """The members' register; `trustroot.registry.service.Registry` is one."""

    def by_slug(self, slug: str) -> Member:
        """Return the represented member hosted under this slug, or `MemberUnknown`."""
        ...

    def page(
        self,
        *,
        kind: MemberKind | None,
        state: MemberState | None,
        after: MemberId | None,
        limit: int,
    ) -> tuple[Member, ...]:
        """Return some members in the order of their applications; None: of any kind."""
        ...


class RepresentedMembers(Protocol):
    """Members that speak no federation: their approved records as providers.

    What stands in a record two persons have approved; nothing of it is kept here. A change
    is seen within 5 s; whether a member may act is asked of standing all the same.
    """

    def find(self, slug: Slug) -> Provider | None:
        """Return one that is or was active, by the slug it is hosted under."""
        ...

    def secret(self, slug: Slug) -> Secret | None:
        """Return our secret there, unsealed; None where we are a public client."""
        ...

    def all(self) -> tuple[Provider, ...]:
        """Return all that are active, in the order of their slugs."""
        ...


class AttemptStore(Protocol):
    """Sign-ins under way by the digest of their state.

    ``take`` is linearizable: of any number of concurrent calls exactly one is True.
    """

    def add(self, attempt: Attempt) -> None:
        """Keep a fresh one."""
        ...

    def find(self, state: Digest) -> Attempt | None:
        """Return one, answered and expired ones too."""
        ...

    def take(self, state: Digest, at: datetime) -> bool:
        """Use it up; True for exactly one caller, ever."""
        ...

    def forget_before(self, instant: datetime) -> int:
        """Delete those that expired before ``instant``."""
        ...


class FarewellStore(Protocol):
    """Browsers sent upstream to sign out, by the digest of their state."""

    def add(self, farewell: Farewell) -> None:
        """Keep a fresh one."""
        ...

    def find(self, state: Digest) -> Farewell | None:
        """Return one, answered ones too."""
        ...

    def take(self, state: Digest, at: datetime) -> bool:
        """Use it up; True for exactly one caller, ever."""
        ...

    def forget_before(self, instant: datetime) -> int:
        """Delete those that expired before ``instant``."""
        ...


class KeyStore(Protocol):
    """JWK Sets of upstreams that publish them by address; the last good one is kept."""

    def find(self, entity: EntityId) -> KeptKeys | None:
        """Return what is kept."""
        ...

    def may_try(self, entity: EntityId, uri: str, at: datetime, pause: timedelta) -> bool:
        """Note an attempt at fetching; False if the last one was less than ``pause`` ago.

        Linearizable: of concurrent calls exactly one is True.
        """
        ...

    def keep(self, entity: EntityId, uri: str, jwks: Mapping[str, object]) -> None:
        """Put a good set in place of the last one."""
        ...


class SeenLogouts(Protocol):
    """Logout tokens that were acted on."""

    def first(self, issuer: EntityId, jti: str, until: datetime) -> bool:
        """Note one; True for exactly one of any number of calls."""
        ...

    def forget_before(self, instant: datetime) -> int:
        """Delete those that could not be presented again after ``instant``."""
        ...


class RegistrationStore(Protocol):
    """What came of registering at providers, by slug; the last good one is kept."""

    def find(self, slug: Slug) -> Registered | None:
        """Return what is kept."""
        ...

    def keep(self, registered: Registered) -> None:
        """Put a new state in place of the last one."""
        ...


class UpstreamCalls(Protocol):
    """Calls to an upstream, each bounded in time and size.

    Every call raises `UpstreamUnavailable` when no usable answer came in time.
    """

    def redeem(self, redemption: Redemption) -> TokenAnswer:
        """Exchange the code (RFC 6749 §4.1.3).

        Raises:
            CodeNotTaken: the endpoint said no.
            TokenAnswerMalformed: the answer is not one.
        """
        ...

    def userinfo(self, endpoint: str, access_token: Secret) -> Mapping[str, object]:
        """Return the userinfo claims (OIDC Core §5.3), unverified.

        Raises:
            UserinfoMalformed: the answer is no JSON object.
        """
        ...

    def jwks(self, uri: str) -> Mapping[str, object]:
        """Return a JWK Set (RFC 7517 §5)."""
        ...


class FederationCalls(Protocol):
    """Calls that only providers that speak federation take, bounded as `UpstreamCalls`."""

    def push(self, pushing: Pushing) -> str:
        """Push a request; return its ``request_uri`` (RFC 9126 §2.2).

        Raises:
            PushNotTaken: the endpoint said no, or answered something else.
        """
        ...

    def register(self, endpoint: str, statement: str) -> str:
        """Post an entity configuration; return the signed answer, unverified.

        Raises:
            RegistrationRefused: the endpoint said no, or answered something else.

        Source: OpenID Federation 1.0 §12.2.1, §12.2.3.
        """
        ...
