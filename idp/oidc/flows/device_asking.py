"""A device without a browser asks for somebody to sign in elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from idp.clients.domain import Client, GrantType
from idp.oidc.checks import rfc6749
from idp.oidc.domain.devices import SLOWER, DeviceCodes, DeviceRequest, drawn_user_code
from idp.oidc.domain.signed import Opened
from idp.oidc.events import DeviceAsked, DeviceRefused
from idp.oidc.flows.authenticate import Authenticate
from idp.oidc.flows.faults import fault_in, refused_client
from idp.oidc.flows.meant import WhoIsMeant
from idp.oidc.flows.steps import At, request_of, walk
from idp.oidc.messages.authorization import parameters_of
from idp.oidc.messages.presented import Presented
from idp.oidc.ports import DeviceStore
from kernel.clock import Clock
from kernel.entropy import Entropy, token
from kernel.errors import Refused
from kernel.events import AuditTrail, Outcome
from kernel.secret import Digest, Secret
from kernel.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class AskForDevice:
    """Gives a device its two codes: one to keep, one to show."""

    authenticate: Authenticate
    devices: DeviceStore
    meant_by: WhoIsMeant
    trail: AuditTrail
    work: UnitOfWork
    clock: Clock
    entropy: Entropy

    LIVES: ClassVar[timedelta] = timedelta(minutes=10)
    INTERVAL: ClassVar[timedelta] = SLOWER

    def __call__(self, presented: Presented) -> DeviceCodes:
        """Return the codes of a request that now waits for somebody.

        Raises:
            Refused: the client is not authenticated or may not, a step was not kept, or
                the hint is no ID token of ours.

        Source: RFC 8628 §3.1, §3.2.
        """
        client: Client | None = None
        try:
            client = self.authenticate.asked(presented).client
            rfc6749.client_may_use(client, GrantType.DEVICE_CODE)
            sent = parameters_of(presented.form)
            request = request_of(Opened(parameters=sent), client)
            walk(request, client, At.DEVICE)
            self.meant_by(request, client)
        except Refused as refusal:
            self._refused(refusal, client)
            raise
        with self.work():
            codes = self._waiting(client, sent, self.clock())
            self.trail.record(DeviceAsked(relying_party=client.id))
        return codes

    def _waiting(
        self, client: Client, sent: Mapping[str, str], now: datetime
    ) -> DeviceCodes:
        """RFC 8628 §6.1: another user code is drawn where one is taken already."""
        code = Secret(token(self.entropy))
        asked = {**sent, "client_id": client.id}
        while not self.devices.add(
            request := self._request(client, code.digest(), asked, now)
        ):
            continue
        return DeviceCodes(
            device_code=code,
            user_code=request.user_code,
            lives=self.LIVES,
            interval=request.interval,
        )

    def _request(
        self, client: Client, code: Digest, asked: Mapping[str, str], now: datetime
    ) -> DeviceRequest:
        return DeviceRequest(
            code=code,
            user_code=drawn_user_code(self.entropy),
            client=client.id,
            parameters=asked,
            started_at=now,
            expires_at=now + self.LIVES,
            interval=self.INTERVAL,
        )

    def _refused(self, refusal: Refused, client: Client | None) -> None:
        self.trail.record(
            DeviceRefused(
                relying_party=refused_client(refusal, client),
                outcome=Outcome.REFUSED,
                reason=refusal.code,
                fault=fault_in(refusal),
            )
        )
