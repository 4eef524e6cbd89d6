"""Finds an entity's chain: upwards by its hints, then each superior's word about it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Final

from federation.checks import openid_federation as rules
from federation.domain import Budget, Trace, VerifiedChain
from federation.errors import (
    BudgetSpent,
    ChainRefused,
    MetadataNotAccepted,
    NoChainHolds,
    NoMetadataHold,
    NoTrustChain,
)
from federation.flows.verify import ChainVerifier
from federation.ports import StatementFetch
from kernel.clock import Clock
from kernel.errors import DomainError
from kernel.ids import EntityId
from kernel.proof.statement import UnverifiedStatement, issued_about, read

_FIRST: Final = 0


@dataclass(slots=True)
class _Walk:
    """One resolution under way: what is held already, and what may still be spent."""

    fetch: StatementFetch
    budget: Budget
    clock: Clock
    until: datetime
    held: dict[EntityId, UnverifiedStatement] = field(default_factory=dict)
    fetches: int = 0
    failures: list[DomainError] = field(default_factory=list)

    def configuration(self, entity: EntityId) -> UnverifiedStatement:
        """§10.1: what is held is never asked for again; §9: it is about who was asked."""
        if entity not in self.held:
            self._spend()
            claimed = read(self.fetch.configuration(entity))
            issued_about(claimed, entity, entity)
            self.held[entity] = claimed
        return self.held[entity]

    def subordinate(self, superior: EntityId, subject: EntityId) -> str:
        endpoint = rules.fetch_endpoint_of(self.configuration(superior))
        self._spend()
        return self.fetch.subordinate(endpoint, subject)

    def _spend(self) -> None:
        self.fetches += 1
        if self.fetches > self.budget.fetches or self.clock() > self.until:
            raise BudgetSpent(f"{self.fetches} fetches")


@dataclass(frozen=True, slots=True)
class Resolution:
    """Resolves entities over the network: in the worker, and at a first meeting."""

    fetch: StatementFetch
    verifier: ChainVerifier
    clock: Clock

    def resolve(
        self, entity: EntityId, budget: Budget, traces: list[Trace] | None = None
    ) -> VerifiedChain:
        """Return the shortest chain from ``entity`` to one of the anchors.

        Args:
            entity: the subject.
            budget: the most it may cost.
            traces: gets one trace for each path that led to an anchor.

        Raises:
            NoTrustChain: no path leads to an anchor, or none holds; the detail says why
                each one failed.
            BudgetSpent: the budget ended before a chain was found.
            StatementUnreachable, StatementNotPublished: the entity's own configuration
                could not be had.

        Source: OpenID Federation 1.0 §10.1.
        """
        walk = _Walk(self.fetch, budget, self.clock, self.clock() + budget.span)
        walk.configuration(entity)
        for path in self._paths(walk, entity):
            chain = self._verified(walk, path, traces)
            if chain is not None:
                return chain
        raise _none_of(walk.failures)

    def _paths(self, walk: _Walk, entity: EntityId) -> Iterator[tuple[EntityId, ...]]:
        """Yield paths subject … anchor, shortest first, without loops."""
        frontier: list[tuple[EntityId, ...]] = [(entity,)]
        for _ in range(walk.budget.depth):
            yield from (path for path in frontier if path[-1] in self.verifier.anchors)
            open_ends = [path for path in frontier if path[-1] not in self.verifier.anchors]
            longer = (one for path in open_ends for one in self._longer(walk, path))
            frontier = list(islice(longer, walk.budget.paths))

    def _verified(
        self, walk: _Walk, path: tuple[EntityId, ...], traces: list[Trace] | None
    ) -> VerifiedChain | None:
        trace = None if traces is None else Trace()
        try:
            tokens = _tokens(walk, path)
            if traces is not None and trace is not None:
                traces.append(trace)
            return self.verifier.verify(tokens, self.clock(), trace=trace)
        except BudgetSpent:
            raise
        except DomainError as failure:
            walk.failures.append(failure)
            return None

    def _longer(
        self, walk: _Walk, path: tuple[EntityId, ...]
    ) -> Iterator[tuple[EntityId, ...]]:
        """Extend a path by each hint that does not loop (§10.1), our anchors first."""
        try:
            hints = walk.configuration(path[-1]).authority_hints
        except BudgetSpent:
            raise
        except DomainError as failure:
            walk.failures.append(failure)
            return
        near = sorted(
            dict.fromkeys(hints), key=lambda hint: hint not in self.verifier.anchors
        )
        for hint in near[: walk.budget.hints]:
            if hint not in path:
                yield (*path, hint)


def _none_of(failures: list[DomainError]) -> NoTrustChain:
    """Tell how far it went: metadata that fail had a chain, a chain had a path."""
    told = "; ".join(f"{each.code}: {each.detail}" for each in failures)[:1000]
    if any(isinstance(each, MetadataNotAccepted) for each in failures):
        return NoMetadataHold(told)
    if any(isinstance(each, ChainRefused) for each in failures):
        return NoChainHolds(told)
    return NoTrustChain(told or "no path to an anchor")


def _tokens(walk: _Walk, path: tuple[EntityId, ...]) -> list[str]:
    """Fetch each superior's statement about the one below it; the anchor's own is last."""
    pairs = zip(path[1:], path, strict=False)
    words = [walk.subordinate(superior, subject) for superior, subject in pairs]
    own, anchor = walk.configuration(path[_FIRST]).token, walk.configuration(path[-1]).token
    return [own, *words, anchor] if len(path) > 1 else [own]
