"""Periodic work: chains resolved again ahead of their end."""

from datetime import timedelta
from typing import Final

from federation.flows.answers import Answering
from federation.flows.refresh import Refreshing
from kernel.work import PeriodicTask

_SOUND: Final = timedelta(milliseconds=500)
_FAILING: Final = timedelta(seconds=1)
_ANSWERS: Final = timedelta(seconds=2)


def tasks(sound: Refreshing, failing: Refreshing) -> tuple[PeriodicTask, ...]:
    """Return the refreshers: one indexed read a turn where nothing is due."""
    return (
        PeriodicTask(name="federation.refresh", period=_SOUND, run=sound),
        PeriodicTask(name="federation.retry", period=_FAILING, run=failing),
    )


def answer_task(answering: Answering) -> PeriodicTask:
    """Return what signs resolve answers ahead: one page of chains a turn."""
    return PeriodicTask(name="federation.answers", period=_ANSWERS, run=answering)
