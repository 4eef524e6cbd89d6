"""Processes that write to one SQLite file, one after the other."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from kernel.infra.db.database import Database
from kernel.infra.db.engines import Limits
from kernel.infra.db.failures import DatabaseUnavailable
from kernel.infra.db.turns import ProcessTurn
from tests.unit.kernel.infra.db.test_rounds import World, deserted, until

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


_FORKS: Final = """
import os, sys, time
from kernel.infra.db.turns import ProcessTurn
ProcessTurn(sys.argv[1], 5.0).take()
child = os.fork()
if child:
    print(child, flush=True)
time.sleep(60)
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
    looks = f"""
import fcntl, sys
try:
    with open({str(path)!r}, "r+") as file:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, 0)
except BlockingIOError:
    print("somebody")
"""
    said = subprocess.check_output([sys.executable, "-c", looks], text=True)  # noqa: S603  our own
    return said == "somebody\n"


def test_a_process_that_was_killed_does_not_keep_it(path: Path) -> None:
    turn = ProcessTurn(str(path), WAIT_S)
    with another(path) as process:
        process.send_signal(signal.SIGKILL)
        turn.take()
    turn.give_back()


def test_a_forked_child_does_not_keep_what_its_dead_parent_had(path: Path) -> None:
    command = [sys.executable, "-c", _FORKS, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:  # noqa: S603  our own
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        try:
            parent.kill()
            turn = ProcessTurn(str(path), WAIT_S)
            turn.take()
            turn.give_back()
        finally:
            os.kill(child, signal.SIGKILL)


def test_where_no_such_lock_can_be_had_they_go_on_without(tmp_path: Path) -> None:
    turn = ProcessTurn(str(tmp_path / "nowhere" / "turn"), 0.0)
    turn.take()
    turn.give_back()
    turn.close()


def test_a_database_waits_for_its_turn_before_it_writes(tmp_path: Path) -> None:
    world = World(tmp_path / "turn.db", wait_s=0.02)
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
    world = World(tmp_path / "turn.db", wait_s=0.02)
    with closing(sqlite3.connect(tmp_path / "turn.db", isolation_level=None)) as stranger:
        stranger.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseUnavailable):
            world.say("a")
    with another(tmp_path / "turn.db-turn"):
        pass
    world.say("b")
    assert world.durable == ["b"]


def test_what_is_durable_is_told_though_another_process_writes_by_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # It came just after the round had looked whether anybody waits.
    monkeypatch.setattr(ProcessTurn, "is_awaited", lambda _: False)
    world = World(tmp_path / "turn.db", wait_s=1.0)
    turn, released = tmp_path / "turn.db-turn", threading.Event()

    def hold() -> None:
        with another(turn):
            assert released.wait(2 * WAIT_S)

    def meanwhile() -> None:
        deserted(world)
        held.append(world.pool.submit(hold))
        until(partial(somebody_is_next, turn))

    held: list[Future[None]] = []
    try:
        world.say("a", meanwhile)
    finally:
        released.set()
    assert world.durable == ["a"]
    assert world.happened == ["a done"]
    held[0].result(WAIT_S)


def test_a_round_grows_no_longer_where_another_process_waits(tmp_path: Path) -> None:
    world = World(tmp_path / "turn.db")
    turn = tmp_path / "turn.db-turn"

    def hold() -> None:
        with another(turn):
            pass

    def meanwhile() -> None:
        others.append(world.pool.submit(hold))
        others.append(world.pool.submit(world.say, "b"))
        until(partial(somebody_is_next, turn))
        until(lambda: world.rounds.queued == 1)

    others: list[Future[None]] = []
    with world.counts.counting() as count:
        world.say("a", meanwhile)
        for each in others:
            each.result(2 * WAIT_S)
    assert count.commits == 2
    assert world.durable == ["a", "b"]


def test_a_turn_that_nobody_waits_for_is_not_awaited(path: Path) -> None:
    turn = ProcessTurn(str(path), WAIT_S)
    assert not turn.is_awaited()
    turn.take()
    assert not turn.is_awaited()
    assert not somebody_is_next(path)
    turn.give_back()
    turn.close()


def test_postgres_needs_no_turn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Database("postgresql://nobody@127.0.0.1:1/none", limits=Limits()).close()
    assert list(tmp_path.iterdir()) == []
