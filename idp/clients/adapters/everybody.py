"""Every relying party: those kept here first, then members that federate themselves."""

from dataclasses import dataclass

from idp.clients.domain import Client
from idp.clients.errors import ClientUnknown
from idp.clients.ports import ClientLookup
from kernel.ids import ClientId

_SCHEME = "://"


@dataclass(frozen=True, slots=True)
class Everybody:
    """A `ClientLookup` over both kinds; their names cannot be confused.

    An identifier kept here has no colon (RFC 9700 §4.15), an entity identifier has one.
    """

    kept: ClientLookup
    members: ClientLookup

    def find(self, client: ClientId) -> Client:
        """Return one relying party.

        Raises:
            ClientUnknown: there is none of this name.
            NotInGoodStanding: somebody on a member's chain may act no more.
        """
        if _SCHEME not in client:
            return self.kept.find(client)
        try:
            return self.kept.find(client)
        except ClientUnknown:
            return self.members.find(client)
