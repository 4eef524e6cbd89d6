"""The keys of those who get something encrypted, read before anything is decided."""

from dataclasses import dataclass, replace

from idp.clients.domain import Client
from idp.clients.ports import ClientKeys
from idp.oidc.domain.grants import Tokens
from idp.oidc.domain.senders import TokenRequest
from idp.oidc.flows.grant_flow import GrantFlow


@dataclass(frozen=True, slots=True)
class FreshKeys:
    """Implements `GrantFlow` around another one, which gets the client with its keys.

    They may lie at an address of the client's: nobody calls out in the middle of a unit of
    work (ADR 29).
    """

    keys: ClientKeys
    flow: GrantFlow

    def __call__(self, asked: TokenRequest) -> Tokens:
        """Return what the other flow returns."""
        client = with_keys_to_encrypt_to(asked.client, self.keys)
        if client is not asked.client:
            asked = replace(asked, client=client)
        return self.flow(asked)


def with_keys_to_encrypt_to(client: Client, keys: ClientKeys) -> Client:
    """OIDC Core §10.2.1: a client rotates the keys it decrypts with at its ``jwks_uri``.

    Whoever gets nothing encrypted, or has its keys in its record, is returned as it is.
    """
    oidc = client.oidc
    encrypts = oidc.id_token_encryption or oidc.userinfo_encryption
    if oidc.jwks_uri is None or encrypts is None:
        return client
    return replace(client, oidc=replace(oidc, keys=keys.of(client)))
