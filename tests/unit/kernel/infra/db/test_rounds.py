"""Units of work of several threads in one transaction of SQLite."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import URL, text

from kernel.errors import Decision, Refused
from kernel.infra.db.counting import Count, Counts
from kernel.infra.db.engines import Limits, open_engine
from kernel.infra.db.failures import DatabaseUnavailable
from kernel.infra.db.rounds import MOST_TOGETHER, Rounds
from kernel.infra.db.transaction import AfterCommit, Transaction, run_hooks

WAIT_S: Final = 5.0


class World:
    """One writer, and threads that write by it."""

    def __init__(self, path: Path, wait_s: float = WAIT_S) -> None:
        self.path, self.counts = path, Counts()
        limits = Limits(wait=timedelta(seconds=wait_s))
        engine = open_engine(URL.create("sqlite", database=str(path)), limits)
        with engine.connect() as connection:
            connection.execute(text("CREATE TABLE word (said TEXT UNIQUE)"))
        self.rounds = Rounds(engine, self.counts, wait_s)
        self.pool = ThreadPoolExecutor(2 * MOST_TOGETHER)
        self.happened: list[str] = []

    def say(self, word: str, then: Callable[[], None] | None = None) -> None:
        hooks: list[AfterCommit] = []
        try:
            with self.rounds.together(hooks) as transaction:
                transaction.hooks.append(lambda: self.happened.append(f"{word} done"))
                transaction.consolations.append(
                    lambda: self.happened.append(f"{word} undone")
                )
                written(transaction, word)
                if then is not None:
                    then()
        finally:
            run_hooks(hooks)

    def together(self, *units: Callable[[], None]) -> list[Future[None]]:
        """Run them in one round: the first waits until all others are in the queue."""
        with self.rounds.alone():
            pending = []
            for place, unit in enumerate(units):
                pending.append(self.pool.submit(unit))
                until(partial(self._has_queued, place + 1))
        return pending

    def _has_queued(self, count: int) -> bool:
        return self.rounds.queued == count

    @property
    def durable(self) -> list[str]:
        """What another process would read."""
        with closing(sqlite3.connect(self.path)) as other:
            return sorted(word for (word,) in other.execute("SELECT said FROM word"))


def written(transaction: Transaction, word: str) -> None:
    driver = transaction.driver(writes=True)
    assert isinstance(driver, sqlite3.Connection)
    driver.execute("INSERT INTO word VALUES (?)", (word,))


def until(holds: Callable[[], bool]) -> None:
    ends = time.monotonic() + WAIT_S
    while not holds():
        assert time.monotonic() < ends
        time.sleep(0.001)


def refuse() -> None:
    raise Refused("no")


def decide() -> None:
    raise Decision("seen")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "round.db")
    yield made
    made.pool.shutdown()


@pytest.fixture
def count(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Count]:
    # On a busy machine who sleeps would lose patience and commit before the last one does.
    monkeypatch.setattr("kernel.infra.db.round._PATIENCE_S", WAIT_S)
    with world.counts.counting() as counted:
        yield counted


def test_a_lone_unit_of_work_pays_for_one_commit_and_nothing_else(
    world: World, count: Count
) -> None:
    world.say("a")
    assert count.frame == ["BEGIN IMMEDIATE", "COMMIT"]
    assert world.durable == ["a"]
    assert world.happened == ["a done"]


def test_those_who_wait_anyway_share_a_commit(world: World, count: Count) -> None:
    said = world.together(*(lambda word=word: world.say(word) for word in "abc"))
    for each in said:
        each.result(WAIT_S)
    assert count.commits == 1
    assert world.durable == ["a", "b", "c"]
    assert sorted(world.happened) == ["a done", "b done", "c done"]


def test_one_that_refuses_takes_nothing_of_the_others_along(
    world: World, count: Count
) -> None:
    a, b, c, d = world.together(
        lambda: world.say("a"),
        lambda: world.say("b", refuse),
        lambda: world.say("c", decide),
        lambda: world.say("d"),
    )
    with pytest.raises(Refused, match="no"):
        b.result(WAIT_S)
    with pytest.raises(Decision, match="seen"):
        c.result(WAIT_S)
    a.result(WAIT_S)
    d.result(WAIT_S)
    assert count.commits == 1
    assert world.durable == ["a", "c", "d"]
    assert sorted(world.happened) == ["a done", "b undone", "c done", "d done"]


def test_a_first_one_that_refuses_ends_its_round(world: World) -> None:
    a, b = world.together(lambda: world.say("a", refuse), lambda: world.say("b"))
    with pytest.raises(Refused):
        a.result(WAIT_S)
    b.result(WAIT_S)
    assert world.durable == ["b"]
    assert sorted(world.happened) == ["a undone", "b done"]


def test_a_last_one_that_refuses_lets_the_others_be_committed(world: World) -> None:
    a, b = world.together(lambda: world.say("a"), lambda: world.say("b", refuse))
    a.result(WAIT_S)
    with pytest.raises(Refused):
        b.result(WAIT_S)
    assert world.durable == ["a"]


def test_a_lost_transaction_is_lost_for_all_in_it(world: World) -> None:
    def lose() -> None:
        raise sqlite3.OperationalError("disk I/O error")

    def breaking(word: str) -> None:
        hooks: list[AfterCommit] = []
        with world.rounds.together(hooks) as transaction:
            written(transaction, word)
            # As SQLite does by itself where the disk is full.
            transaction.connection.connection.rollback()
            transaction.is_lost = True
            lose()

    begun = threading.Event()

    def wait() -> None:
        begun.set()
        until(lambda: world.rounds.queued == 1)

    a = world.pool.submit(world.say, "a", wait)
    assert begun.wait(WAIT_S)
    b = world.pool.submit(breaking, "b")
    with pytest.raises(DatabaseUnavailable):
        a.result(WAIT_S)
    with pytest.raises(sqlite3.OperationalError):
        b.result(WAIT_S)
    assert world.durable == []
    assert world.happened == ["a undone"]
    world.say("c")
    assert world.durable == ["c"]


def test_nobody_is_told_before_the_commit(world: World) -> None:
    seen: list[list[str]] = []

    def look() -> None:
        seen.append([*world.durable, *world.happened])

    for each in world.together(lambda: world.say("a"), lambda: world.say("b", look)):
        each.result(WAIT_S)
    assert seen == [[]]
    assert world.durable == ["a", "b"]


def test_a_write_of_its_own_comes_after_the_round_is_committed(
    world: World, count: Count
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def wait() -> None:
        begun.set()
        assert go_on.wait(WAIT_S)
        deserted(world)

    def alone() -> list[str]:
        with world.rounds.alone():
            return world.durable

    first = world.pool.submit(world.say, "a", wait)
    assert begun.wait(WAIT_S)
    other = world.pool.submit(alone)
    go_on.set()
    first.result(WAIT_S)
    assert other.result(WAIT_S) == ["a"]
    assert count.commits == 1


def deserted(world: World) -> None:
    """Let one be in the queue who never comes: his wait ran out."""
    world.rounds._turn._queued += 1  # noqa: SLF001  no thread can be made to give up just then


def test_whoever_was_to_go_on_may_give_up(world: World) -> None:
    world.say("a", lambda: deserted(world))
    assert world.durable == ["a"]


def test_what_follows_a_commit_does_not_where_nobody_could_tell_in_time(
    world: World,
) -> None:
    world.rounds._turn._wait_s = 0.05  # noqa: SLF001  the bound of every wait, made short
    begun, go_on = threading.Event(), threading.Event()

    def until_joined() -> None:
        begun.set()
        until(lambda: world.rounds.queued == 1)

    a = world.pool.submit(world.say, "a", until_joined)
    assert begun.wait(WAIT_S)
    world.rounds._turn._wait_s = WAIT_S  # noqa: SLF001  for the one who waits for his turn
    b = world.pool.submit(world.say, "b", lambda: until(go_on.is_set))
    until(lambda: world.rounds.queued == 0)
    world.rounds._turn._wait_s = 0.05  # noqa: SLF001  the test looks inside
    with pytest.raises(DatabaseUnavailable):
        a.result(WAIT_S)
    assert world.happened == ["a undone"]
    go_on.set()
    b.result(WAIT_S)
    assert sorted(world.happened) == ["a undone", "b done"]


def test_a_round_is_no_longer_than_so_many(world: World, count: Count) -> None:
    words = [f"{at:03}" for at in range(MOST_TOGETHER + 5)]
    for each in world.together(*(lambda word=word: world.say(word) for word in words)):
        each.result(WAIT_S)
    assert world.durable == words
    assert count.commits == 2


def test_many_threads_lose_nothing(world: World) -> None:
    words = [f"{at:04}" for at in range(400)]
    refused = set(words[::7])

    def one(word: str) -> None:
        world.say(word, refuse if word in refused else None)

    said = {word: world.pool.submit(one, word) for word in words}
    for word, each in said.items():
        if word in refused:
            with pytest.raises(Refused):
                each.result(WAIT_S)
        else:
            each.result(WAIT_S)
    assert world.durable == sorted(set(words) - refused)
    assert len(world.happened) == len(words)


def test_whoever_wakes_wakes_the_next(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nobody wakes by himself within the test: where the row breaks, the rest sleep on.
    monkeypatch.setattr("kernel.infra.db.round._PATIENCE_S", 10 * WAIT_S)
    words = [f"{at:02}" for at in range(MOST_TOGETHER)]
    for each in world.together(*(lambda word=word: world.say(word) for word in words)):
        each.result(WAIT_S)
    assert world.durable == words


def test_a_row_of_impatient_ones_loses_nobody(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kernel.infra.db.round._PATIENCE_S", 0.0)
    words = [f"{at:02}" for at in range(MOST_TOGETHER)]
    for each in world.together(*(lambda word=word: world.say(word) for word in words)):
        each.result(WAIT_S)
    assert world.durable == words
    assert sorted(world.happened) == [f"{word} done" for word in words]
