"""What counts once, and when it is used up: before a grant, or with its event."""

from dataclasses import dataclass

from idp.oidc.domain.grants import Tokens
from idp.oidc.domain.one_time import Unspent
from idp.oidc.domain.senders import TokenRequest
from idp.oidc.flows.grant_flow import GrantFlow
from idp.oidc.flows.once import Once
from idp.oidc.ports import OnceWithEvent
from kernel.events import AuditTrail, Event


@dataclass(frozen=True, slots=True)
class UsedUpFirst:
    """Implements `GrantFlow` around another one, which finds nothing to use up."""

    once: Once
    flow: GrantFlow

    def __call__(self, asked: TokenRequest) -> Tokens:
        """Return what the other flow returns.

        Raises:
            AssertionReplayed, DpopProofReplayed: what was shown was used before.
        """
        self.once.use_up(asked.unspent.taken())
        return self.flow(asked)


@dataclass(frozen=True, slots=True)
class RecordedOnce:
    """Makes an event and the use of what was shown for it durable by one commit.

    So there is neither a token of an assertion that could be shown again, nor an
    assertion used up for nothing when the event could not be kept.
    """

    store: OnceWithEvent
    trail: AuditTrail

    def __call__(self, unspent: Unspent, event: Event) -> None:
        """Return when both are durable.

        Raises:
            AssertionReplayed, DpopProofReplayed: used before; there is no event.
            Unavailable: neither of them could be kept.
        """
        names = unspent.taken()
        if not names:
            self.trail.record(event)
            return
        used = self.store(names, event)
        if used is not None:
            used.refuse()
