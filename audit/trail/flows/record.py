"""Makes one event part of the record."""

from dataclasses import dataclass

from audit.trail.domain import Recorded
from audit.trail.ports import Committer, Outbox
from kernel.clock import Clock
from kernel.entropy import Entropy
from kernel.events import Event, envelope
from kernel.ids import EventId, uuid7
from kernel.proof.tlog import NONCE_BYTES, jcs
from kernel.web import current_reference


@dataclass(frozen=True, slots=True)
class Trail:
    """The record everybody writes to; implements `kernel.events.AuditTrail`."""

    outbox: Outbox
    committer: Committer
    clock: Clock
    entropy: Entropy

    def record(self, event: Event) -> None:
        """Keep the event with the open unit of work, else durably before returning.

        Raises:
            Unavailable: it cannot be kept, so what it tells of must not happen.
        """
        row = self._laid_out(event)
        if self.outbox.joins():
            self.outbox.add((row,))
        else:
            self.committer.commit(row)

    def _laid_out(self, event: Event) -> Recorded:
        now = self.clock()
        identifier = EventId(uuid7(lambda: now, self.entropy))
        said = envelope(
            event, identifier=identifier, at=now, reference=current_reference.get()
        )
        return Recorded(event.STREAM, identifier, self.entropy(NONCE_BYTES), jcs(said))
