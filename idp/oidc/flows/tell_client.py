"""Back-channel logout: tells one relying party that a session has ended."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from idp.clients.domain import Client
from idp.clients.errors import ClientUnknown
from idp.clients.ports import ClientKeys, ClientLookup
from idp.oidc.errors import ClientKeyMissing, LogoutTokenNotTaken
from idp.oidc.flows.fresh_keys import with_keys_to_encrypt_to
from idp.oidc.flows.front_channel import BY_PERSON
from idp.oidc.flows.issuing import TokenIssuer
from idp.oidc.flows.subjects import Subjects
from idp.oidc.messages.logout import logout_token_claims
from idp.oidc.messages.tokens import Validity
from idp.oidc.ports import LogoutDelivery
from idp.session.domain import Delivery, SignOut
from idp.session.service import DeliveryOrder, Sessions, SignOuts
from kernel.errors import Unavailable
from kernel.ids import ClientId


class BrowserOnItsWay(Unavailable):
    """The sign-out page may still come to be written, with the client's frame in it."""

    code = "browser_on_its_way"


@dataclass(frozen=True, slots=True)
class TellClient:
    """Carries out one `DeliveryOrder`; safe to repeat.

    What another try may mend is raised on, so that the queue tries again, for as long as
    ``PATIENCE``; after that, or where no try can help, the participant is put on record
    as not told. Who was out of reach is tried a few times more, after hours.
    """

    clients: ClientLookup
    sessions: Sessions
    sign_outs: SignOuts
    subjects: Subjects
    issuing: TokenIssuer
    keys: ClientKeys
    delivery: LogoutDelivery

    PATIENCE: ClassVar[timedelta] = timedelta(minutes=4)
    BROWSER_PATIENCE: ClassVar[timedelta] = timedelta(minutes=1)

    def __call__(self, order: DeliveryOrder) -> None:
        """Deliver the logout token, or say why that will never be.

        Raises:
            Unavailable: not yet; try again.

        Source: OIDC Back-Channel Logout §2.5 to §2.8.
        """
        sign_out, client = self.sign_outs.show(order.sign_out), self._client(order)
        if sign_out.deliveries.get(order.participant) is Delivery.DELIVERED:
            return
        if client is not None and client.oidc.backchannel_logout_uri is not None:
            self._deliver(order, client, sign_out)
        elif client is not None and client.oidc.frontchannel_logout_uri is not None:
            self._leave_to_browser(order, sign_out)
        else:
            self.sign_outs.failed(order, "no_back_channel")

    def _deliver(self, order: DeliveryOrder, client: Client, sign_out: SignOut) -> None:
        try:
            self.delivery.post(client, self._token(order, client))
        except (LogoutTokenNotTaken, ClientKeyMissing) as refusal:
            self.sign_outs.failed(order, refusal.code)
        except Unavailable as trouble:
            self._not_yet(order, sign_out, trouble)
        else:
            self.sign_outs.delivered(order)

    def _leave_to_browser(self, order: DeliveryOrder, sign_out: SignOut) -> None:
        """OIDC Front-Channel Logout §3: only a browser that signs out can tell it."""
        if sign_out.deliveries.get(order.participant) is not Delivery.PENDING:
            return
        if sign_out.reason != BY_PERSON:
            self.sign_outs.failed(order, "no_back_channel")
        elif self.issuing.clock() - sign_out.started_at < self.BROWSER_PATIENCE:
            raise BrowserOnItsWay
        else:
            self.sign_outs.failed(order, "browser_did_not_return")

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
        return issuing.logout_token(with_keys_to_encrypt_to(client, self.keys), claims)

    def _not_yet(
        self, order: DeliveryOrder, sign_out: SignOut, trouble: Unavailable
    ) -> None:
        """§2.8: a recoverable fault is tried again with a delay, and is seen meanwhile."""
        self.sign_outs.tried(order, trouble.code)
        age = self.issuing.clock() - sign_out.started_at
        if not order.late and age < self.PATIENCE:
            raise trouble
        self.sign_outs.failed(order, trouble.code)
        self.sign_outs.later(order)
