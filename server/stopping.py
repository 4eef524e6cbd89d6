"""What lets serving processes end whenever they are told to."""

import ctypes
import os
import signal
import threading
import time
from typing import Final

LAST_ANSWERS_S: Final = 30
"""How long a process that was told to end may go on answering; then it is killed."""

_PR_SET_PDEATHSIG: Final = 1
_ENDING: Final = (signal.SIGTERM, signal.SIGINT)
_NUDGE: Final = signal.SIGURG
"""Nobody acts on it, so it may come at any time."""
_LOOKS_AGAIN_S: Final = (0.05, 0.5, 5.0)
"""After the first it sleeps, unless the machine left it no time to fall asleep."""


def end_when_told() -> None:
    """Let this process hear each signal, and so those forked from it, from their start on.

    To be called where signals are, in the main thread.
    """
    _hear_for_sure()
    _end_while_loading()


def end_with_parent() -> None:
    """Have the system end us when our parent is killed (Linux only, prctl(2)).

    Serving processes that outlive it would keep the port, and nobody would replace them.
    """
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    except (AttributeError, OSError):
        return


def _hear_for_sure() -> None:
    """Have the main thread look again shortly after a signal came.

    Granian's main thread sleeps on a lock. A signal that comes when it is about to fall
    asleep is noted by CPython and wakes nobody: whoever sent it waited for half a minute,
    and killed the process. So another thread is told too, and nudges the one that sleeps.
    """
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.signal(_NUDGE, _looked)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    told = (reading, threading.get_ident())
    threading.Thread(target=_nudge, args=told, daemon=True, name="signals").start()


def _looked(_number: int, _frame: object) -> None:
    """Do nothing: that a handler is called is what wakes."""


def _nudge(reading: int, sleeper: int) -> None:
    while told := os.read(reading, 1):
        if told[0] == _NUDGE:
            continue
        for pause in _LOOKS_AGAIN_S:
            time.sleep(pause)
            signal.pthread_kill(sleeper, _NUDGE)


def _end_while_loading() -> None:
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
    try:
        for number in _ENDING:
            signal.signal(number, signal.SIG_DFL)
        end_with_parent()
        # What the parent is told by is the parent's.
        _hear_for_sure()
    finally:
        _let_come()
