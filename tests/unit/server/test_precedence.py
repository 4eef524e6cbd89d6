"""Who reads and writes steps back behind those who answer; nobody else does (ADR 39)."""

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.request import urlopen

import pytest

from server.precedence import BEHIND, READER, Precedence
from tests.unit.server.four_threads import PATIENCE_S, THREADS

LEVEL = 0
"""What `Threads` says of the process: `os.getpriority` of this one."""


class Threads:
    """A system that tells of some threads, and notes who was given which place."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.placed: dict[int, int] = {}
        self.may_rise = True

    def add(self, thread: int, name: str = READER, *, born: int = 100) -> None:
        told = self.folder / str(thread)
        told.mkdir()
        (told / "comm").write_text(f"{name}\n")
        behind = " ".join(["S", *["0"] * 18, str(born), "0"])
        (told / "stat").write_text(f"{thread} ({name}) {behind}\n")

    def place(self, thread: int, level: int) -> None:
        if not self.may_rise and level <= LEVEL:
            raise PermissionError
        self.placed[thread] = level

    def at_most(self, threads: int) -> Precedence:
        return Precedence(threads, self.folder, self.place)


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Threads:
    monkeypatch.setattr("os.getpriority", lambda _which, _who: LEVEL)
    return Threads(tmp_path)


def _comes(precedence: Precedence, system: Threads, born: int = 200) -> int:
    """Have a thread answer twice that the system tells of; return its id."""
    came: list[int] = []

    def answer() -> None:
        came.append(threading.get_native_id())
        if not (system.folder / str(came[0])).exists():
            system.add(came[0], born=born)
        precedence.joined()
        precedence.joined()

    thread = threading.Thread(target=answer)
    thread.start()
    thread.join()
    return came[0]


def _all_come(system: Threads, precedence: Precedence, threads: int) -> set[int]:
    """Have so many threads answer that live at the same time."""
    barrier, came = threading.Barrier(threads), set[int]()

    def answer() -> None:
        own = threading.get_native_id()
        system.add(own, born=200)
        came.add(own)
        barrier.wait()
        precedence.joined()

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda _: answer(), range(threads)))
    return came


def test_the_oldest_steps_back_when_all_have_come(system: Threads) -> None:
    system.add(7, born=100)
    came = _all_come(system, system.at_most(3), 3)
    assert system.placed == {7: LEVEL + BEHIND} | dict.fromkeys(came, LEVEL)


def test_nobody_steps_back_before_all_have_come(system: Threads) -> None:
    system.add(7, born=100)
    came = _all_come(system, system.at_most(3), 2)
    assert system.placed == dict.fromkeys(came, LEVEL)


def test_who_has_ended_is_not_counted(system: Threads) -> None:
    system.add(7, born=100)
    precedence = system.at_most(2)
    gone = _comes(precedence, system)
    for told in (system.folder / str(gone)).iterdir():
        told.unlink()
    (system.folder / str(gone)).rmdir()
    _comes(precedence, system)
    assert 7 not in system.placed


def test_who_may_not_rise_stays_and_the_reader_steps_back(system: Threads) -> None:
    system.add(7, born=100)
    system.may_rise = False
    _all_come(system, system.at_most(2), 2)
    assert system.placed == {7: LEVEL + BEHIND}


def test_who_answers_never_steps_back(system: Threads) -> None:
    """A library that lets the first of its threads answer has no reader that we know."""
    _comes(system.at_most(1), system, born=1)
    assert not system.placed


@pytest.mark.parametrize("name", ["python3", "granian wsgi", READER + "s", ""])
def test_threads_of_other_names_are_let_be(system: Threads, name: str) -> None:
    system.add(7, name, born=100)
    precedence = system.at_most(1)
    own = threading.get_native_id()
    system.add(own, "python3")
    precedence.joined()
    assert not system.placed


def test_where_the_system_tells_nothing_nothing_happens(tmp_path: Path) -> None:
    system = Threads(tmp_path / "nowhere")
    system.at_most(1).joined()
    assert not system.placed


@pytest.fixture
def place() -> Iterator[str]:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
    command = [sys.executable, "-m", "tests.unit.server.four_threads", str(port)]
    with subprocess.Popen(command) as child:  # noqa: S603  our own words
        try:
            yield f"http://127.0.0.1:{port}/"
        finally:
            child.terminate()


def _asked(place: str) -> dict[str, object]:
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            with urlopen(place, timeout=PATIENCE_S) as answer:  # noqa: S310  our own
                told: dict[str, object] = json.load(answer)
                return told
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


@pytest.mark.skipif(sys.platform != "linux", reason="threads have places only on Linux")
def test_the_server_library_has_the_thread_that_we_take_for_its_reader(place: str) -> None:
    """Were its threads called or made in another way, nobody would step back."""
    with ThreadPoolExecutor(THREADS) as pool:
        told = list(pool.map(lambda _: _asked(place), range(THREADS)))
        told = list(pool.map(lambda _: _asked(place), range(THREADS)))
    answering = {str(one["thread"]) for one in told}
    levels = told[-1]["levels"]
    assert isinstance(levels, dict)
    process = levels.pop("0")
    behind = {thread for thread, level in levels.items() if level == process + BEHIND}
    assert len(behind) == 1, levels
    assert not behind & answering
    assert {level for thread, level in levels.items() if thread not in behind} <= {process}
