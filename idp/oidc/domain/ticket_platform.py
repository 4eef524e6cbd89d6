"""Words of the ticket sequence that provincial portals use."""

from typing import Final

TICKET: Final = "ticket"
"""The parameter of the ticket; of a request that waits for one also its response type."""
TICKET_PATH: Final = "/sso"
"""Below the issuer: where the sequence is served, and the audience of its tokens."""
