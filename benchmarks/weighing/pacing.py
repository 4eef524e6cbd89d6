"""Load that does not wait for answers: a unit is due when its time has come.

How long one took is counted from when it was due, not from when it could be sent: what
waits behind a slow answer has waited too.
"""

import selectors
import time
from collections import deque
from dataclasses import dataclass, field
from statistics import quantiles

from benchmarks.weighing.load import CLIENTS, PATIENCE_S, AnswerRefused, Line
from benchmarks.weighing.talking import Talks


@dataclass(frozen=True, slots=True)
class Paced:
    """What one paced load saw: seconds of each unit, and what asking cost of a core."""

    took_s: tuple[float, ...]
    lasted_s: float
    generator_cpu_s: float

    @property
    def per_s(self) -> float:
        """Units done in a second."""
        return len(self.took_s) / self.lasted_s

    @property
    def p95_ms(self) -> float:
        """Milliseconds within which 95 of 100 units were done."""
        return quantiles(self.took_s, n=20)[-1] * 1e3

    @property
    def generator_share(self) -> float:
        """Part of a core that the load itself took."""
        return self.generator_cpu_s / self.lasted_s


def paced(
    port: int, talks: Talks, per_s: float, seconds: float, clients: int = CLIENTS
) -> Paced:
    """Begin ``per_s`` units a second, evenly, on kept connections.

    Raises:
        AnswerRefused: an answer was not what it must be, or none came.
    """
    # Of all selectors only this one waits for less than a millisecond.
    with selectors.SelectSelector() as watched:
        lines = [Line(port, talks(number)) for number in range(clients)]
        for line in lines:
            watched.register(line.socket, selectors.EVENT_READ, line)
        cpu, began = time.process_time(), time.monotonic()
        pace = _Pace(watched, began, 1 / per_s, int(per_s * seconds), deque(lines))
        try:
            took = pace.run()
        finally:
            for line in lines:
                line.socket.close()
    return Paced(tuple(took), time.monotonic() - began, time.process_time() - cpu)


@dataclass(slots=True)
class _Pace:
    """One run: who is free, what is under way and since when it was due."""

    watched: selectors.BaseSelector
    began: float
    apart_s: float
    total: int
    free: deque[Line]
    asked: int = 0
    due: dict[Line, float] = field(default_factory=dict)
    took: list[float] = field(default_factory=list)

    def run(self) -> list[float]:
        """Ask everything and wait for every answer."""
        while len(self.took) < self.total:
            wait = self._ask_what_is_due()
            ready = self.watched.select(wait)
            if not ready and wait == PATIENCE_S:
                raise AnswerRefused("no answer in time")
            for key, _ in ready:
                self._take(key.data)
        return self.took

    def _ask_what_is_due(self) -> float:
        """Return for how long there is nothing more to ask."""
        while self.free and self.asked < self.total:
            due = self.began + self.asked * self.apart_s
            early = due - time.monotonic()
            if early > 0:
                return early
            line = self.free.popleft()
            self.due[line] = due
            line.ask()
            self.asked += 1
        return PATIENCE_S

    def _take(self, line: Line) -> None:
        ended = line.take()
        if ended is False:
            line.ask()
        elif ended:
            self.took.append(time.monotonic() - self.due.pop(line))
            self.free.append(line)
