"""Answers four at a time; says which thread did, and where threads stand."""

import json
import os
import sys
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from granian import Granian
from granian.constants import Interfaces

from server.precedence import READER, Precedence

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

THREADS: Final = 4
PATIENCE_S: Final = 20.0
_NICE: Final = 16
_precedence = Precedence()
_together = threading.Barrier(THREADS, timeout=PATIENCE_S)


def create() -> "WSGIApplication":
    """Return a program that answers when all its threads have been asked."""
    return answer


def answer(_environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """Tell who answers, and the nice level of whoever else is called a reader."""
    _precedence.joined()
    _together.wait()
    start_response("200 OK", [("Content-Type", "application/json")])
    told = {"thread": threading.get_native_id(), "levels": _levels()}
    return [json.dumps(told).encode()]


def _levels() -> dict[int, int]:
    """Return the nice level of each thread that bears the name, and of this process."""
    levels = {0: os.getpriority(os.PRIO_PROCESS, os.getpid())}
    for task in Path("/proc/self/task").iterdir():
        if (task / "comm").read_text().strip() == READER:
            fields = (task / "stat").read_text().rpartition(")")[2].split()
            levels[int(task.name)] = int(fields[_NICE])
    return levels


if __name__ == "__main__":
    Granian(
        target="tests.unit.server.four_threads:create",
        factory=True,
        interface=Interfaces.WSGI,
        address="127.0.0.1",
        port=int(sys.argv[1]),
        workers=1,
        blocking_threads=THREADS,
        log_enabled=False,
    ).serve()
