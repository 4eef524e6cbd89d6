"""Whoever is told to stop stops, however little of it has started yet."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.cli.outcome import Exit
from tests.faults.installation import Installation

_WITHIN_S = 20.0
_PROCESSES = 2  # as many as its settings name


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Yield an installation that could serve: its worker is there."""
    made = Installation.laid_out(tmp_path_factory.mktemp("stopping") / "house")
    made.start("worker")
    yield made
    made.close()


def _begun(made: Installation) -> list[int]:
    """Start it; return its serving processes as soon as there are two."""
    made.start("serve")
    until = time.monotonic() + _WITHIN_S
    while len(made.serving()) < _PROCESSES:
        assert time.monotonic() < until, made.log("serve")[-2000:]
        time.sleep(0.005)
    return made.serving()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("loaded", [False, True], ids=["while it loads", "when it serves"])
def test_serving_ends_when_it_is_told_to(
    made: Installation, number: signal.Signals, *, loaded: bool
) -> None:
    serving = _begun(made)
    if loaded:
        made.ready()
    process = made.running["serve"]
    process.send_signal(number)
    try:
        assert process.wait(_WITHIN_S) == 0
    finally:
        made.kill("serve")
    assert not [pid for pid in serving if Path(f"/proc/{pid}").exists()]


@pytest.mark.spec("issue 3: a killed process")
def test_serving_processes_end_with_their_parent_and_leave_the_port(
    made: Installation,
) -> None:
    made.start("serve")
    made.ready()
    serving, parent = made.serving(), made.running.pop("serve")
    parent.kill()
    parent.wait()
    until = time.monotonic() + _WITHIN_S
    while any(Path(f"/proc/{pid}").exists() for pid in serving):
        assert time.monotonic() < until, made.log("serve")[-2000:]
        time.sleep(0.05)
    made.start("serve")
    try:
        made.ready()
    finally:
        made.kill("serve")


def test_a_second_one_does_not_join_the_first(made: Installation) -> None:
    """Serving processes share their port: every other request would find the second."""
    made.start("serve")
    try:
        made.ready()
        second = made.command("serve", "--settings", str(made.settings))
        assert second.returncode == Exit.WRONG_USE, second.stderr
        assert f"http.port: 127.0.0.1:{made.port} is in use" in second.stderr
        assert "Spawning" not in second.stderr
        made.ready()
    finally:
        made.kill("serve")
