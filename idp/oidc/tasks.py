"""What the worker does for this room."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from idp.oidc.domain.issuer import Lifetimes
from idp.oidc.flows.ending import EndGrants
from idp.oidc.flows.tell_client import TellClient
from idp.oidc.ports import (
    AccessStore,
    DeviceStore,
    GrantStore,
    GuessStore,
    OnceStore,
    PendingStore,
    PushedStore,
    TicketStore,
    TransferStore,
)
from idp.session.service import DeliveryOrder
from kernel.clock import Clock
from kernel.events import JsonValue
from kernel.work import JobKind, PeriodicTask

_A_DAY: Final = timedelta(days=1)
_AN_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Forget:
    """Deletes what can no longer be presented: replays stay recognisable for a day."""

    grants: GrantStore
    pending: PendingStore
    pushed: PushedStore
    once: OnceStore
    transfers: TransferStore
    clock: Clock
    lifetimes: Lifetimes

    def __call__(self) -> None:
        """Delete what is old enough."""
        now = self.clock()
        self.grants.forget_before(now - max(_A_DAY, self.lifetimes.refresh_family) - _A_DAY)
        self.pending.forget_before(now - _A_DAY)
        # Anybody may push for a public client: what was pushed is not kept for long.
        self.pushed.forget_before(now - _AN_HOUR)
        self.once.forget_before(now)
        # How many hops led to a grant is asked as long as the grant can be handed on.
        self.transfers.forget_before(now - _A_DAY)


@dataclass(frozen=True, slots=True)
class ForgetTokens:
    """Deletes what stood for tokens, devices that asked, and counts of their codes."""

    kept: AccessStore
    devices: DeviceStore
    guesses: GuessStore
    clock: Clock

    def __call__(self) -> None:
        """Delete what is old enough."""
        now = self.clock()
        self.kept.forget_before(now - _AN_HOUR)
        # A device that comes too late is told so, for a while.
        self.devices.forget_before(now - _AN_HOUR)
        self.guesses.forget_before(now - _AN_HOUR)


@dataclass(frozen=True, slots=True)
class ForgetTickets:
    """Deletes initial access tokens that let nobody in any more."""

    tickets: TicketStore
    clock: Clock

    def __call__(self) -> None:
        """Delete what has ended."""
        self.tickets.forget_before(self.clock())


def tasks(
    forget: Forget, tokens: ForgetTokens, tickets: ForgetTickets, ending: EndGrants
) -> tuple[PeriodicTask, ...]:
    """Return the periodic work of this room."""
    period = timedelta(minutes=10)
    return (
        PeriodicTask(name="oidc.forget_old", period=period, run=forget),
        PeriodicTask(name="oidc.forget_tokens", period=period, run=tokens),
        PeriodicTask(name="oidc.end_grants", period=timedelta(seconds=1), run=ending),
        PeriodicTask(name="oidc.forget_tickets", period=_AN_HOUR, run=tickets),
    )


def job_kinds(tell: TellClient) -> tuple[JobKind, ...]:
    """Return the jobs this room carries out."""

    def sign_out(payload: Mapping[str, JsonValue]) -> None:
        tell(DeliveryOrder.read(payload))

    return (JobKind(kind="oidc.sign_out", run=sign_out),)
