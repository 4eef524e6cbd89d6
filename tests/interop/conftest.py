"""What the tests against foreign software share: one demo, and tools by their locks."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.flows.nation import Nation, running


@dataclass(frozen=True, slots=True)
class Node:
    """A folder with a script and its locked packages."""

    folder: Path

    def run(self, script: str, *argv: str) -> object:
        """Run a script; return the JSON it printed."""
        done = subprocess.run(  # noqa: S603  our own script
            [_found("node"), script, *argv],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        said: object = json.loads(done.stdout)
        return said


def installed(source: Path, folder: Path) -> Node:
    """Copy a script and install exactly what its lock file names."""
    copied = shutil.copytree(source, folder)
    ran([_found("npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], copied)
    return Node(copied)


def ran(command: Sequence[str], folder: Path) -> str:
    """Run a command to its end; return what it said."""
    done = subprocess.run(  # noqa: S603  our own arguments
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _found(program: str) -> str:
    found = shutil.which(program)
    if found is None:
        pytest.skip("no Node here")
    return found


@pytest.fixture(scope="session")
def nation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nation]:
    """The demo, once for all foreign software."""
    with running(tmp_path_factory.mktemp("interop") / "demo") as up:
        yield up


def environment(lock: Path, folder: Path) -> Path:
    """Make a Python environment of exactly what a lock file names; return its programs."""
    ran([sys.executable, "-m", "venv", str(folder)], lock.parent)
    pip = [str(folder / "bin" / "pip"), "install", "--quiet", "--require-hashes"]
    ran([*pip, "-r", str(lock)], lock.parent)
    return folder / "bin"
