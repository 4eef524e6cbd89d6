"""Has a chain again: the cheap way where its statements say how, else all the way up."""

from collections.abc import Iterator
from dataclasses import dataclass

from federation.domain import Budget, KeptChain, VerifiedChain
from federation.errors import NoTrustChain
from federation.flows.resolve import Resolution
from federation.flows.seen import SuperiorsSeen
from federation.flows.taking import Stops
from kernel.errors import DomainError
from kernel.proof.statement import UnverifiedStatement, read


@dataclass(frozen=True, slots=True)
class Renewal:
    """Resolves an entity again, and notes whose words its chain rests on."""

    resolution: Resolution
    seen: SuperiorsSeen
    stops: Stops

    def renewed(self, kept: KeptChain, budget: Budget) -> VerifiedChain:
        """Return a chain of the entity, as fresh as can be had.

        Raises:
            DomainError: as `Resolution.resolve`.
        """
        try:
            chain = self._the_same_way(kept)
        except DomainError:
            chain = self.resolution.resolve(kept.entity, budget)
        self.seen.note(chain)
        self.stops.settle(chain)
        return chain

    def _the_same_way(self, kept: KeptChain) -> VerifiedChain:
        """OpenID Federation 1.0 §3.1.3: ``source_endpoint`` is where each is had again.

        Only while the subject names the same superiors: with another one there may be a
        shorter way, or the old one may be closing.

        Raises:
            NoTrustChain: there is no way to go again.
            DomainError: a statement could not be had, or the chain holds no more.
        """
        before = [read(token) for token in kept.tokens or ()]
        after = list(self._fetched(before))
        if not after or read(after[0]).authority_hints != before[0].authority_hints:
            raise NoTrustChain(kept.entity[:200])
        return self.resolution.verifier.verify(after, self.resolution.clock())

    def _fetched(self, before: list[UnverifiedStatement]) -> Iterator[str]:
        for statement in before:
            if statement.is_configuration:
                yield self.resolution.fetch.configuration(statement.issuer)
            else:
                source = _source_of(statement)
                yield self.resolution.fetch.subordinate(source, statement.subject)


def _source_of(statement: UnverifiedStatement) -> str:
    source = statement.claims.get("source_endpoint")
    if not isinstance(source, str):
        raise NoTrustChain("a statement without source_endpoint")
    return source
