"""Makes one event part of the record."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from audit.trail.ports import Committer, Outbox
from kernel.clock import Clock
from kernel.entropy import Entropy
from kernel.events import Event, Outcome, Recorded, envelope
from kernel.ids import UUID7_RANDOM_BYTES, EventId, uuid7_of
from kernel.proof.tlog import NONCE_BYTES, jcs_of_event
from kernel.web import current_reference


@dataclass(frozen=True, slots=True)
class Trail:
    """The record everybody writes to; implements `kernel.events.BatchTrail`."""

    outbox: Outbox
    committer: Committer
    clock: Clock
    entropy: Entropy

    def record(self, event: Event) -> None:
        """Keep the event with the open unit of work, else durably before returning.

        A refusal undoes the unit of work it happens in, but not its own record: that is
        then made in a transaction of its own.

        Raises:
            Unavailable: it cannot be kept, so what it tells of must not happen.
        """
        row = self.laid_out(event)
        if not self.outbox.joins():
            self.committer.commit(row)
            return
        self.outbox.add((row,))
        if event.outcome is not Outcome.DONE:
            self.outbox.if_undone(partial(self.committer.commit, row))

    def keep(self, rows: Sequence[Recorded]) -> None:
        """Keep events that were laid out, in one statement: all of them, or none.

        Raises:
            Unavailable: they cannot be kept.
        """
        self.outbox.add(rows)

    def laid_out(self, event: Event) -> Recorded:
        """Return the event as it will be kept: now, with the reference of this request."""
        now, drawn = self.clock(), self.entropy(NONCE_BYTES + UUID7_RANDOM_BYTES)
        identifier = EventId(uuid7_of(now, drawn[NONCE_BYTES:]))
        reference = current_reference.get()
        said = envelope(event, identifier=identifier, at=now, reference=reference)
        return Recorded(event.STREAM, identifier, drawn[:NONCE_BYTES], jcs_of_event(said))
