"""Servers of a benchmark: started on one core, loaded from another, weighed in CPU time.

CPU time, not time on the wall: a machine that does other things makes every clock wrong,
and CPU time the least. What remains is met by taking turns in short windows and by medians.
"""

import os
import socket
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from subprocess import DEVNULL, Popen
from typing import Final

from benchmarks.weighing.load import load
from benchmarks.weighing.talking import Same, Talks

BLOCKING_THREADS: Final = 64
_TICKS: Final = os.sysconf("SC_CLK_TCK")
_STARTS_WITHIN_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class Window:
    """One turn of one server."""

    cpu_us: float
    requests: int
    per_s: float


@dataclass(frozen=True, slots=True)
class Served:
    """A server that runs, and what it is asked."""

    name: str
    pid: int
    port: int
    talks: Talks

    def window(self, seconds: float) -> Window:
        """Load it for so long; CPU of its whole process tree, in µs per request."""
        before, began = cpu_s(self.pid), time.monotonic()
        done = load(self.port, self.talks, seconds)
        spent, took = cpu_s(self.pid) - before, time.monotonic() - began
        return Window(spent / done * 1e6, done, done / took)


@contextmanager
def served(
    name: str, target: str, port: int, asked: bytes | Talks, *, anywhere: bool = False
) -> Iterator[Served]:
    """Serve ``target`` with one granian worker; named ``make_…`` it is a factory.

    It has the first core, or with ``anywhere`` whichever the system gives it.
    """
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "1"]
    command += ["--blocking-threads", str(BLOCKING_THREADS), "--port", str(port)]
    command += ["--no-ws", target, *(["--factory"] if ":make_" in target else [])]
    with on_cores(cores() if anywhere else cores()[:1]):
        process = Popen(command, stdout=DEVNULL, stderr=DEVNULL)  # noqa: S603  our own
    with process, on_core(cores()[-1]):
        try:
            _wait(port)
            talks = Same(asked) if isinstance(asked, bytes) else asked
            yield Served(name, process.pid, port, talks)
        finally:
            process.terminate()
            process.wait(timeout=_STARTS_WITHIN_S)


def in_turn(
    servers: Sequence[Served], *, rounds: int, seconds: float
) -> Mapping[str, list[Window]]:
    """Give each server a window, again and again, so that all meet the same weather."""
    for server in servers:
        server.window(1.0)
    windows: dict[str, list[Window]] = {server.name: [] for server in servers}
    for at in range(rounds):
        for server in servers if at % 2 else reversed(servers):
            windows[server.name].append(server.window(seconds))
    return windows


def cpu_of(windows: Sequence[Window]) -> float:
    """Return the median CPU per request, in microseconds."""
    return median(window.cpu_us for window in windows)


def ratio(over: Sequence[Window], under: Sequence[Window]) -> float:
    """Return the median of the ratios of neighbouring windows."""
    return median(a.cpu_us / b.cpu_us for a, b in zip(over, under, strict=True))


def cpu_s(pid: int) -> float:
    """Return the CPU seconds of a process and its children, ended threads included."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2]
    user, system = fields.split()[11:13]
    own = (int(user) + int(system)) / _TICKS
    return own + sum(cpu_s(int(child)) for child in children.split())


def cores() -> list[int]:
    """Return the cores that there are for a benchmark."""
    return sorted(os.sched_getaffinity(os.getppid()))


def on_core(core: int) -> AbstractContextManager[None]:
    """Stay on one core meanwhile; children begun here stay there too."""
    return on_cores([core])


@contextmanager
def on_cores(allowed: Sequence[int]) -> Iterator[None]:
    """Stay on these cores meanwhile; children begun here stay there too."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, allowed)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _wait(port: int) -> None:
    deadline = time.monotonic() + _STARTS_WITHIN_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return
