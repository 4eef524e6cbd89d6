"""Records changed by the clients they are of: the issuer's port `RegisteredClients`."""

from dataclasses import dataclass, replace
from typing import Final

from idp.clients.domain import Client, ClientAction, NewSecret
from idp.clients.errors import ClientMoved
from idp.clients.events import ClientKeysRead
from idp.clients.messages import ClientBody, client_body
from idp.clients.ports import ClientStore
from idp.clients.service import Clients, Pictures
from kernel.events import AuditTrail
from kernel.ids import ClientId
from kernel.proof.jose import KeySet
from kernel.work import UnitOfWork

_LEFT: Final = "ended by the client itself (RFC 7592 §2.3)"


@dataclass(frozen=True, slots=True)
class OwnClients:
    """Changes records by the same rules as every operator, with nobody as actor."""

    clients: Clients
    store: ClientStore
    pictures: Pictures
    trail: AuditTrail
    work: UnitOfWork

    def enter(self, client: Client) -> NewSecret:
        """Keep a new record, in the sandbox, with a secret if its method shares one.

        Raises:
            ClientMalformed: a rule of registrations is broken.
        """
        with self.work():
            new = self.clients.register(_body(client), actor=None)
            self._read_with(client, new.client)
        return new

    def find(self, client: ClientId) -> Client:
        """Return one as it is now, or raise `ClientUnknown`."""
        return self.store.find(client)

    def change(self, client: Client) -> Client:
        """Put ``client`` in the place of its version; return it as it is then.

        Raises:
            ClientMalformed, ClientMoved, ClientHasNoSecret: as they say.
        """
        with self.work():
            version, said = client.version, _body(client)
            changed = self.clients.update(client.id, version, said, actor=None)
            self._read_with(client, changed)
        return changed

    def end(self, client: ClientId) -> None:
        """Retire one; all that was granted through it ends."""
        self.clients.move(client, ClientAction.RETIRE, _LEFT, actor=None)

    def keep_keys(self, client: Client, keys: KeySet) -> None:
        """Keep the keys read at its address; who changed the record meanwhile wins.

        Whose keys they are was decided when the address was registered, so no second
        person is asked: this is its client's rotation (OIDC Core §10.1.1).
        """
        before = self.store.find(client.id)
        if before.oidc.jwks_uri != client.oidc.jwks_uri or before.oidc.keys == keys:
            return
        after = replace(
            before, version=before.version + 1, oidc=replace(before.oidc, keys=keys)
        )
        try:
            with self.work():
                self.store.replace(after, before.version)
                self.trail.record(
                    ClientKeysRead(relying_party=client.id, kids=tuple(keys.by_kid))
                )
        except ClientMoved:
            return

    def read_picture(self, client: Client) -> None:
        """Keep the picture it names, if there is one to be had; calls out."""
        self.pictures.read(client)

    def _read_with(self, said: Client, kept: Client) -> None:
        """Keep keys that were read at an address beside the record that names it."""
        if said.oidc.jwks_uri is not None and said.oidc.keys is not None:
            self.keep_keys(kept, said.oidc.keys)


def _body(client: Client) -> ClientBody:
    """RFC 7591 §2: a record says its keys or their address, never both."""
    facet = client.oidc
    if facet.jwks_uri is not None:
        client = replace(client, oidc=replace(facet, keys=None))
    return client_body(client)
