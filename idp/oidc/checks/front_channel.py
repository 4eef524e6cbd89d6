"""OIDC Front-Channel Logout 1.0."""

from urllib.parse import urlsplit

from idp.clients.domain import Client
from idp.oidc.errors import FrameRefused


def address_is_of_the_client(client: Client, uri: str) -> None:
    """§2: domain, port and scheme MUST be those of a redirect URI; there is no fragment.

    Registration says so too; a member's metadata changes without us, and what is framed
    beside others' frames is looked at when it is.
    """
    named = urlsplit(uri)
    known = {urlsplit(known.text)[:2] for known in client.oidc.redirect_uris}
    if named[:2] not in known or named.scheme not in {"http", "https"} or named.fragment:
        raise FrameRefused(client.id)
