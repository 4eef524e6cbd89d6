"""What the worker does: signs the list, fetches revocation lists, raises alarms."""

from datetime import timedelta
from typing import Final

from ca_bridge.service import Alarms, ListSigning, Revocations
from kernel.work import PeriodicTask

_SIGN_EVERY: Final = timedelta(seconds=1)
_LOOK_EVERY: Final = timedelta(seconds=5)
_ALARMS_EVERY: Final = timedelta(minutes=1)


def tasks(
    signing: ListSigning, revocations: Revocations, alarms: Alarms
) -> tuple[PeriodicTask, ...]:
    """Return the periodic work."""
    return (
        PeriodicTask(name="ca.sign_list", period=_SIGN_EVERY, run=signing.run),
        PeriodicTask(
            name="ca.fetch_revocation_lists", period=_LOOK_EVERY, run=revocations.run
        ),
        PeriodicTask(name="ca.raise_alarms", period=_ALARMS_EVERY, run=alarms.run),
    )
