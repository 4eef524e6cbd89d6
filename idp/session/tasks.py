"""Periodic work: follow the numbers of standing, forget what is over."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from idp.session.ports import InteractionStore, SessionStore
from idp.session.service import StandingFollower
from kernel.clock import Clock
from kernel.work import PeriodicTask, UnitOfWork

FOLLOW_EVERY: Final = timedelta(seconds=1)
FORGET_EVERY: Final = timedelta(minutes=10)
KEEP_INTERACTIONS: Final = timedelta(days=1)
KEEP_SESSIONS: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Forget:
    """Deletes interactions a day after their end and sessions a week after theirs."""

    interactions: InteractionStore
    sessions: SessionStore
    work: UnitOfWork
    clock: Clock

    def __call__(self) -> None:
        """Delete what is over."""
        now = self.clock()
        with self.work():
            self.interactions.forget_before(now - KEEP_INTERACTIONS)
            self.sessions.forget_before(now - KEEP_SESSIONS)


def tasks(follower: StandingFollower, forget: Forget) -> tuple[PeriodicTask, ...]:
    """Return the room's tasks."""
    return (
        PeriodicTask(name="session.follow_standing", period=FOLLOW_EVERY, run=follower),
        PeriodicTask(name="session.forget", period=FORGET_EVERY, run=forget),
    )
