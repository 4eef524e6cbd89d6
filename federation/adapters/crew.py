"""A fixed number of hands, as threads: what is waited for is the network."""

from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from federation.ports import Work

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class ThreadCrew:
    """Implements `federation.ports.Crew`.

    Threads are begun as they are needed and end with the call: most calls find nothing
    to do, and then there are none.
    """

    hands: int
    name: str

    def each(self, items: Iterable[T], work: Work[T, R]) -> Iterator[tuple[R, ...]]:
        """Keep every hand busy; hand back what is done in the thread that asks."""
        line = iter(items)
        with ThreadPoolExecutor(self.hands, thread_name_prefix=self.name) as pool:
            running = {pool.submit(work, item) for item in islice(line, self.hands)}
            while running:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                running |= {pool.submit(work, item) for item in islice(line, len(done))}
                yield tuple(one.result() for one in done)
