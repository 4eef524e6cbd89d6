"""What this room needs, with the promises it counts on."""

from typing import Protocol

from idp.clients.domain import Client
from kernel.ids import ClientId
from kernel.web import Page, PageAsked


class ClientLookup(Protocol):
    """Finds relying parties; an answer is at most 1 s older than the record."""

    def find(self, client: ClientId) -> Client:
        """Return one relying party.

        Raises:
            ClientUnknown: there is none of this name.
        """
        ...


class ClientStore(ClientLookup, Protocol):
    """The records themselves, always as they are now; part of the unit of work."""

    def add(self, client: Client) -> None:
        """Keep a new record.

        Raises:
            ClientExists: its identifier is taken.
        """
        ...

    def replace(self, client: Client, version: int) -> None:
        """Put ``client`` in the place of its version ``version``.

        Linearizable: of two changes of one version exactly one returns.

        Raises:
            ClientMoved: the record is not of that version any more.
        """
        ...

    def page(self, asked: PageAsked) -> Page[Client]:
        """Return records in the order of their identifiers."""
        ...
