"""The device grant at the token endpoint: asks until somebody has answered."""

from dataclasses import dataclass
from datetime import datetime

from idp.clients.domain import GrantType
from idp.oidc.checks import rfc6749, rfc8628
from idp.oidc.domain.devices import SLOWER, DeviceRequest
from idp.oidc.domain.grants import Grant, Tokens
from idp.oidc.domain.senders import TokenRequest
from idp.oidc.errors import (
    DeviceAnswerPending,
    DeviceCodeUnknown,
    DeviceDenied,
    DevicePolledTooSoon,
)
from idp.oidc.events import CodeRedeemed
from idp.oidc.flows.first_tokens import FirstTokens
from idp.oidc.flows.grant_standing import GrantStanding
from idp.oidc.flows.redeeming import RedeemOnce
from idp.oidc.ports import DeviceStore
from kernel.clock import Clock
from kernel.events import AuditTrail, Levels
from kernel.secret import Digest, Secret
from kernel.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class DevicePolling:
    """Turns one device code into one set of tokens, once it was allowed."""

    devices: DeviceStore
    redeem: RedeemOnce
    first: FirstTokens
    standing: GrantStanding
    trail: AuditTrail
    work: UnitOfWork
    clock: Clock

    def __call__(self, asked: TokenRequest) -> Tokens:
        """Return the tokens of a device code.

        Raises:
            DeviceAnswerPending, DevicePolledTooSoon: it may ask again, the latter slower.
            DeviceCodeExpired, DeviceDenied: it must begin anew.
            CodeReplayed: the code came again; all that descends from it is revoked.
            GrantRefused: it is no code of this client's.

        Source: RFC 8628 §3.4, §3.5.
        """
        client, form = asked.client, asked.form
        now, code = self.clock(), Secret(form.required("device_code")).digest()
        rfc6749.client_may_use(client, GrantType.DEVICE_CODE)
        with self.work():
            waiting = self._found(code)
            rfc8628.code_was_issued_to(waiting, client)
            grant = self._answered(waiting, now)
            self.redeem.came_first(grant, now)
            self.standing.require(grant)
            grant = self.standing.left(grant)
            rfc8628.is_fetched_in_time(grant, now)
            resources = self.first.named(grant, asked)
            self.redeem.once(code, grant, now)
            tokens = self.first.of(grant, asked, resources)
            self.trail.record(self._redeemed(grant))
        return tokens

    def _found(self, code: Digest) -> DeviceRequest:
        """RFC 8628 §3.4: device_code must be one that was issued here."""
        found = self.devices.by_code(code)
        if found is None:
            raise DeviceCodeUnknown
        return found

    def _answered(self, waiting: DeviceRequest, now: datetime) -> Grant:
        """RFC 8628 §3.5: allowed, there is a grant under the device's code."""
        if waiting.settled_at is None:
            rfc8628.code_is_fresh(waiting, now)
            self._still_waits(waiting, now)
        grant = self.redeem.grants.by_code(waiting.code)
        if grant is None:
            raise DeviceDenied
        return grant

    def _still_waits(self, waiting: DeviceRequest, now: datetime) -> None:
        """RFC 8628 §3.5: too soon makes the interval longer, for all later polls too."""
        if rfc8628.comes_too_soon(waiting, now):
            self.devices.polled(waiting.code, now, waiting.interval + SLOWER)
            raise DevicePolledTooSoon
        self.devices.polled(waiting.code, now, waiting.interval)
        raise DeviceAnswerPending

    def _redeemed(self, grant: Grant) -> CodeRedeemed:
        return CodeRedeemed(
            grant=grant.id,
            relying_party=grant.client,
            subject=self.redeem.people.pseudonym(grant.person),
            levels=Levels(delivered=grant.level),
        )
