"""What lets serving processes end whenever they are told to."""

import os
import signal
from typing import Final

LAST_ANSWERS_S: Final = 30
"""How long a process that was told to end may go on answering; then it is killed."""

_ENDING: Final = (signal.SIGTERM, signal.SIGINT)


def end_while_loading() -> None:
    """Let the processes forked from this one end by a signal until they listen for it.

    Granian forks them after it set its own handlers, which tell the parent what to do: in a
    process that was still loading they did nothing, and the parent waited for it for ever.
    """
    os.register_at_fork(
        before=_hold_back, after_in_parent=_let_come, after_in_child=_as_at_first
    )


def _hold_back() -> None:
    """What comes while a process is made waits until that knows what to do with it."""
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)


def _let_come() -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)


def _as_at_first() -> None:
    for number in _ENDING:
        signal.signal(number, signal.SIG_DFL)
    _let_come()
