"""An outside library in an environment of its own, weighed in turns with ours."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, Self

_KEPT: Final = Path(__file__).parents[2] / ".cache" / "outside"
_AT_MOST_S: Final = 300


def environment(lock: Path) -> Path:
    """Return a Python with exactly what a lock names; made once, kept under ``.cache``.

    ``TRUSTHUB_OUTSIDE_PYTHON`` names one that is there already.
    """
    named = os.environ.get("TRUSTHUB_OUTSIDE_PYTHON")
    if named:
        return Path(named)
    folder = _KEPT / lock.parent.name
    python = folder / "bin" / "python"
    if not python.exists():
        _ran([sys.executable, "-m", "venv", str(folder)])
        install = [str(python), "-m", "pip", "install", "-q", "--require-hashes", "-r"]
        _ran([*install, str(lock)])
    return python


class OutsideChain:
    """A process of the outside library: one line of work, then a turn for every line."""

    def __init__(self, python: Path, script: Path, job: Mapping[str, object]) -> None:
        """Start it and hand it its work."""
        command = [str(python), str(script)]
        self._process = subprocess.Popen(  # noqa: S603  our own script
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._ask(json.dumps(job))

    def turn(self) -> tuple[float, float]:
        """Let it work once over; return CPU µs of the whole chain, and of policy alone."""
        told = json.loads(self._ask("go"))
        return float(told["chain_us"]), float(told["policy_us"])

    def _ask(self, line: str) -> str:
        process = self._process
        if process.stdin is None or process.stdout is None:
            msg = "the outside process has no pipes"
            raise RuntimeError(msg)
        process.stdin.write(line + "\n")
        process.stdin.flush()
        answer = process.stdout.readline()
        if not answer:
            msg = f"the outside process ended with {process.wait(5)}"
            raise RuntimeError(msg)
        return answer

    def __enter__(self) -> Self:
        """Go on."""
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait(timeout=30)


def _ran(command: list[str]) -> None:
    subprocess.run(command, check=True, timeout=_AT_MOST_S)  # noqa: S603  our own
