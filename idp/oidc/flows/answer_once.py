"""One answer for one interaction, and for one pushed request."""

from dataclasses import dataclass
from datetime import datetime

from idp.oidc.errors import InteractionNotYours, PushedRequestUsed
from idp.oidc.ports import PendingStore, PushedStore
from kernel.ids import InteractionId
from kernel.secret import Digest


@dataclass(frozen=True, slots=True)
class AnswerOnce:
    """Takes what waits, inside the unit of work of its answer."""

    pending: PendingStore
    pushed: PushedStore

    def take(self, interaction: InteractionId, pushed: Digest | None, at: datetime) -> None:
        """Return for exactly one caller.

        A pushed request is used up by its answer, not by a page that was loaded: whoever
        looks ahead must not use it up (RFC 9126 §7.3, FAPI 2.0 §5.3.2.2).

        Raises:
            InteractionNotYours, PushedRequestUsed: somebody else was answered.
        """
        if not self.pending.take(interaction):
            raise InteractionNotYours(str(interaction))
        if pushed is not None and not self.pushed.use(pushed, at):
            raise PushedRequestUsed
