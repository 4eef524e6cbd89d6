"""Records of clients that enter themselves, and what they are given."""

from datetime import datetime
from typing import Protocol

from idp.clients.domain import Client, NewSecret
from idp.oidc.domain.quickstarts import Library, Start, StartFile
from idp.oidc.domain.registering import OwnRecord, Ticket
from kernel.ids import (
    ClientId,
)
from kernel.proof.jose import KeySet
from kernel.secret import Digest


class RegisteredClients(Protocol):
    """The records of clients, changed by who they are of; each change is one event."""

    def enter(self, client: Client) -> NewSecret:
        """Keep a new record, in the sandbox, with a secret if its method shares one.

        Raises:
            ClientMalformed: a rule of registrations is broken.
        """
        ...

    def find(self, client: ClientId) -> Client:
        """Return one as it is now, or raise `ClientUnknown`."""
        ...

    def change(self, client: Client) -> Client:
        """Put ``client`` in the place of its version; return it as it is then.

        Raises:
            ClientMalformed, ClientMoved, ClientHasNoSecret: as they say.
        """
        ...

    def end(self, client: ClientId) -> None:
        """Retire one; all that was granted through it ends."""
        ...

    def read_picture(self, client: Client) -> None:
        """Keep the picture it names, if there is one to be had.

        It calls out, so it is never used inside a unit of work.
        """
        ...

    def keep_keys(self, client: Client, keys: KeySet) -> None:
        """Keep the keys read at its address; who changed it meanwhile wins."""
        ...


class TicketStore(Protocol):
    """Initial access tokens by digest; part of the unit of work.

    ``use`` is linearizable: of any number of concurrent calls as many return True as uses
    were left.
    """

    def add(self, ticket: Ticket) -> None:
        """Keep a fresh one."""
        ...

    def use(self, ticket: Digest, now: datetime) -> bool:
        """Use one up once; False: unknown, spent or over."""
        ...

    def holds(self, ticket: Digest, now: datetime) -> bool:
        """Tell whether a use of one is left now; nothing is used up."""
        ...

    def end(self, ticket: Digest) -> bool:
        """Delete one; False: there was none."""
        ...

    def forget_before(self, instant: datetime) -> int:
        """Delete those that ended before ``instant``."""
        ...


class OwnRecords(Protocol):
    """What is kept of clients that entered themselves; part of the unit of work.

    ``put`` is linearizable: of concurrent calls over the same tokens one returns True.
    """

    def add(self, own: OwnRecord) -> None:
        """Keep a fresh one."""
        ...

    def find(self, client: ClientId) -> OwnRecord | None:
        """Return one, None: the client did not enter itself, or left."""
        ...

    def put(self, own: OwnRecord, *, over: OwnRecord) -> bool:
        """Take the place of ``over``; False: its tokens are not those kept any more."""
        ...

    def remove(self, client: ClientId) -> None:
        """Delete one."""
        ...


class Quickstarts(Protocol):
    """Files to begin with, written for one client and one library."""

    def written(self, library: Library, start: Start) -> tuple[StartFile, ...]:
        """Return them; nothing secret is in them."""
        ...
