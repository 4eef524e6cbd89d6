"""What the room needs."""

from typing import Protocol

from audit.trail.domain import EventProof, EventQuery, Logged
from kernel.ids import EventId


class Pictures(Protocol):
    """Draws an address so that a phone's camera can read it."""

    def picture(self, address: str) -> str:
        """Return a QR code as an SVG image in a ``data:`` URL."""
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
