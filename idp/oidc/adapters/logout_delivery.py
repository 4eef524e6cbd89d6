"""Logout tokens carried over the one way out."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from idp.clients.domain import Client
from idp.oidc.errors import LogoutTokenNotTaken
from kernel.errors import Unavailable
from kernel.infra.outbound import Outbound, OutboundFailed, OutboundRefused, OutboundRequest
from kernel.web import FORM

_TAKEN: Final = frozenset({200, 204})
_SERVER_ERROR: Final = 500
_TOO_MANY: Final = 429


class RelyingPartyDown(Unavailable):
    """The relying party could not be reached, or said that it cannot at the moment."""

    code = "relying_party_down"


@dataclass(frozen=True, slots=True)
class OutboundLogout:
    """The `LogoutDelivery` over `kernel.infra.outbound`."""

    outbound: Outbound

    def post(self, client: Client, logout_token: str) -> None:
        """Deliver one (OIDC Back-Channel Logout §2.5); redirects are not followed.

        A client that named an authority of its own is believed by that one alone.

        Raises:
            LogoutTokenNotTaken: it answered with another status than 200 or 204, or its
                address is not one we call.
            RelyingPartyDown: it could not be reached, or has a fault.
        """
        status = self._status(client, logout_token)
        if status in _TAKEN:
            return
        if status >= _SERVER_ERROR or status == _TOO_MANY:
            raise RelyingPartyDown(f"{client.id}: {status}")
        raise LogoutTokenNotTaken(f"{client.id}: {status}")

    def _status(self, client: Client, logout_token: str) -> int:
        """OIDC Back-Channel Logout §2.8: the status says it, whatever body follows."""
        body = urlencode({"logout_token": logout_token}).encode("ascii")
        try:
            request = OutboundRequest(
                url=client.oidc.backchannel_logout_uri or "",
                method="POST",
                headers={"content-type": FORM},
                body=body,
                redirects=0,
                limit_bytes=4096,
                authority=client.oidc.backchannel_ca,
            )
            return self.outbound.fetch(request).status
        except OutboundRefused as cause:
            raise LogoutTokenNotTaken(f"{client.id}: {cause.detail}") from cause
        except OutboundFailed as cause:
            if cause.status is not None:
                return cause.status
            raise RelyingPartyDown(f"{client.id}: {cause.detail}") from cause
