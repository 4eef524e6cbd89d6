"""Periodic work: follow the numbers of standing, forget what is over."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from idp.session.ports import InteractionStore, SessionStore, SignOutStore
from idp.session.service import StandingFollower
from kernel.clock import Clock
from kernel.work import PeriodicTask, UnitOfWork

FOLLOW_EVERY: Final = timedelta(seconds=1)
FORGET_EVERY: Final = timedelta(minutes=10)
KEEP_INTERACTIONS: Final = timedelta(days=1)
KEEP_SESSIONS: Final = timedelta(days=7)
KEEP_SIGN_OUTS: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Forget:
    """Deletes what is over: interactions of a day ago, sessions of a week ago.

    Who was told of the end of a session stays for a month, for operators to ask.
    """

    interactions: InteractionStore
    sessions: SessionStore
    sign_outs: SignOutStore
    work: UnitOfWork
    clock: Clock

    def __call__(self) -> None:
        """Delete what is over."""
        now = self.clock()
        with self.work():
            self.interactions.forget_before(now - KEEP_INTERACTIONS)
            self.sessions.forget_before(now - KEEP_SESSIONS)
            self.sign_outs.forget_before(now - KEEP_SIGN_OUTS)


def tasks(follower: StandingFollower, forget: Forget) -> tuple[PeriodicTask, ...]:
    """Return the room's tasks."""
    return (
        PeriodicTask(name="session.follow_standing", period=FOLLOW_EVERY, run=follower),
        PeriodicTask(name="session.forget", period=FORGET_EVERY, run=forget),
    )
