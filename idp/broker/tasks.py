"""What the worker does for this room."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from idp.broker.flows.farewell import Farewells
from idp.broker.flows.keys import FetchAhead
from idp.broker.flows.presence import Presence
from idp.broker.flows.registering import RegisterAhead
from idp.broker.ports import AttemptStore, FarewellStore, SeenLogouts
from idp.session.service import DeliveryOrder
from kernel.clock import Clock
from kernel.events import JsonValue
from kernel.work import JobKind, PeriodicTask

_A_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Forget:
    """Deletes what can no longer be presented: replays stay recognisable for a day."""

    attempts: AttemptStore
    farewells: FarewellStore
    seen: SeenLogouts
    clock: Clock

    def __call__(self) -> None:
        """Delete what is old enough."""
        now = self.clock()
        self.attempts.forget_before(now - _A_DAY)
        self.farewells.forget_before(now - _A_DAY)
        self.seen.forget_before(now)


def tasks(
    forget: Forget, fetch: FetchAhead, register: RegisterAhead, presence: Presence
) -> tuple[PeriodicTask, ...]:
    """Return the periodic work of this room."""
    return (
        PeriodicTask(name="broker.forget_old", period=timedelta(minutes=10), run=forget),
        PeriodicTask(name="broker.fetch_keys", period=timedelta(seconds=10), run=fetch),
        PeriodicTask(name="broker.presence", period=timedelta(seconds=10), run=presence),
        PeriodicTask(name="broker.register", period=timedelta(seconds=10), run=register),
    )


def job_kinds(farewells: Farewells) -> tuple[JobKind, ...]:
    """Return the jobs this room carries out."""

    def sign_out(payload: Mapping[str, JsonValue]) -> None:
        farewells.carry_out(DeliveryOrder.read(payload))

    return (JobKind(kind="broker.sign_out", run=sign_out),)
