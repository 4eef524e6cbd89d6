"""What the worker does for this room."""

from dataclasses import dataclass
from datetime import timedelta

from idp.clients.ports import PictureStore, RegistrationStore
from kernel.clock import Clock
from kernel.work import PeriodicTask


@dataclass(frozen=True, slots=True)
class Forget:
    """Deletes registrations of members whose chains have ended, and unused pictures."""

    registrations: RegistrationStore
    pictures: PictureStore
    clock: Clock

    def __call__(self) -> None:
        """Delete what is over."""
        self.registrations.forget_before(self.clock())
        self.pictures.forget_retired()


def tasks(forget: Forget) -> tuple[PeriodicTask, ...]:
    """Return the periodic work of this room."""
    return (
        PeriodicTask(name="clients.forget_ended", period=timedelta(minutes=10), run=forget),
    )
