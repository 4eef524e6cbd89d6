"""What the worker does: counts that are over go, records nobody approved are erased."""

from datetime import timedelta
from typing import Final

from kernel.work import PeriodicTask
from realname.service import Attempts, RecordSafe

_EVERY: Final = timedelta(hours=1)


def tasks(attempts: Attempts, safe: RecordSafe) -> tuple[PeriodicTask, ...]:
    """Return the periodic work."""
    return (
        PeriodicTask(
            name="realname.forget_attempts", period=_EVERY, run=attempts.forget_old
        ),
        PeriodicTask(name="realname.erase_undecided", period=_EVERY, run=safe.erase_old),
    )
