"""What the room needs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from audit.trail.domain import EventProof, EventQuery, Logged
from idp.clients.domain import LocalText
from kernel.assurance import Level
from kernel.ids import EventId, GrantId, PersonId


class Pictures(Protocol):
    """Draws an address so that a phone's camera can read it."""

    def picture(self, address: str) -> str:
        """Return a QR code as an SVG image in a ``data:`` URL."""
        ...


class DeviceHeld(Protocol):
    """What one device was let have."""

    @property
    def grant(self) -> GrantId:
        """Its name, for ending it."""
        ...

    @property
    def client_name(self) -> LocalText:
        """The application whose device it is."""
        ...

    @property
    def level(self) -> Level:
        """The level that the device was told."""
        ...

    @property
    def since(self) -> datetime:
        """When the person allowed it."""
        ...


class DevicesLet(Protocol):
    """What somebody let devices have, which hold no browser session here."""

    def of(self, person: PersonId) -> Sequence[DeviceHeld]:
        """Return by what devices may act for somebody now, newest first."""
        ...

    def end(self, person: PersonId, grant: GrantId) -> None:
        """End all that a device has by one, at once; one that is over stays over.

        Raises:
            NotFound: it is none of theirs.
        """
        ...


class ReleaseLog(Protocol):
    """The record as far as one's own releases are read from it."""

    def search(self, query: EventQuery) -> tuple[Logged, ...]:
        """Return logged events that match, newest first."""
        ...

    def prove(self, event: EventId) -> EventProof:
        """Return the offline proof of one event against the newest checkpoint.

        Raises:
            EventUnknown, NotYetLogged: as they say.
        """
        ...
