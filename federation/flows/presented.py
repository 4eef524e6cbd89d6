"""Believes a chain that somebody brings along, without asking anybody."""

from collections.abc import Sequence
from dataclasses import dataclass

from federation.checks.openid_federation import chain_is_about
from federation.domain import VerifiedChain
from federation.flows.verify import ChainVerifier
from kernel.clock import Clock
from kernel.ids import EntityId
from kernel.standing import Standing


@dataclass(frozen=True, slots=True)
class PresentedChains:
    """Verifies chains from a ``trust_chain`` header or body, offline."""

    verifier: ChainVerifier
    standing: Standing
    clock: Clock

    def accept(self, tokens: Sequence[str], *, subject: EntityId) -> VerifiedChain:
        """Return the chain if it holds now, is of ``subject``, and everybody may act.

        It ends at one of our anchors; nothing is fetched and nothing is kept.

        Raises:
            ChainRefused, BudgetSpent: it does not hold; the detail names statement and
                clause.
            NotInGoodStanding: an entity on its path or a key that signed may act no more.
            StandingUnknown: nobody can tell at the moment.

        Source: OpenID Federation 1.0 §4.3, §10.2.
        """
        chain = self.verifier.verify(tokens, self.clock())
        chain_is_about(chain, subject)
        self.standing.require(*chain.parties)
        return chain
