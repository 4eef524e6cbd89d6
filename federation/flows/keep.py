"""Keeps chains resolved ahead of time, and answers from what is kept."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

from federation.domain import (
    ON_DEMAND,
    Budget,
    KeptChain,
    VerifiedChain,
    after_failure,
    after_success,
)
from federation.errors import ChainExpired, ChainRefused, NoTrustChain
from federation.events import ChainLost, ChainResolved
from federation.flows.resolve import Resolution
from federation.flows.verify import ChainVerifier
from federation.ports import ChainStore
from kernel.clock import Clock
from kernel.errors import DomainError
from kernel.events import AuditTrail, Outcome
from kernel.ids import EntityId

_BATCH: Final = 50


@dataclass(frozen=True, slots=True)
class TrustChains:
    """Answers who an entity is, from memory and the store, never over the network.

    A chain that was loaded is verified here, in this process, before it is believed; it
    must be of the entity under whose name it is kept.
    """

    store: ChainStore
    verifier: ChainVerifier
    clock: Clock
    _memory: dict[EntityId, tuple[tuple[str, ...], VerifiedChain]] = field(
        default_factory=dict
    )

    def chain(self, entity: EntityId) -> VerifiedChain:
        """Return the last good chain of a followed entity.

        Raises:
            NoTrustChain: none was ever resolved, or the kept one does not hold here.
            ChainExpired: it has reached its own end.
        """
        kept = self.store.find(entity)
        if kept is None or kept.tokens is None:
            raise NoTrustChain(kept.failure if kept and kept.failure else entity[:200])
        chain = self._believed(entity, kept.tokens)
        if self.clock() >= chain.expires_at:
            raise ChainExpired(entity[:200])
        return chain

    def follow(self, entity: EntityId) -> None:
        """Have the worker resolve an entity and keep it fresh."""
        self.store.follow(entity, self.clock())

    def unfollow(self, entity: EntityId) -> None:
        """Let go of an entity."""
        self.store.unfollow(entity)

    def followed(self) -> tuple[KeptChain, ...]:
        """Return everything that is followed, with its last failure."""
        return self.store.all()

    def _believed(self, entity: EntityId, tokens: tuple[str, ...]) -> VerifiedChain:
        held = self._memory.get(entity)
        if held is not None and held[0] == tokens:
            return held[1]
        try:
            chain = self.verifier.verify(tokens, self.clock())
        except ChainRefused as refused:
            raise NoTrustChain(f"{refused.code}: {refused.detail}") from refused
        if chain.subject != entity:
            raise NoTrustChain(f"the chain kept is of {chain.subject[:200]}")
        self._memory[entity] = (tokens, chain)
        return chain


@dataclass(frozen=True, slots=True)
class Refreshing:
    """The worker's side: resolves what is due, keeps the last good chain on failure."""

    store: ChainStore
    resolution: Resolution
    trail: AuditTrail
    clock: Clock
    ahead: timedelta

    def __call__(self) -> None:
        """Resolve everything that is due now, at most fifty entities a turn."""
        for kept in self.store.due(self.clock(), _BATCH):
            self.refresh(kept)

    def refresh(self, kept: KeptChain, budget: Budget = Budget()) -> None:  # noqa: B008  frozen
        """Resolve one entity again; the events tell of changes, not of every turn."""
        try:
            chain = self.resolution.resolve(kept.entity, budget)
        except DomainError as failure:
            self._failed(kept, failure)
            return
        if kept.tokens is None or kept.failure is not None:
            self.trail.record(ChainResolved(provider=kept.entity, count=len(chain.path)))
        self.store.keep(after_success(chain, self.clock(), self.ahead))

    def _failed(self, kept: KeptChain, failure: DomainError) -> None:
        if kept.failure is None:
            self.trail.record(
                ChainLost(provider=kept.entity, outcome=Outcome.FAILED, reason=failure.code)
            )
        failed = after_failure(kept, failure.code, self.clock())
        self.store.keep(failed)


@dataclass(frozen=True, slots=True)
class FirstMeeting:
    """Resolves an entity nobody follows yet, while somebody waits: once, bounded."""

    refreshing: Refreshing
    chains: TrustChains

    def chain(self, entity: EntityId) -> VerifiedChain:
        """Return the chain of an entity, resolving it if it is not followed yet.

        Raises:
            NoTrustChain, ChainExpired: as `TrustChains.chain`; a failure is remembered and
                answered from memory until the worker has tried again.
        """
        store = self.refreshing.store
        if store.find(entity) is None:
            now = self.refreshing.clock()
            fresh = KeptChain(entity=entity, tokens=None, expires_at=None, next_at=now)
            store.follow(entity, now)
            self.refreshing.refresh(replace(fresh), ON_DEMAND)
        return self.chains.chain(entity)
