"""Who goes first on a core that has too much to do: those who answer.

One thread of a serving process, the server library's, reads and writes for all others. Each
answer wakes it; it finds that one, and sleeps again. Where it is in less of a hurry than
those who answer, it finds many at once (ADR 39).
"""

import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

READER: Final = "tokio-rt-worker"
"""What Tokio calls its threads, and what those are called that they make."""
BEHIND: Final = 3
"""Nice levels, sched(7): half the weight of those who answer."""
_TASKS: Final = Path("/proc/self/task")
_STARTTIME: Final = 19
"""Where it stands behind the name in ``/proc/…/stat``, from 0: proc_pid_stat(5)."""

Place = Callable[[int, int], None]
"""Gives a thread a nice level, or raises `OSError`."""


def _placed(thread: int, level: int) -> None:
    os.setpriority(os.PRIO_PROCESS, thread, level)


class _Thread(threading.local):
    answers = False


class Precedence:
    """Has the thread that reads and writes step back behind those who answer.

    Those whom it makes begin where it stands, and rise when they answer first. Where the
    system lets no thread rise again, or threads have no places of their own, as everywhere
    but on Linux, nothing happens.
    """

    def __init__(self, tasks: Path = _TASKS, place: Place = _placed) -> None:
        """Take where the system tells of threads, and how one is given its place."""
        self._tasks, self._place = tasks, place
        self._here = _Thread()
        self._lock = threading.Lock()
        self._answering: set[int] = set()
        self._may_rise: bool | None = None

    def joined(self) -> None:
        """Note that this thread answers; its first time may change who goes first."""
        if not self._here.answers:
            self._here.answers = True
            with suppress(OSError, RuntimeError), self._lock:
                self._ordered(threading.get_native_id())

    def _ordered(self, newcomer: int) -> None:
        alive = {int(task.name) for task in self._tasks.iterdir()}
        self._answering = (self._answering & alive) | {newcomer}
        reader = self._reader(alive)
        if reader is None:
            return
        level = os.getpriority(os.PRIO_PROCESS, os.getpid())
        if self._may_rise is None:
            self._may_rise = self._rises(level)
        if self._may_rise:
            self._place(newcomer, level)
            if reader not in self._answering:
                self._place(reader, level + BEHIND)

    def _rises(self, level: int) -> bool:
        """Tell whether a thread that stepped back may rise: one that ends then tries.

        Raises:
            RuntimeError: the system lets no thread begin at present.
        """
        rose: list[bool] = []

        def tries() -> None:
            own = threading.get_native_id()
            with suppress(OSError):
                self._place(own, level + 1)
                self._place(own, level)
                rose.append(True)

        trial = threading.Thread(target=tries, name="precedence")
        trial.start()
        trial.join()
        return bool(rose)

    def _reader(self, alive: set[int]) -> int | None:
        """Return the oldest of the server library's threads: it made the others."""
        named = [thread for thread in alive if self._told(thread, "comm") == READER]
        return min(named, key=self._age, default=None)

    def _age(self, thread: int) -> tuple[int, int]:
        behind_name = self._told(thread, "stat").rpartition(")")[2].split()
        return int(behind_name[_STARTTIME]) if behind_name else sys.maxsize, thread

    def _told(self, thread: int, what: str) -> str:
        """Return what the system says of a thread; nothing of one that has ended."""
        # A name is cut at 15 bytes, wherever in a character that is.
        try:
            told = (self._tasks / str(thread) / what).read_text("utf-8", errors="replace")
        except OSError:
            return ""
        return told.rstrip("\n")
