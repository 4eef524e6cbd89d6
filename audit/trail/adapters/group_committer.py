"""Group commit: the events of concurrent requests share one INSERT and one commit."""

from collections.abc import Sequence

from audit.trail.errors import TrailOverloaded
from audit.trail.ports import Outbox
from kernel.events import Recorded
from kernel.infra.db import WAITING_LIMIT, Gathering, Overloaded


class GroupCommitter:
    """Implements `audit.trail.ports.Committer` over an `Outbox`."""

    def __init__(self, outbox: Outbox, *, limit: int = WAITING_LIMIT) -> None:
        """Take the place the rows go to."""
        self._outbox = outbox
        self._gathering: Gathering[Recorded, None] = Gathering(self._add, limit=limit)

    @property
    def waiting(self) -> int:
        """How many callers wait for the next batch."""
        return self._gathering.waiting

    def commit(self, row: Recorded) -> None:
        """Return when ``row`` is durable.

        Raises:
            TrailOverloaded: too many wait already.
            Unavailable: the batch it was in could not be committed.
        """
        try:
            self._gathering(row)
        except Overloaded as cause:
            raise TrailOverloaded(cause.detail) from cause

    def _add(self, rows: Sequence[Recorded]) -> Sequence[None]:
        self._outbox.add(rows)
        return [None] * len(rows)
