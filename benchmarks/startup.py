"""What it costs to load the product, before it opens anything.

Three processes take turns: Python alone, the command line, and a serving process with all
its rooms. CPU time of each process, for the wall tells of whoever else is at work.
"""

import os
import sys
from statistics import median
from subprocess import DEVNULL, run
from typing import Final

from benchmarks.weighing.evidence import keep

_ROUNDS: Final = 7
_LOADED: Final = {
    "python": "pass",
    "command_line": "import server.cli",
    "serving": "import server.application",
}


def cpu_s(statement: str) -> float:
    """Return the CPU seconds, user and system, of a Python that runs one statement."""
    before = os.times()
    run([sys.executable, "-c", statement], check=True, stdout=DEVNULL)  # noqa: S603  our own
    after = os.times()
    user = after.children_user - before.children_user
    return user + after.children_system - before.children_system


def main() -> int:
    """Measure and keep the figures; there is no claim to hold them against."""
    taken: dict[str, list[float]] = {name: [] for name in _LOADED}
    for _ in range(_ROUNDS):
        for name, statement in _LOADED.items():
            taken[name].append(cpu_s(statement))
    cpu = {name: median(seconds) for name, seconds in taken.items()}
    least = {name: min(seconds) for name, seconds in taken.items()}
    together = cpu["command_line"] + cpu["serving"]
    keep(
        "startup",
        {
            "median_cpu_s": {name: round(value, 2) for name, value in cpu.items()},
            "least_cpu_s": {name: round(value, 2) for name, value in least.items()},
            "command_line_and_serving_s": round(together, 2),
        },
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
