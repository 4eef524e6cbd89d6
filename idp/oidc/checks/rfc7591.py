"""RFC 7591, RFC 7592, OIDC Registration: what a client may do to a record of its own.

What any record may say, whoever wrote it, stands in `idp.clients`.
"""

from typing import Final

from idp.clients.domain import Client, ClientState, GrantType
from idp.oidc.errors import ClientMetadataRefused, RecordNotYours
from idp.oidc.messages.members import Members
from kernel.ids import ClientId

_OURS_TO_SAY: Final = (
    "registration_access_token",
    "registration_client_uri",
    "client_secret_expires_at",
    "client_id_issued_at",
)


def sector_is_told_by_answers(client: Client) -> None:
    """OIDC Core §8.1: who is answered at the addresses of a sector may share it.

    Who has none of them, or fetches tokens without being answered there, would be told the
    subjects of others.
    """
    facet = client.oidc
    if not facet.redirect_uris or GrantType.DEVICE_CODE in facet.grant_types:
        said = "only for who is answered at redirect URIs, by no device"
        raise ClientMetadataRefused(f"sector_identifier_uri: {said}")


def sector_holds_every_redirect(client: Client, listed: object) -> None:
    """OIDC Registration §5: a JSON array with every registered redirect URI in it."""
    if not isinstance(listed, list) or not all(isinstance(uri, str) for uri in listed):
        raise ClientMetadataRefused("sector_identifier_uri: no JSON list of texts there")
    if not {uri.text for uri in client.oidc.redirect_uris} <= set(listed):
        raise ClientMetadataRefused("sector_identifier_uri: a redirect URI is not listed")


def change_says_whose(members: Members, client: ClientId) -> None:
    """RFC 7592 §2.2: client_id MUST be there and the same; what is ours MUST NOT be."""
    if members.text("client_id") != client:
        raise ClientMetadataRefused("client_id: that of the record, always")
    for name in _OURS_TO_SAY:
        if name in members.held:
            raise ClientMetadataRefused(f"{name}: is ours to say")


def record_is_still_its_own(client: Client) -> None:
    """接入认证服务管理: what two persons approved, no token of the client changes."""
    if client.state is not ClientState.SANDBOX:
        raise RecordNotYours(client.state.value)
