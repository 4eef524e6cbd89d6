"""Relying parties in memory, at most one second old."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar

from idp.clients.domain import Client
from idp.clients.ports import ClientLookup
from kernel.clock import Clock, is_young
from kernel.ids import ClientId
from kernel.remembered import Remembered


@dataclass(frozen=True, slots=True)
class RecentClients:
    """A `ClientLookup` that asks another one at most once a second per client.

    While a record is the same it stays the same object: who keeps what followed from it
    sees at a glance whether it still does.

    Unknown names are not kept: whoever guesses them fills no memory of ours. Nor does
    whoever registers many.
    """

    lookup: ClientLookup
    clock: Clock
    kept: Remembered[ClientId, tuple[datetime, Client]] = field(default_factory=Remembered)

    LIFETIME: ClassVar[timedelta] = timedelta(seconds=1)

    def find(self, client: ClientId) -> Client:
        """Return one relying party, or raise `ClientUnknown`."""
        now = self.clock()
        kept = self.kept.get(client)
        if kept is not None and is_young(kept[0], now, self.LIFETIME):
            return kept[1]
        found = self.lookup.find(client)
        if kept is not None and kept[1] == found:
            found = kept[1]
        self.kept[client] = (now, found)
        return found
