"""Front-channel logout: addresses of relying parties in the sign-out page."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from idp.clients.domain import Client
from idp.clients.errors import ClientUnknown
from idp.clients.ports import ClientLookup
from idp.oidc.checks import front_channel
from idp.oidc.domain.issuer import Issuer
from idp.oidc.errors import FrameRefused
from idp.oidc.flows.code_issue import PROTOCOL
from idp.oidc.messages.logout import frame_location
from idp.session.domain import Delivery, Participant, SignOut
from idp.session.service import DeliveryOrder, SignOuts
from kernel.clock import Clock
from kernel.ids import ClientId

BY_PERSON = "signed_out"
"""Why a session ended whose browser is at hand."""


@dataclass(frozen=True, slots=True)
class FrontChannel:
    """Says what the sign-out page frames, and notes who was told that way alone.

    A browser is at hand only where the person signed out in it, and not for long. Who has
    a back channel too is told by both: what comes twice ends nothing twice.
    """

    clients: ClientLookup
    sign_outs: SignOuts
    issuer: Issuer
    clock: Clock

    PATIENCE: ClassVar[timedelta] = timedelta(minutes=5)

    def frames(self, sign_out: SignOut) -> tuple[str, ...]:
        """Return the addresses to frame, with ``iss`` and ``sid``.

        Source: OIDC Front-Channel Logout §2, §3.
        """
        age = self.clock() - sign_out.started_at
        if sign_out.reason != BY_PERSON or age > self.PATIENCE:
            return ()
        framed = ((p, self._frame(p)) for p in sign_out.participants)
        return tuple(frame for _, frame in framed if frame is not None)

    def laid(self, sign_out: SignOut) -> None:
        """Note whom the page that was just written tells, where nothing else will."""
        late = sign_out.with_state(Delivery.FAILED)
        for participant in (*sign_out.with_state(Delivery.PENDING), *late):
            client = self._client(participant)
            has_frame = self._frame(participant) is not None
            if client and has_frame and client.oidc.backchannel_logout_uri is None:
                self.sign_outs.shown(DeliveryOrder(sign_out.id, participant))

    def _frame(self, participant: Participant) -> str | None:
        client = self._client(participant)
        uri = None if client is None else client.oidc.frontchannel_logout_uri
        if client is None or uri is None:
            return None
        try:
            front_channel.address_is_of_the_client(client, uri)
        except FrameRefused:
            return None
        return frame_location(uri, self.issuer.url, participant.sid)

    def _client(self, participant: Participant) -> Client | None:
        if participant.protocol != PROTOCOL:
            return None
        try:
            return self.clients.find(ClientId(participant.client))
        except ClientUnknown:
            return None
