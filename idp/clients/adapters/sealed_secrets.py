"""Secrets that are kept twice: as a digest, and sealed to their record."""

from dataclasses import dataclass

from idp.clients.domain import Client
from idp.clients.errors import ClientHasNoSecret
from kernel.ids import ClientId
from kernel.proof.seal import Place, Sealer
from kernel.secret import Secret


@dataclass(frozen=True, slots=True)
class SealedSecrets:
    """The `SharedSecrets` over the installation's sealing keys."""

    sealer: Sealer

    def seal(self, client: ClientId, secret: Secret) -> bytes:
        """Return what is kept: it opens for this client's record only."""
        return self.sealer.seal(secret.reveal().encode(), _place(client))

    def of(self, client: Client) -> Secret:
        """Return the secret of a client.

        Raises:
            ClientHasNoSecret: none is kept of it that could be known again.
            SealRefused: what is kept does not open.
        """
        if client.sealed_secret is None:
            raise ClientHasNoSecret(client.id)
        return Secret(self.sealer.open(client.sealed_secret, _place(client.id)).decode())


def _place(client: ClientId) -> Place:
    return Place("idp.clients", "sealed_secret", client)
