"""Back-channel logout: tells one relying party that a session has ended."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from idp.clients.domain import Client
from idp.clients.errors import ClientUnknown
from idp.clients.ports import ClientLookup
from idp.oidc.errors import LogoutTokenNotTaken
from idp.oidc.flows.issuing import TokenIssuer
from idp.oidc.flows.subjects import Subjects
from idp.oidc.messages.logout import logout_token_claims
from idp.oidc.messages.tokens import Validity
from idp.oidc.ports import LogoutDelivery
from idp.session.service import DeliveryOrder, Sessions, SignOuts
from kernel.errors import Unavailable
from kernel.ids import ClientId


@dataclass(frozen=True, slots=True)
class TellClient:
    """Carries out one `DeliveryOrder`; safe to repeat.

    What another try may mend is raised on, so that the queue tries again, for as long as
    ``PATIENCE``; after that, or where no try can help, the participant is put on record
    as not told.
    """

    clients: ClientLookup
    sessions: Sessions
    sign_outs: SignOuts
    subjects: Subjects
    issuing: TokenIssuer
    delivery: LogoutDelivery

    PATIENCE: ClassVar[timedelta] = timedelta(minutes=4)

    def __call__(self, order: DeliveryOrder) -> None:
        """Deliver the logout token, or say why that will never be.

        Raises:
            Unavailable: not yet; try again.

        Source: OIDC Back-Channel Logout §2.5 to §2.8.
        """
        client = self._client(order)
        if client is None or client.oidc.backchannel_logout_uri is None:
            self.sign_outs.failed(order, "no_back_channel")
            return
        signed = self._token(order, client)
        try:
            self.delivery.post(client.id, client.oidc.backchannel_logout_uri, signed)
        except LogoutTokenNotTaken as refusal:
            self.sign_outs.failed(order, refusal.code)
        except Unavailable as trouble:
            self._not_yet(order, trouble)
        else:
            self.sign_outs.delivered(order)

    def _client(self, order: DeliveryOrder) -> Client | None:
        try:
            return self.clients.find(ClientId(order.participant.client))
        except ClientUnknown:
            return None

    def _token(self, order: DeliveryOrder, client: Client) -> str:
        session = self.sessions.find(order.participant.session)
        issuing = self.issuing
        claims = logout_token_claims(
            issuing.issuer.url,
            client.id,
            subject=self.subjects.of(session.person, client),
            sid=order.participant.sid,
            validity=Validity.starting(issuing.clock(), issuing.lifetimes.logout_token),
        )
        return issuing.logout_token(client, claims)

    def _not_yet(self, order: DeliveryOrder, trouble: Unavailable) -> None:
        begun = self.sign_outs.show(order.sign_out).started_at
        if self.issuing.clock() - begun < self.PATIENCE:
            raise trouble
        self.sign_outs.failed(order, trouble.code)
