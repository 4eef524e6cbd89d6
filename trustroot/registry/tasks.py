"""What the worker does about members."""

from datetime import timedelta
from typing import Final

from kernel.work import PeriodicTask
from trustroot.registry.service import Suspending

_ALARMS_EVERY: Final = timedelta(minutes=1)


def tasks(suspending: Suspending) -> tuple[PeriodicTask, ...]:
    """Return the periodic work: the alarm about suspensions nobody confirmed."""
    alarms = PeriodicTask(
        name="registry.raise_alarms", period=_ALARMS_EVERY, run=suspending.raise_alarms
    )
    return (alarms,)
