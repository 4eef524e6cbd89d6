"""How many calls may be under way to one host: a slow host slows nobody else."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from kernel.infra.outbound.deadline import Deadline
from kernel.infra.outbound.failures import OutboundBusy


@dataclass(slots=True)
class HostBounds:
    """At most ``per_host`` calls at once and ``queue`` waiting for each host."""

    per_host: int
    queue: int
    _running: Counter[str] = field(default_factory=Counter)
    _waiting: Counter[str] = field(default_factory=Counter)
    _turn: threading.Condition = field(default_factory=threading.Condition)

    @contextmanager
    def place(self, host: str, deadline: Deadline) -> Iterator[None]:
        """Hold one place of ``host`` while the block runs.

        Raises:
            OutboundBusy: too many wait already, or the deadline came first.
        """
        with self._turn:
            self._enter(host, deadline)
        try:
            yield
        finally:
            with self._turn:
                _take_one(self._running, host)
                self._turn.notify_all()

    def _enter(self, host: str, deadline: Deadline) -> None:
        if self._running[host] >= self.per_host:
            self._wait(host, deadline)
        self._running[host] += 1

    def _wait(self, host: str, deadline: Deadline) -> None:
        if self._waiting[host] >= self.queue:
            raise OutboundBusy("too many calls wait for this host")
        self._waiting[host] += 1
        try:
            free = self._turn.wait_for(
                lambda: self._running[host] < self.per_host, deadline.left_s()
            )
        finally:
            _take_one(self._waiting, host)
        if not free:
            raise OutboundBusy("no place came free in time")


def _take_one(counts: Counter[str], host: str) -> None:
    """Count down and forget hosts at zero, so that the table does not grow."""
    counts[host] -= 1
    if counts[host] <= 0:
        del counts[host]
