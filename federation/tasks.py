"""Periodic work: chains resolved again ahead of their end."""

from datetime import timedelta
from typing import Final

from federation.flows.keep import Refreshing
from kernel.work import PeriodicTask

_PERIOD: Final = timedelta(milliseconds=500)


def tasks(refreshing: Refreshing) -> tuple[PeriodicTask, ...]:
    """Return the refresher: one indexed read a turn where nothing is due."""
    return (PeriodicTask(name="federation.refresh", period=_PERIOD, run=refreshing),)
