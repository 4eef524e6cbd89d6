"""Periodic work: chains resolved again ahead of their end."""

from datetime import timedelta
from typing import Final

from federation.flows.answers import Answering
from federation.flows.follow_events import FollowEvents
from federation.flows.monitor import Monitoring
from federation.flows.own_members import OwnMembers
from federation.flows.refresh import Refreshing
from kernel.work import PeriodicTask

_SOUND: Final = timedelta(milliseconds=500)
_FAILING: Final = timedelta(seconds=1)
_ANSWERS: Final = timedelta(seconds=2)
_MEMBERS: Final = timedelta(seconds=20)
_EVENTS: Final = timedelta(seconds=10)
_MONITOR: Final = timedelta(seconds=2)


def tasks(sound: Refreshing, failing: Refreshing) -> tuple[PeriodicTask, ...]:
    """Return the refreshers: one indexed read a turn where nothing is due."""
    return (
        PeriodicTask(name="federation.refresh", period=_SOUND, run=sound),
        PeriodicTask(name="federation.retry", period=_FAILING, run=failing),
    )


def answer_task(answering: Answering) -> PeriodicTask:
    """Return what signs resolve answers ahead: one page of chains a turn."""
    return PeriodicTask(name="federation.answers", period=_ANSWERS, run=answering)


def care_tasks(
    members: OwnMembers, events: FollowEvents, monitoring: Monitoring
) -> tuple[PeriodicTask, ...]:
    """Return what needs the register: whom to follow, what superiors state, who is well.

    Ten seconds between two looks at superiors' changes: with a call of three seconds a
    change is in force here within thirty.
    """
    return (
        PeriodicTask(name="federation.members", period=_MEMBERS, run=members),
        PeriodicTask(name="federation.events", period=_EVENTS, run=events),
        PeriodicTask(name="federation.monitor", period=_MONITOR, run=monitoring),
    )
