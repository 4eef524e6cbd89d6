"""What only providers that speak federation are asked: to take a push, to register us."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from idp.broker.adapters.calling import (
    DEADLINE_S,
    KEYS_LIMIT_BYTES,
    LIMIT_BYTES,
    OK,
    answered,
    json_object,
)
from idp.broker.domain import Pushing
from idp.broker.errors import PushNotTaken, RegistrationRefused
from idp.broker.messages.signed import (
    CONFIGURATION_MEDIA,
    REGISTERED_MEDIA,
    credential_members,
)
from kernel.infra.outbound import Outbound, OutboundRequest
from kernel.proof.jose import JoseRefused
from kernel.web import FORM, JSON

_CREATED: Final = 201


@dataclass(frozen=True, slots=True)
class OutboundFederation:
    """The `FederationCalls` of an installation."""

    outbound: Outbound

    def push(self, pushing: Pushing) -> str:
        """Push a request; return its ``request_uri`` (RFC 9126 §2.1, §2.2)."""
        members = {**pushing.members, **credential_members(pushing.credentials)}
        request = OutboundRequest(
            url=pushing.endpoint,
            method="POST",
            headers={"content-type": FORM},
            accept=JSON,
            body=urlencode(members).encode("ascii"),
            deadline_s=DEADLINE_S,
            limit_bytes=LIMIT_BYTES,
            redirects=0,
        )
        reply = answered(self.outbound, request)
        try:
            said = json_object(reply, LIMIT_BYTES)
        except JoseRefused as cause:
            raise PushNotTaken(cause.code) from cause
        named = said.get("request_uri")
        if reply.status != _CREATED or not isinstance(named, str) or not named:
            raise PushNotTaken(str(said.get("error", reply.status))[:64])
        return named

    def register(self, endpoint: str, statement: str) -> str:
        """Post an entity configuration; return the signed answer, unverified."""
        request = OutboundRequest(
            url=endpoint,
            method="POST",
            headers={"content-type": CONFIGURATION_MEDIA},
            accept=REGISTERED_MEDIA,
            body=statement.encode("ascii"),
            limit_bytes=KEYS_LIMIT_BYTES,
            redirects=0,
        )
        reply = answered(self.outbound, request)
        if reply.status != OK or reply.media_type != REGISTERED_MEDIA:
            raise RegistrationRefused(f"{reply.status} {reply.media_type}"[:80])
        return reply.body.decode("ascii", "replace")
