"""What lets serving processes end whenever they are told to."""

import os
import signal
from typing import Final

LAST_ANSWERS_S: Final = 30
"""How long a process that was told to end may go on answering; then it is killed."""


def end_while_loading() -> None:
    """Let the processes forked from this one end by a signal until they listen for it.

    Granian forks them after it set its own handlers, which tell the parent what to do: in a
    process that was still loading they did nothing, and the parent waited for it for ever.
    """
    os.register_at_fork(after_in_child=_as_at_first)


def _as_at_first() -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
