"""The demo's processes: forked from one that has everything imported, stopped by id."""

import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from server.stopping import end_with_parent

_GRACE_S: Final = 8.0
_STEP_S: Final = 0.05
Program = Callable[[], int]


@dataclass(frozen=True, slots=True)
class Child:
    """One running process: leader of its own group, its output in a file."""

    name: str
    pid: int
    log: Path


@dataclass(slots=True)
class Children:
    """Starts, watches and stops children. Start them before any thread is started."""

    logs: Path
    running: dict[int, Child] = field(default_factory=dict)

    def start(self, name: str, program: Program) -> Child:
        """Run ``program`` in a process of its own, in a group of its own.

        A fork of this process has every module already: what costs a second of CPU is
        paid once for all children.
        """
        self.logs.mkdir(parents=True, exist_ok=True)
        log = self.logs / f"{name}.log"
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid == 0:
            _become(log, program)
        child = Child(name, pid, log)
        self.running[pid] = child
        return child

    def finish(self, children: Sequence[Child]) -> list[tuple[Child, int]]:
        """Wait until all of these have ended by themselves; return their exit codes."""
        ended = []
        for child in children:
            _, status = os.waitpid(child.pid, 0)
            del self.running[child.pid]
            ended.append((child, os.waitstatus_to_exitcode(status)))
        return ended

    def died(self) -> tuple[Child, int] | None:
        """Return a child that has ended, with its exit code, if there is one.

        Whatever it has left behind in its group is ended with it.
        """
        for pid in list(self.running):
            look = os.WEXITED | os.WNOHANG | os.WNOWAIT
            if os.waitid(os.P_PID, pid, look) is not None:
                # Not reaped yet: nobody else can have this number.
                _signal(os.killpg, pid, signal.SIGKILL)
                _, status = os.waitpid(pid, 0)
                return self.running.pop(pid), os.waitstatus_to_exitcode(status)
        return None

    def stop(self) -> None:
        """Ask every child to end; end the groups of those that do not."""
        for pid in self.running:
            _signal(os.kill, pid, signal.SIGTERM)
        until = time.monotonic() + _GRACE_S
        while self.running and time.monotonic() < until:
            if self.died() is None:
                time.sleep(_STEP_S)
        for pid in list(self.running):
            _signal(os.killpg, pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            del self.running[pid]


def _signal(send: Callable[[int, int], None], pid: int, number: int) -> None:
    try:
        send(pid, number)
    except ProcessLookupError:
        return


def _become(log: Path, program: Program) -> None:
    """Never returns: this is the child's whole life."""
    code = 1
    try:
        os.setsid()
        end_with_parent()
        _redirect(log)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        code = program()
    except KeyboardInterrupt:
        code = 0
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else 1
    except BaseException:  # noqa: BLE001  the log must have it; nobody above can
        import traceback  # noqa: PLC0415  only here

        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _redirect(log: Path) -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(nothing, 0)
    os.dup2(file, 1)
    os.dup2(file, 2)
    os.close(nothing)
    os.close(file)
    # Whatever these names were bound to before, our words go to the log, in UTF-8.
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False)


def tail(log: Path, lines: int = 12) -> str:
    """Return the end of a log."""
    try:
        return "\n".join(log.read_text("utf-8", "replace").splitlines()[-lines:])
    except OSError:
        return "(no log)"
