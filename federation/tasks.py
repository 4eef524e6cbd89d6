"""Periodic work: chains resolved again ahead of their end."""

from datetime import timedelta
from typing import Final

from federation.flows.refresh import Refreshing
from kernel.work import PeriodicTask

_SOUND: Final = timedelta(milliseconds=500)
_FAILING: Final = timedelta(seconds=1)


def tasks(sound: Refreshing, failing: Refreshing) -> tuple[PeriodicTask, ...]:
    """Return the refreshers: one indexed read a turn where nothing is due."""
    return (
        PeriodicTask(name="federation.refresh", period=_SOUND, run=sound),
        PeriodicTask(name="federation.retry", period=_FAILING, run=failing),
    )
