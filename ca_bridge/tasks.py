"""What the worker does: signs the list, fetches revocation lists."""

from datetime import timedelta
from typing import Final

from ca_bridge.service import ListSigning, Revocations
from kernel.work import PeriodicTask

_SIGN_EVERY: Final = timedelta(seconds=1)
_LOOK_EVERY: Final = timedelta(seconds=5)


def tasks(signing: ListSigning, revocations: Revocations) -> tuple[PeriodicTask, ...]:
    """Return the periodic work."""
    return (
        PeriodicTask(name="ca.sign_list", period=_SIGN_EVERY, run=signing.run),
        PeriodicTask(
            name="ca.fetch_revocation_lists", period=_LOOK_EVERY, run=revocations.run
        ),
    )
