"""Who reads and writes steps back behind those who answer; nobody else does (ADR 39)."""

import json
import os
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from server.precedence import BEHIND, READER, Precedence
from tests.flows.proxies.running import free_port, started
from tests.unit.server.four_threads import PATIENCE_S, THREADS

LAST = 19
"""The level behind which there is none: setpriority(2)."""
LEVEL = 0
"""What `Threads` says of the process: `os.getpriority` of this one."""


class Threads:
    """A system that tells of some threads, and notes who was given which place."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.placed: dict[int, int] = {}
        self.may_rise = True
        self.trials = 0

    def add(self, thread: int, name: str = READER, *, born: int = 100) -> None:
        told = self.folder / str(thread)
        told.mkdir()
        (told / "comm").write_text(f"{name}\n")
        behind = " ".join(["S", *["0"] * 18, str(born), "0"])
        (told / "stat").write_text(f"{thread} ({name}) {behind}\n")

    def place(self, thread: int, level: int) -> None:
        if not self.may_rise and level < self.placed.get(thread, LEVEL):
            raise PermissionError
        self.placed[thread] = level
        self.trials += level == LEVEL + 1

    def precedence(self) -> Precedence:
        return Precedence(self.folder, self.place)

    def of(self, *threads: int) -> dict[int, int]:
        """Return where these were put; who tried whether one may rise is left out."""
        return {one: level for one, level in self.placed.items() if one in threads}


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Threads:
    monkeypatch.setattr("os.getpriority", lambda _which, _who: LEVEL)
    return Threads(tmp_path)


def _comes(precedence: Precedence, system: Threads, *, born: int = 200) -> int:
    """Have a thread answer twice that the system tells of; return its id."""
    came: list[int] = []

    def answer() -> None:
        came.append(threading.get_native_id())
        system.add(came[0], born=born)
        precedence.joined()
        system.placed.pop(came[0], None)
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


def test_the_oldest_steps_back_and_who_answers_rises(system: Threads) -> None:
    system.add(7, born=100)
    system.add(8, born=101)
    came = _all_come(system, system.precedence(), 3)
    assert system.of(7, 8, *came) == {7: LEVEL + BEHIND} | dict.fromkeys(came, LEVEL)
    assert system.trials == 1


def test_each_is_looked_at_once(system: Threads) -> None:
    system.add(7, born=100)
    came = _comes(system.precedence(), system)
    assert system.of(7, came) == {7: LEVEL + BEHIND}


def test_where_nobody_may_rise_nobody_steps_back(system: Threads) -> None:
    """Those made later would stay where the reader stands, and in the end all would."""
    system.add(7, born=100)
    system.may_rise = False
    came = _all_come(system, system.precedence(), 3)
    assert system.of(7, *came) == {}


def test_who_answers_never_steps_back(system: Threads) -> None:
    """A library that lets the first of its threads answer has no reader that we know."""
    came = _comes(system.precedence(), system, born=1)
    system.add(7, born=100)
    assert system.of(7, came) == {}


def test_who_was_taken_for_the_reader_rises_when_it_answers(system: Threads) -> None:
    own = threading.get_native_id()
    system.add(own, born=1)
    precedence = system.precedence()
    _comes(precedence, system)
    assert system.of(own) == {own: LEVEL + BEHIND}
    precedence.joined()
    assert system.of(own) == {own: LEVEL}


def test_who_has_ended_answers_no_more(system: Threads) -> None:
    """Its number may be another's by then: the reader's, of a library that began anew."""
    precedence = system.precedence()
    gone = _comes(precedence, system)
    for told in (system.folder / str(gone)).iterdir():
        told.unlink()
    (system.folder / str(gone)).rmdir()
    _comes(precedence, system, born=300)
    system.add(gone, born=100)
    _comes(precedence, system, born=300)
    assert system.of(gone) == {gone: LEVEL + BEHIND}


def test_where_no_thread_can_begin_no_request_fails(
    system: Threads, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    system.add(7, born=100)
    own = threading.get_native_id()
    system.add(own, born=200)
    monkeypatch.setattr("threading.Thread.start", full)
    system.precedence().joined()
    assert system.of(7, own) == {}


OTHER_NAMES = (
    b"python3",
    b"granian wsgi",
    READER.encode() + b"s",
    b"",
    "办理".encode()[:5],
)


@pytest.mark.parametrize("name", OTHER_NAMES)
def test_threads_of_other_names_are_let_be(system: Threads, name: bytes) -> None:
    system.add(7, born=100)
    (system.folder / "7" / "comm").write_bytes(name + b"\n")
    system.add(threading.get_native_id(), "python3")
    system.precedence().joined()
    assert not system.placed


def test_where_the_system_tells_nothing_nothing_happens(tmp_path: Path) -> None:
    system = Threads(tmp_path / "nowhere")
    system.precedence().joined()
    assert not system.placed


def test_a_system_that_says_no_stops_no_request(
    system: Threads, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no(_which: int, _who: int) -> int:
        raise PermissionError

    monkeypatch.setattr("os.getpriority", no)
    system.add(7, born=100)
    assert system.of(7, _comes(system.precedence(), system)) == {}


@pytest.fixture
def port() -> Iterator[int]:
    found = free_port()
    command = [sys.executable, "-m", "tests.unit.server.four_threads", str(found)]
    with ExitStack() as stack:
        started(command, (found,), stack)
        yield found


def _asked(port: int) -> dict[str, Any]:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    with closing(connection):
        connection.request("GET", "/")
        told: dict[str, Any] = json.load(connection.getresponse())
        return told


@pytest.mark.skipif(sys.platform != "linux", reason="threads have places only on Linux")
def test_the_server_library_has_the_thread_that_we_take_for_its_reader(port: int) -> None:
    """Were its threads called or made in another way, nobody would step back."""
    with ThreadPoolExecutor(THREADS) as pool:
        told = list(pool.map(lambda _: _asked(port), range(THREADS)))
        told = list(pool.map(lambda _: _asked(port), range(THREADS)))
    answering = {str(one["thread"]) for one in told}
    levels = told[-1]["levels"]
    process = levels.pop("0")
    (reader,) = levels.keys() - answering
    stands = min(LAST, process + BEHIND) if _may_rise() else process
    assert levels.pop(reader) == stands
    assert set(levels.values()) == {process}


def _may_rise() -> bool:
    """Whether the system lets a thread of ours rise again; one that ends then tries."""

    def tries() -> bool:
        own = threading.get_native_id()
        try:
            for more in (1, -1):
                level = os.getpriority(os.PRIO_PROCESS, own)
                os.setpriority(os.PRIO_PROCESS, own, level + more)
        except PermissionError:
            return False
        return True

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(tries).result()
