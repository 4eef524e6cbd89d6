"""What the room needs."""

from typing import Protocol


class Pictures(Protocol):
    """Draws an address so that a phone's camera can read it."""

    def picture(self, address: str) -> str:
        """Return a QR code as an SVG image in a ``data:`` URL."""
        ...
