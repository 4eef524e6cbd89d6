"""Who of a sign-out's participants can be told by a call of ours."""

from dataclasses import dataclass
from typing import Final

from idp.clients.errors import ClientUnknown
from idp.clients.ports import ClientLookup
from idp.session.domain import Participant
from kernel.ids import ClientId

CALLS: Final = "oidc"
"""The protocol with calls; whoever took part by another is told by the browser alone."""


@dataclass(frozen=True, slots=True)
class BackChannels:
    """Knows whether there is an address to call."""

    clients: ClientLookup

    def lead_to(self, participant: Participant) -> bool:
        """OIDC Back-Channel Logout §2.2: tell whether its record has such an address now.

        A platform upstream, and who registered none, is told by the browser that signs out;
        no later try reaches them.
        """
        if participant.protocol != CALLS:
            return False
        try:
            client = self.clients.find(ClientId(participant.client))
        except ClientUnknown:
            return False
        return client.oidc.backchannel_logout_uri is not None
