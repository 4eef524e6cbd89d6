"""Processes that write to one SQLite file, one after the other."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from kernel.infra.db.database import Database
from kernel.infra.db.engines import Limits
from kernel.infra.db.failures import DatabaseUnavailable
from kernel.infra.db.turns import ProcessTurn
from tests.unit.kernel.infra.db.test_rounds import World, until

WAIT_S: Final = 5.0
_HOLDS: Final = """
import sys
from kernel.infra.db.turns import ProcessTurn
turn = ProcessTurn(sys.argv[1], 5.0)
turn.take()
print("taken", flush=True)
sys.stdin.read()
turn.give_back()
print("given back", flush=True)
sys.stdin.close()
"""


@contextmanager
def another(path: Path) -> Iterator["subprocess.Popen[str]"]:
    """Let another process have the turn until its input ends."""
    command = [sys.executable, "-c", _HOLDS, str(path)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:  # noqa: S603  our own
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "taken\n"
            yield process
        finally:
            process.kill()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "turn"


def test_the_turn_is_had_at_once_where_nobody_has_it(path: Path) -> None:
    turn = ProcessTurn(str(path), 0.0)
    for _ in range(3):
        turn.take()
        turn.give_back()


def test_who_waits_too_long_is_told_that_he_cannot_write(path: Path) -> None:
    turn = ProcessTurn(str(path), 0.02)
    with another(path), pytest.raises(DatabaseUnavailable, match="took too long"):
        turn.take()


def test_it_is_had_when_the_other_gives_it_back(path: Path) -> None:
    turn = ProcessTurn(str(path), WAIT_S)
    with another(path) as process:
        assert process.stdin is not None
        process.stdin.close()
        turn.take()
    turn.give_back()


def test_who_writes_all_the_time_queues_behind_the_one_who_waits(path: Path) -> None:
    greedy = ProcessTurn(str(path), WAIT_S)
    greedy.take()
    with ThreadPoolExecutor(1) as pool:
        patient = pool.submit(one_that_waits, path)
        until(partial(somebody_is_next, path))
        greedy.give_back()
        greedy.take()
        assert patient.result(WAIT_S) == "taken\n"
    greedy.give_back()


def one_that_waits(path: Path) -> str:
    with another(path) as process:
        return "taken\n" if process.poll() is None else ""


def somebody_is_next(path: Path) -> bool:
    """Look from a process of its own: within one, locks never meet."""
    looks = (
        "import fcntl, sys; "
        "fcntl.lockf(open(sys.argv[1], 'r+'), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, 0)"
    )
    done = subprocess.run([sys.executable, "-c", looks, str(path)], capture_output=True)  # noqa: S603, PLW1510  it fails if somebody is
    return done.returncode != 0


def test_a_process_that_was_killed_does_not_keep_it(path: Path) -> None:
    turn = ProcessTurn(str(path), WAIT_S)
    with another(path) as process:
        process.send_signal(signal.SIGKILL)
        turn.take()
    turn.give_back()


def test_a_forked_child_does_not_hold_what_its_parent_had(path: Path) -> None:
    parent = ProcessTurn(str(path), WAIT_S)
    parent.take()
    child = os.fork()
    if child == 0:
        time.sleep(WAIT_S)
        os._exit(0)
    try:
        parent.give_back()
        with another(path):
            pass
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def test_where_no_such_lock_can_be_had_they_go_on_without(tmp_path: Path) -> None:
    turn = ProcessTurn(str(tmp_path / "nowhere" / "turn"), 0.0)
    turn.take()
    turn.give_back()
    turn.close()


def test_a_database_waits_for_its_turn_before_it_writes(tmp_path: Path) -> None:
    world = World(tmp_path / "turn.db")
    world.rounds._process_turn._wait_s = 0.02  # noqa: SLF001  the bound, made short
    with another(tmp_path / "turn.db-turn"):
        with pytest.raises(DatabaseUnavailable):
            world.say("together")
        with pytest.raises(DatabaseUnavailable), world.rounds.alone():
            pytest.fail("it is the other's turn")
    assert world.durable == []
    assert world.happened == []
    world.say("after")
    assert world.durable == ["after"]


def test_the_turn_is_given_back_where_sqlite_itself_refuses(tmp_path: Path) -> None:
    world = World(tmp_path / "turn.db")
    with closing(sqlite3.connect(tmp_path / "turn.db", isolation_level=None)) as stranger:
        stranger.execute("BEGIN IMMEDIATE")
        with world.rounds._engine.connect() as kept:  # noqa: SLF001  its patience, made short
            kept.exec_driver_sql("PRAGMA busy_timeout=10")
        with pytest.raises(DatabaseUnavailable):
            world.say("a")
    with another(tmp_path / "turn.db-turn"):
        pass
    world.say("b")
    assert world.durable == ["b"]


def test_postgres_needs_no_turn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Database("postgresql://nobody@127.0.0.1:1/none", limits=Limits()).close()
    assert list(tmp_path.iterdir()) == []
