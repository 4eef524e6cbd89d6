"""The worker's care: what is due is resolved again, the last good chain stays meanwhile."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from federation.domain import (
    Budget,
    KeptChain,
    VerifiedChain,
    after_failure,
    after_success,
    failing_chain_ends,
    is_given_up,
    renewed_chain_ends,
)
from federation.events import ChainEnding, ChainLost, ChainResolved
from federation.flows.renew import Renewal
from federation.ports import ChainStore, Crew, Work
from kernel.clock import Clock
from kernel.errors import DomainError
from kernel.events import AuditTrail, Outcome

_log: Final = logging.getLogger(__name__)
_PAGE: Final = 100
_TURN: Final = timedelta(seconds=5)
"""So long entities are drawn; the next turn goes on with whoever has waited longest."""
_DEFECT: Final = "defect"


@dataclass(frozen=True, slots=True)
class Ledger:
    """What is to be kept after an attempt, and what is told about it: changes only."""

    trail: AuditTrail
    clock: Clock
    ahead: timedelta

    def resolved(self, kept: KeptChain, chain: VerifiedChain) -> KeptChain:
        """Return what to keep of a chain that was resolved."""
        now = self.clock()
        if kept.tokens is None or kept.failure is not None:
            self.trail.record(ChainResolved(provider=kept.entity, count=len(chain.path)))
        ending = renewed_chain_ends(kept, chain, now)
        if ending and not kept.alarmed:
            self._alarm(kept, "not_renewed")
        return after_success(chain, now, self.ahead, met=kept.met, alarmed=ending)

    def failed(self, kept: KeptChain, code: str) -> KeptChain:
        """Return what to keep after a failure: the last good chain as it is."""
        now = self.clock()
        if kept.failure is None:
            self.trail.record(
                ChainLost(provider=kept.entity, outcome=Outcome.FAILED, reason=code)
            )
        ending = failing_chain_ends(kept, now, self.ahead)
        if ending and not kept.alarmed:
            self._alarm(kept, code)
        return after_failure(kept, code, now, alarmed=ending)

    def _alarm(self, kept: KeptChain, reason: str) -> None:
        _log.warning("chain_ending", extra={"entity": kept.entity, "reason": reason})
        self.trail.record(
            ChainEnding(provider=kept.entity, outcome=Outcome.FAILED, reason=reason)
        )


@dataclass(frozen=True, slots=True)
class Attempt:
    """One piece of the crew's work: resolve one entity again. It never raises."""

    renewal: Renewal
    ledger: Ledger

    def __call__(self, kept: KeptChain, /) -> KeptChain:
        """Return what to keep now."""
        try:
            chain = self.renewal.renewed(kept, Budget())
        except DomainError as failure:
            return self.ledger.failed(kept, failure.code)
        except Exception:  # noqa: BLE001  no stranger may end the turn of the others
            _log.exception("resolution_failed", extra={"entity": kept.entity})
            return self.ledger.failed(kept, _DEFECT)
        return self.ledger.resolved(kept, chain)


@dataclass(frozen=True, slots=True)
class Refreshing:
    """Resolves what is due in one of the two lines: in good order, or failing.

    ``attempt`` is an `Attempt`.

    Each line has a task and a crew of its own, so that those that fail, slowly perhaps,
    never take a hand from the others.
    """

    store: ChainStore
    attempt: Work[KeptChain, KeptChain]
    crew: Crew
    clock: Clock
    failing: bool

    def __call__(self) -> None:
        """Resolve what is due now, for about five seconds."""
        for done in self.crew.each(self._line(), self.attempt):
            self._keep(done)

    def _line(self) -> Iterator[KeptChain]:
        """Walk the line page by page; what is done meanwhile is not met again."""
        now, last = self.clock(), None
        while page := self.store.due(now, _PAGE, failing=self.failing, after=last):
            for last in page:
                if self.clock() >= now + _TURN:
                    return
                yield last

    def _keep(self, done: Sequence[KeptChain]) -> None:
        now = self.clock()
        given_up = {kept.entity for kept in done if is_given_up(kept, now)}
        for entity in given_up:
            self.store.unfollow(entity)
        self.store.keep_all([kept for kept in done if kept.entity not in given_up])
