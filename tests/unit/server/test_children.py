"""Processes that a command starts: named, watched, ended by id."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.children import Children, tail


@pytest.fixture
def children(tmp_path: Path) -> Iterator[Children]:
    started = Children(tmp_path / "logs")
    yield started
    started.stop()


def quick() -> int:
    sys.stdout.write("said\n")
    return 3


def failing() -> int:
    raise LookupError("gone")


def endless() -> int:
    signal.pause()
    return 0


def deaf() -> int:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.stdout.write("deaf\n")
    sys.stdout.flush()
    while True:
        time.sleep(1)


def test_a_child_ends_with_its_own_code_and_its_words_are_kept(children: Children) -> None:
    child = children.start("quick", quick)
    assert children.finish([child]) == [(child, 3)]
    assert tail(child.log) == "said"
    assert not children.running


def test_what_a_child_raises_is_in_its_log(children: Children) -> None:
    child = children.start("failing", failing)
    assert children.finish([child]) == [(child, 1)]
    assert "LookupError: gone" in tail(child.log)


def test_a_death_is_seen_once_and_names_the_child(children: Children) -> None:
    child = children.start("endless", endless)
    assert children.died() is None
    os.kill(child.pid, signal.SIGKILL)
    assert _awaited(children) == (child, -signal.SIGKILL)
    assert children.died() is None


def test_stopping_ends_all_and_leaves_no_process(children: Children) -> None:
    started = [children.start(f"endless{n}", endless) for n in range(3)]
    children.stop()
    assert not children.running
    for child in started:
        with pytest.raises(ProcessLookupError):
            os.kill(child.pid, 0)


def test_a_child_leads_a_group_of_its_own(children: Children) -> None:
    child = children.start("endless", endless)
    until = time.monotonic() + 5
    while os.getpgid(child.pid) != child.pid and time.monotonic() < until:
        time.sleep(0.01)
    assert os.getpgid(child.pid) == child.pid


def test_a_child_that_does_not_listen_is_killed(
    children: Children, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.children._GRACE_S", 0.2)
    child = children.start("deaf", deaf)
    until = time.monotonic() + 5
    while "deaf" not in tail(child.log) and time.monotonic() < until:
        time.sleep(0.01)
    children.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(child.pid, 0)


def _awaited(children: Children) -> object:
    until = time.monotonic() + 5
    while time.monotonic() < until:
        gone = children.died()
        if gone is not None:
            return gone
        time.sleep(0.01)
    return None


def with_a_grandchild() -> int:
    grandchild = os.fork()
    if grandchild == 0:
        signal.pause()
    sys.stdout.write(f"{grandchild}\n")
    sys.stdout.flush()
    signal.pause()
    return 0


def test_a_killed_child_leaves_no_grandchild(children: Children) -> None:
    child, until = children.start("master", with_a_grandchild), time.monotonic() + 5
    while not tail(child.log).isdigit() and time.monotonic() < until:
        time.sleep(0.01)
    grandchild = int(tail(child.log))
    assert _lives(grandchild)
    os.kill(child.pid, signal.SIGKILL)
    assert _awaited(children) == (child, -signal.SIGKILL)
    while _lives(grandchild) and time.monotonic() < until:
        time.sleep(0.01)
    assert not _lives(grandchild)


def test_a_killed_parent_leaves_no_child(tmp_path: Path) -> None:
    program = (
        "import pathlib, signal, sys; from server.children import Children;"
        "children = Children(pathlib.Path(sys.argv[1]));"
        "child = children.start('c', lambda: signal.pause() or 0);"
        "print(child.pid, flush=True); signal.pause()"
    )
    with subprocess.Popen(  # noqa: S603  our own interpreter
        [sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as parent:
        if parent.stdout is None:
            raise TypeError(parent)
        child = int(parent.stdout.readline())
        time.sleep(0.2)
        parent.kill()
    until = time.monotonic() + 5
    while _lives(child) and time.monotonic() < until:
        time.sleep(0.02)
    assert not _lives(child)


def _lives(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text("ascii")
    except FileNotFoundError:
        return False
