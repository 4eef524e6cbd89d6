"""What the worker does about statements."""

from datetime import timedelta
from typing import Final

from kernel.work import PeriodicTask
from trustroot.publish.service import Signing

_SIGN_EVERY: Final = timedelta(seconds=1)


def tasks(signing: Signing) -> tuple[PeriodicTask, ...]:
    """Return the periodic work: follow the register and the clock."""
    return (PeriodicTask(name="publish.sign", period=_SIGN_EVERY, run=signing.run),)
