"""What is fetched from, and carried to, the world outside."""

from typing import Protocol

from idp.clients.domain import Client


class LogoutDelivery(Protocol):
    """Carries logout tokens to relying parties, within the rules about calling out."""

    def post(self, client: Client, logout_token: str) -> None:
        """Deliver one (OIDC Back-Channel Logout §2.5), trusting the client's authority.

        Raises:
            LogoutTokenNotTaken: it answered with another status than 200 or 204.
            Unavailable: it could not be reached.
        """
        ...


class RequestFiles(Protocol):
    """Request objects that lie at an address of their client (RFC 9101 §5.2)."""

    def read(self, uri: str) -> str:
        """Return what lies there, as it is; nothing of it is believed.

        Only called with addresses that a client registered, in no unit of work.

        Raises:
            RequestUriRefused: there is nothing, it is no request object by its type, is
                too large or too slow, or lies where we do not call.
        """
        ...


class ClientPages(Protocol):
    """JSON that clients serve at addresses they name."""

    def json(self, url: str) -> object:
        """Return what is there.

        Raises:
            ClientMetadataRefused: the address may not be called, or serves no JSON.
            ClientPageUnreachable: no answer in time.
        """
        ...
