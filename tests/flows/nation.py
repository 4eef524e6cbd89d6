"""A demo of a test's own: started as a person starts it, ended as a person ends it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_PROGRAM: Final = "import sys; from server.cli import main; sys.exit(main(sys.argv[1:]))"
_UP_WITHIN_S: Final = 120.0
_DOWN_WITHIN_S: Final = 40.0
_WALK_WITHIN_S: Final = 240.0


@dataclass(frozen=True, slots=True)
class Nation:
    """One demo that is up."""

    folder: Path
    base: int
    process: "subprocess.Popen[bytes]"

    def walk(self, *journeys: str, plant: str = "") -> subprocess.CompletedProcess[str]:
        """Walk journeys through it; return exit code and lines."""
        planted = ("--plant", plant) if plant else ()
        return demo(self.folder, self.base, *planted, "--check", *journeys)

    def end(self) -> int:
        """End it as a person does; return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=_DOWN_WITHIN_S)

    def kill_one(self) -> str:
        """Kill one of its processes; return its name, as its log file has it."""
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
        victim = children[0]
        log = Path(f"/proc/{victim}/fd/1").readlink()
        os.kill(int(victim), signal.SIGKILL)
        return log.stem

    def log(self) -> str:
        """Return what it has said so far."""
        return (self.folder.parent / "demo.out").read_text("utf-8", "replace")


def demo(folder: Path, base: int, *argv: str) -> subprocess.CompletedProcess[str]:
    """Run ``trusthub demo`` to its end."""
    return subprocess.run(  # noqa: S603  our own interpreter and arguments
        [*_command(folder, base), *argv],
        capture_output=True,
        text=True,
        check=False,
        timeout=_WALK_WITHIN_S,
    )


def trusthub(*argv: str) -> tuple[int, str]:
    """Run one command line; return exit code and what it printed."""
    done = subprocess.run(  # noqa: S603  our own interpreter and arguments
        [sys.executable, "-c", _PROGRAM, *argv],
        capture_output=True,
        text=True,
        check=False,
        timeout=_WALK_WITHIN_S,
    )
    return done.returncode, done.stdout or done.stderr


def _command(folder: Path, base: int) -> list[str]:
    where = ["--data", str(folder), "--base-port", str(base)]
    return [sys.executable, "-c", _PROGRAM, "demo", *where]


@contextmanager
def running(folder: Path, *, base: int | None = None) -> Iterator[Nation]:
    """Start a demo, wait until it is up, end it by SIGTERM."""
    base, out = base or free_base(), folder.parent / "demo.out"
    with out.open("wb") as said:
        process = subprocess.Popen(  # noqa: S603  our own interpreter and arguments
            _command(folder, base), stdout=said, stderr=said
        )
    nation = Nation(folder, base, process)
    try:
        _wait_until_up(nation)
        yield nation
    finally:
        nation.end()


def _wait_until_up(nation: Nation) -> None:
    until = time.monotonic() + _UP_WITHIN_S
    while not (nation.folder / "up").exists():
        if nation.process.poll() is not None or time.monotonic() > until:
            raise AssertionError(nation.log())
        time.sleep(0.1)


def free_base() -> int:
    """Return the first of a hundred ports of which the demo's are free."""
    for turn in range(200):
        # Below 32,768, where the system takes ports for outgoing connections from.
        base = 20_000 + (os.getpid() + turn * 7) % 120 * 100
        if all(
            is_free(base + offset)
            for offset in (0, 1, 10, 20, 30, 40, 42, 44, 45, 60, 61, 62, 63, 95)
        ):
            return base
    raise AssertionError("no hundred free ports")


def is_free(port: int) -> bool:
    """Tell whether nobody listens there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0
