"""Every relying party: those kept here first, then members that federate themselves."""

from dataclasses import dataclass

from idp.clients.domain import Client, federates_itself
from idp.clients.ports import ClientLookup
from kernel.ids import ClientId


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
        """
        return (self.members if federates_itself(client) else self.kept).find(client)
