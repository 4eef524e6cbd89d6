"""Whether a client proved what its tokens are bound to: one row per clause."""

from typing import Final, Protocol

from idp.clients.domain import Client
from idp.oidc.checks import rfc8705, rfc9449
from idp.oidc.domain.senders import Sender, TokenRequest


class SenderCheck(Protocol):
    """One clause about a client and what its request proves."""

    def __call__(self, client: Client, sender: Sender, /) -> None:
        """Return if it is kept; raise otherwise."""
        ...


SENDER_STEPS: Final[tuple[SenderCheck, ...]] = (
    rfc9449.proof_is_there,
    rfc8705.certificate_is_there,
    rfc8705.something_is_proven,
)
"""RFC 9449 §5.2, RFC 8705 §3.4, FAPI 2.0 §5.3.2.1: where tokens are issued, only there."""


def sender_is_proven(asked: TokenRequest) -> None:
    """Apply every row: whoever asks for tokens has proven what they will be bound to."""
    for check in SENDER_STEPS:
        check(asked.client, asked.sender)
