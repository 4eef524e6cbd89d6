"""The broker's stores in memory; held to the same contracts as SQL."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from idp.broker.domain import Attempt, Farewell, KeptKeys, Provider, Registered, Slug
from idp.broker.errors import ProviderExists, ProviderUnknown
from kernel.ids import EntityId, MemberId
from kernel.secret import Digest, Secret
from kernel.web import Page, PageAsked
from trustroot.registry.domain import Member, MemberKind, MemberState
from trustroot.registry.errors import MemberUnknown


@dataclass
class MemoryProviders:
    """A `ProviderStore`."""

    rows: dict[Slug, tuple[Provider, Secret | None]] = field(default_factory=dict)

    def add(self, provider: Provider, secret: Secret | None) -> None:
        taken = {held.entity_id for held, _ in self.rows.values()}
        if provider.slug in self.rows or provider.entity_id in taken:
            raise ProviderExists(provider.slug)
        self.rows[provider.slug] = (provider, secret)

    def find(self, slug: Slug) -> Provider:
        return self._row(slug)[0]

    def secret(self, slug: Slug) -> Secret | None:
        return self._row(slug)[1]

    def set_maintenance(self, slug: Slug, words: str) -> None:
        if slug in self.rows:
            held, secret = self.rows[slug]
            self.rows[slug] = (replace(held, maintenance=words), secret)

    def page(self, asked: PageAsked) -> Page[Provider]:
        later = [slug for slug in sorted(self.rows) if slug > (asked.after or "")]
        shown = tuple(self.find(slug) for slug in later[: asked.limit])
        return Page(shown, shown[-1].slug if len(later) > asked.limit else None)

    def all(self) -> tuple[Provider, ...]:
        held = [provider for provider, _ in self.rows.values()]
        return tuple(sorted(held, key=lambda one: (one.code, one.slug)))

    def _row(self, slug: Slug) -> tuple[Provider, Secret | None]:
        if slug not in self.rows:
            raise ProviderUnknown(slug)
        return self.rows[slug]


@dataclass
class MemoryAttempts:
    """An `AttemptStore`."""

    rows: dict[Digest, Attempt] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, attempt: Attempt) -> None:
        self.rows[attempt.state] = attempt

    def find(self, state: Digest) -> Attempt | None:
        return self.rows.get(state)

    def take(self, state: Digest, at: datetime) -> bool:
        with self.lock:
            held = self.rows.get(state)
            if held is None or held.used_at is not None:
                return False
            self.rows[state] = replace(held, used_at=at)
            return True

    def forget_before(self, instant: datetime) -> int:
        old = [state for state, one in self.rows.items() if one.expires_at < instant]
        for state in old:
            del self.rows[state]
        return len(old)


@dataclass
class MemoryFarewells:
    """A `FarewellStore`."""

    rows: dict[Digest, Farewell] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, farewell: Farewell) -> None:
        self.rows[farewell.state] = farewell

    def find(self, state: Digest) -> Farewell | None:
        return self.rows.get(state)

    def take(self, state: Digest, at: datetime) -> bool:
        with self.lock:
            held = self.rows.get(state)
            if held is None or held.used_at is not None:
                return False
            self.rows[state] = replace(held, used_at=at)
            return True

    def forget_before(self, instant: datetime) -> int:
        old = [state for state, one in self.rows.items() if one.expires_at < instant]
        for state in old:
            del self.rows[state]
        return len(old)


@dataclass
class MemoryRegistrations:
    """A `RegistrationStore`."""

    rows: dict[Slug, Registered] = field(default_factory=dict)

    def find(self, slug: Slug) -> Registered | None:
        return self.rows.get(slug)

    def keep(self, registered: Registered) -> None:
        self.rows[registered.provider] = registered


@dataclass
class MemoryKeys:
    """A `KeyStore`."""

    rows: dict[EntityId, KeptKeys] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def find(self, entity: EntityId) -> KeptKeys | None:
        return self.rows.get(entity)

    def may_try(self, entity: EntityId, uri: str, at: datetime, pause: timedelta) -> bool:
        with self.lock:
            held = self.rows.get(entity)
            if held is not None and held.uri == uri and held.tried_at > at - pause:
                return False
            jwks = held.jwks if held is not None and held.uri == uri else None
            self.rows[entity] = KeptKeys(entity=entity, uri=uri, jwks=jwks, tried_at=at)
            return True

    def keep(self, entity: EntityId, uri: str, jwks: Mapping[str, object]) -> None:
        held = self.rows.get(entity)
        if held is not None and held.uri == uri:
            self.rows[entity] = replace(held, jwks=dict(jwks))


@dataclass
class MemorySeenLogouts:
    """A `SeenLogouts`."""

    rows: dict[tuple[EntityId, str], datetime] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def first(self, issuer: EntityId, jti: str, until: datetime) -> bool:
        with self.lock:
            if (issuer, jti) in self.rows:
                return False
            self.rows[issuer, jti] = until
            return True

    def forget_before(self, instant: datetime) -> int:
        old = [key for key, until in self.rows.items() if until < instant]
        for key in old:
            del self.rows[key]
        return len(old)


@dataclass
class MemoryRegister:
    """A `Register`: members by the slug they are hosted under."""

    rows: dict[str, Member] = field(default_factory=dict)
    asked: int = 0

    def by_slug(self, slug: str) -> Member:
        if slug not in self.rows:
            raise MemberUnknown(slug)
        return self.rows[slug]

    def page(
        self,
        *,
        kind: MemberKind | None,
        state: MemberState | None,
        after: MemberId | None,
        limit: int,
    ) -> tuple[Member, ...]:
        self.asked += 1
        meant = (m for m in self.rows.values() if kind in {None, m.kind})
        listed = (m for m in meant if state in {None, m.state})
        later = (m for m in listed if after is None or m.id > after)
        return tuple(sorted(later, key=lambda member: member.id))[:limit]
