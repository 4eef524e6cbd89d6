"""Whose words our chains rest on: their own chains and changes are followed too."""

from collections.abc import Collection
from dataclasses import dataclass, field

from federation.domain import VerifiedChain
from federation.ports import ChainStore, SuperiorStore
from kernel.clock import Clock
from kernel.ids import EntityId


@dataclass(frozen=True, slots=True)
class SuperiorsSeen:
    """Notes every superior on a chain once; what was noted is remembered in memory."""

    store: ChainStore
    superiors: SuperiorStore
    clock: Clock
    ours: frozenset[EntityId]
    """Our own trust entity: we need not read about our own changes."""
    _known: set[EntityId] = field(default_factory=set)

    def note(self, chain: VerifiedChain) -> None:
        """Follow the superiors of a chain that were not seen before."""
        self.follow(chain.path[1:])

    def follow(self, superiors: Collection[EntityId]) -> None:
        """Follow superiors that were not seen before."""
        fresh = set(superiors) - self._known - self.ours
        if not fresh:
            return
        self.superiors.follow(sorted(fresh))
        self.store.follow_all(sorted(fresh), self.clock())
        self._known.update(fresh)
