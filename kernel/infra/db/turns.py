"""Whose turn it is to write to one SQLite file: among threads, and among processes.

SQLite lets one process write and wakes nobody afterwards: who finds the file locked sleeps
and looks again, in steps that grow to a tenth of a second. Two serving processes then keep
each other waiting far longer than either writes. Here they look at short, even steps at two
locks beside the database, before SQLite is asked at all: one is for whoever is next, one
for whoever writes. So who writes all the time queues behind the one who waits. It is a
courtesy among processes of the hub: whoever writes without it meets SQLite's own lock, as
ever, and where no such locks can be had they go on without.
"""

import fcntl
import os
import threading
import time
from contextlib import suppress
from typing import Final

from kernel.infra.db.failures import DatabaseUnavailable

_STEP_S: Final = 0.0005
_NEXT: Final = 0
_WRITING: Final = 1


class ThreadTurn:
    """The turn among the threads of this process.

    SQLite's own waiting sleeps and is unfair, so they queue here.
    """

    def __init__(self, wait_s: float) -> None:
        """Take how long a turn is waited for."""
        self._wait_s = wait_s
        self._lock, self._counting = threading.Lock(), threading.Lock()
        self._queued = 0

    @property
    def queued(self) -> int:
        """How many threads have queued up and wait."""
        return self._queued

    def queue_up(self) -> None:
        """Return with the turn; meanwhile whoever has it can see that it is waited for.

        Raises:
            DatabaseUnavailable: the turn did not come in time.
        """
        with self._counting:
            self._queued += 1
        try:
            self.take()
        finally:
            with self._counting:
                self._queued -= 1

    def take(self) -> None:
        """Return with the turn, unseen by whoever has it.

        Raises:
            DatabaseUnavailable: the turn did not come in time.
        """
        if not self._lock.acquire(timeout=self._wait_s):
            raise DatabaseUnavailable("another writer took too long")

    def give_back(self) -> None:
        """Let the next thread write."""
        self._lock.release()


class ProcessTurn:
    """The turn of this process to write; one thread of it at a time may ask for it.

    The locks are record locks (POSIX ``fcntl``) on two bytes of a file: the kernel takes
    them back when the process ends, however it ends, and a forked child does not hold them.
    """

    def __init__(self, path: str, wait_s: float) -> None:
        """Take where the lock lies, and how long a turn is waited for."""
        self._path, self._wait_s = path, wait_s
        self._file: int | None = None

    def take(self) -> None:
        """Return when no other process has the turn.

        Raises:
            DatabaseUnavailable: the turn did not come in time.
        """
        file = self._opened()
        if file is None:
            return
        until = time.monotonic() + self._wait_s
        _locked(file, _NEXT, until)
        try:
            _locked(file, _WRITING, until)
        finally:
            _unlocked(file, _NEXT)

    def is_awaited(self) -> bool:
        """Tell whether another process waits for the turn that this one has."""
        if self._file is None:
            return False
        if not _is_had(self._file, _NEXT):
            return True
        _unlocked(self._file, _NEXT)
        return False

    def give_back(self) -> None:
        """Let the next process write."""
        if self._file is not None:
            _unlocked(self._file, _WRITING)

    def close(self) -> None:
        """Let go of the lock's file."""
        file, self._file = self._file, None
        if file is not None:
            os.close(file)

    def _opened(self) -> int | None:
        if self._file is None:
            try:
                self._file = os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600)
            except OSError:
                return None
        return self._file


def _locked(file: int, byte: int, until: float) -> None:
    while not _is_had(file, byte):
        if time.monotonic() > until:
            raise DatabaseUnavailable("another process took too long to write")
        time.sleep(_STEP_S)


def _is_had(file: int, byte: int) -> bool:
    """Lock it if it is free; True too where the file system has no such locks."""
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, byte)
    except (BlockingIOError, PermissionError):  # POSIX lets it say either
        return False
    except OSError:
        return True
    return True


def _unlocked(file: int, byte: int) -> None:
    with suppress(OSError):
        fcntl.lockf(file, fcntl.LOCK_UN, 1, byte)
