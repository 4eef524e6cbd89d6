"""RFC 7009, token revocation."""

from idp.clients.domain import Client
from idp.oidc.errors import GrantOfOtherClient


def token_was_issued_to(client: Client, owner: str) -> None:
    """§2.1: verify that the token was issued to the client that wants it revoked."""
    if owner != client.id:
        raise GrantOfOtherClient(client.id)
