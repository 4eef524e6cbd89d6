"""What a client's own token says, decided before it is made."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from idp.clients.domain import Client
from idp.oidc.domain.senders import Sender


@dataclass(frozen=True, slots=True)
class OwnToken:
    """A token of a client's own, but for when it begins and the name it gets.

    It follows from the record of the client and from what was asked, from nothing else:
    while both are the same, so is this.

    Attributes:
        client: the record it was decided from.
        bound: whose key it is bound to (RFC 7800 §3).
        claims: all of them that do not change from one token to the next.
    """

    client: Client
    bound: Sender
    claims: Mapping[str, object] = field(repr=False)
