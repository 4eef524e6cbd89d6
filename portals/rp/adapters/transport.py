"""What Authlib's client core needs of a session, over the house's only way out."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol
from urllib.parse import quote_plus, urlencode

from kernel.infra.outbound import Outbound, OutboundReply, OutboundRequest
from kernel.proof.jose import decode_object
from portals.rp.errors import HubUnavailable

_LIMIT_BYTES: Final = 65_536


class ClientAuthentication(Protocol):
    """Authlib's ``ClientAuth``: adds credentials to a request that is laid out."""

    def prepare(
        self, method: str, uri: str, headers: dict[str, str], body: str
    ) -> tuple[str, dict[str, str], str]:
        """Return the request with the client's credentials in it."""
        ...


@dataclass(frozen=True, slots=True)
class AuthlibReply:
    """A reply as Authlib's core asks it."""

    reply: OutboundReply

    @property
    def status_code(self) -> int:
        """The HTTP status."""
        return self.reply.status

    def json(self) -> dict[str, object]:
        """Return the JSON object of the body, each member once."""
        return decode_object(self.reply.body, limit_bytes=_LIMIT_BYTES)

    def raise_for_status(self) -> None:
        """Raise for a reply that is no answer of a token endpoint."""
        raise HubUnavailable(f"status {self.reply.status}")


@dataclass(slots=True)
class OutboundSession:
    """Posts one form; remembers the reply, whose headers Authlib does not hand on."""

    outbound: Outbound
    last: OutboundReply | None = None

    def post(
        self,
        url: str,
        data: Mapping[str, str],
        headers: Mapping[str, str],
        auth: ClientAuthentication,
    ) -> AuthlibReply:
        """Send the form with the client's credentials; redirects are not followed."""
        given = {name: value for name, value in headers.items() if name != "Accept"}
        uri, sent, body = auth.prepare("POST", url, given, urlencode(data))
        self.last = self.outbound.fetch(
            OutboundRequest(
                url=uri,
                method="POST",
                headers=sent,
                accept="application/json",
                body=body.encode(),
                limit_bytes=_LIMIT_BYTES,
                redirects=0,
            )
        )
        return AuthlibReply(self.last)


class NamedClient(Protocol):
    """Authlib's client, as its credentials are made from it."""

    client_id: str
    client_secret: str


def basic_credentials(
    client: NamedClient, _method: str, uri: str, headers: dict[str, str], body: str
) -> tuple[str, dict[str, str], str]:
    """RFC 6749 §2.3.1: both halves form-encoded first, which Authlib leaves out."""
    pair = f"{quote_plus(client.client_id)}:{quote_plus(client.client_secret)}"
    encoded = base64.b64encode(pair.encode("ascii")).decode("ascii")
    return uri, {**headers, "Authorization": f"Basic {encoded}"}, body
