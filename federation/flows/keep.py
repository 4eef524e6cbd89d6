"""Answers from chains that are kept ahead of time; meets entities for the first time."""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from federation.checks.openid_federation import is_an_entity_identifier
from federation.domain import ON_DEMAND, KeptChain, VerifiedChain
from federation.errors import ChainExpired, ChainRefused, FirstMeetingsBusy, NoTrustChain
from federation.flows.refresh import Ledger
from federation.flows.resolve import Resolution
from federation.flows.verify import ChainVerifier
from federation.ports import ChainStore
from kernel.clock import Clock
from kernel.errors import DomainError
from kernel.ids import EntityId

_REMEMBERED: Final = 1024
_AT_ONCE: Final = 4


@dataclass(frozen=True, slots=True)
class TrustChains:
    """Answers who an entity is, from memory and the store, never over the network.

    A chain that was loaded is verified here, in this process, before it is believed; it
    must be of the entity under whose name it is kept. The 1,024 that were used last are
    remembered.
    """

    store: ChainStore
    verifier: ChainVerifier
    clock: Clock
    _memory: OrderedDict[EntityId, VerifiedChain] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

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
        held = self._remembered(entity)
        if held is not None and held.tokens == tokens:
            return held
        try:
            chain = self.verifier.verify(tokens, self.clock())
        except ChainRefused as refused:
            raise NoTrustChain(f"{refused.code}: {refused.detail}") from refused
        if chain.subject != entity:
            raise NoTrustChain(f"the chain kept is of {chain.subject[:200]}")
        self._remember(chain)
        return chain

    def _remembered(self, entity: EntityId) -> VerifiedChain | None:
        with self._lock:
            held = self._memory.get(entity)
            if held is not None:
                self._memory.move_to_end(entity)
            return held

    def _remember(self, chain: VerifiedChain) -> None:
        with self._lock:
            self._memory[chain.subject] = chain
            self._memory.move_to_end(chain.subject)
            if len(self._memory) > _REMEMBERED:
                self._memory.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Refusals:
    """Entities that could not be resolved a moment ago, and why; at most 1,024 of them."""

    lasting: timedelta
    clock: Clock
    _known: OrderedDict[EntityId, tuple[str, datetime]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def require_none(self, entity: EntityId) -> None:
        """Return if the entity was not refused a moment ago, else raise `NoTrustChain`."""
        with self._lock:
            known = self._known.get(entity)
        if known is not None and self.clock() < known[1]:
            raise NoTrustChain(known[0])

    def remember(self, entity: EntityId, code: str) -> None:
        """Refuse the entity for a while without asking anybody."""
        with self._lock:
            self._known[entity] = code, self.clock() + self.lasting
            self._known.move_to_end(entity)
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)


@dataclass(frozen=True, slots=True)
class FirstMeeting:
    """Resolves an entity nobody follows yet, while somebody waits: once, bounded.

    Whoever is found is followed from then on. Whoever is not leaves no row and no event,
    only a refusal in this process's memory: anybody can name any address.
    """

    resolution: Resolution
    ledger: Ledger
    store: ChainStore
    chains: TrustChains
    refusals: Refusals
    _places: threading.BoundedSemaphore = field(
        default_factory=lambda: threading.BoundedSemaphore(_AT_ONCE)
    )

    def chain(self, entity: EntityId) -> VerifiedChain:
        """Return the chain of an entity, resolving it if it is not followed yet.

        Raises:
            EntityMalformed: it is no entity identifier.
            NoTrustChain, ChainExpired: as `TrustChains.chain`; a failure is answered from
                memory for as long as `trust.negative_cache` says.
            FirstMeetingsBusy: four others are being met at this moment.
        """
        if self.store.find(entity) is None:
            self._meet(is_an_entity_identifier(entity))
        return self.chains.chain(entity)

    def _meet(self, entity: EntityId) -> None:
        self.refusals.require_none(entity)
        with self._place():
            try:
                chain = self.resolution.resolve(entity, ON_DEMAND)
            except DomainError as failure:
                self.refusals.remember(entity, failure.code)
                raise NoTrustChain(f"{failure.code}: {failure.detail}"[:500]) from failure
        now = self.ledger.clock()
        stranger = KeptChain(
            entity=entity, tokens=None, expires_at=None, next_at=now, met=True
        )
        self.store.keep(self.ledger.resolved(stranger, chain))

    @contextmanager
    def _place(self) -> Iterator[None]:
        if not self._places.acquire(blocking=False):
            raise FirstMeetingsBusy
        try:
            yield
        finally:
            self._places.release()
