"""Relying parties in memory, at most one second old."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar

from idp.clients.domain import Client
from idp.clients.ports import ClientLookup
from kernel.clock import Clock, is_young
from kernel.ids import ClientId


@dataclass(frozen=True, slots=True)
class RecentClients:
    """A `ClientLookup` that asks another one at most once a second per client.

    While a record is the same it stays the same object: who keeps what followed from it
    sees at a glance whether it still does.

    Unknown names are not kept: whoever guesses them fills no memory of ours. Nor does
    whoever registers many: no more than `MOST_KEPT` are remembered.
    """

    lookup: ClientLookup
    clock: Clock
    _kept: dict[ClientId, tuple[datetime, Client]] = field(default_factory=dict)

    LIFETIME: ClassVar[timedelta] = timedelta(seconds=1)
    MOST_KEPT: ClassVar[int] = 10_000

    def find(self, client: ClientId) -> Client:
        """Return one relying party, or raise `ClientUnknown`."""
        now = self.clock()
        kept = self._kept.get(client)
        if kept is not None and is_young(kept[0], now, self.LIFETIME):
            return kept[1]
        found = self.lookup.find(client)
        if kept is not None and kept[1] == found:
            found = kept[1]
        if len(self._kept) >= self.MOST_KEPT:
            # What a second makes old need not be sorted out one by one.
            self._kept.clear()
        self._kept[client] = (now, found)
        return found
