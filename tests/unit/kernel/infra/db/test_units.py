"""Units of work that one thread does back to back: what becomes of each of them."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextvars import ContextVar
from pathlib import Path

import pytest
from sqlalchemy import Connection

from kernel.errors import Refused
from kernel.infra.db import rounds
from kernel.infra.db.counting import Counts
from kernel.infra.db.failures import DatabaseUnavailable, Driver
from kernel.infra.db.round import Round
from kernel.infra.db.rounds import MOST_TOGETHER
from kernel.infra.db.transaction import Transaction, say
from kernel.infra.db.units import Unit
from tests.unit.kernel.infra.db.test_rounds import (
    WAIT_S,
    World,
    decide,
    deserted,
    refuse,
    until,
    written,
)

ambient: ContextVar[Transaction | None] = ContextVar("ambient", default=None)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "round.db", WAIT_S)
    yield made
    made.pool.shutdown()


def unit(world: World, word: str, then: Callable[[], None] | None = None) -> Unit[str]:
    def act() -> str:
        transaction = ambient.get()
        assert transaction is not None
        transaction.hooks.append(lambda: world.happened.append(f"{word} done"))
        transaction.consolations.append(lambda: world.happened.append(f"{word} undone"))
        written(transaction, word)
        if then is not None:
            then()
        return word.upper()

    return Unit(act)


def outcomes(world: World, *units: Unit[str]) -> list[str]:
    """Do them; return what each returned, or the name of what it raised."""
    world.rounds.back_to_back(units, ambient)
    assert ambient.get() is None
    said = []
    for each in units:
        try:
            said.append(each.outcome())
        except (Refused, DatabaseUnavailable) as failure:
            said.append(type(failure).__name__)
    return said


def all_of(world: World) -> list[Unit[str]]:
    """Return one that is well, one that is refused, one that decides."""
    return [unit(world, "a"), unit(world, "b", refuse), unit(world, "c", decide)]


def test_each_is_kept_or_undone_by_itself(world: World) -> None:
    with world.counts.counting() as count:
        assert outcomes(world, *all_of(world)) == ["A", "Refused", "Decision"]
    assert count.commits == 1
    assert world.durable == ["a", "c"]
    assert world.happened == ["a done", "b undone", "c done"]


def test_where_the_commit_is_refused_nothing_is_durable_and_all_are_told(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refusing(connection: Connection, driver: Driver, counts: Counts, sql: str) -> None:
        if sql == "COMMIT":
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorcode = sqlite3.SQLITE_IOERR
            error.sqlite_errorname = "SQLITE_IOERR"
            raise error
        say(connection, driver, counts, sql)

    monkeypatch.setattr(rounds, "say", refusing)
    unavailable = "DatabaseUnavailable"
    assert outcomes(world, *all_of(world)) == [unavailable, "Refused", unavailable]
    monkeypatch.undo()
    assert world.durable == []
    assert world.happened == ["a undone", "b undone", "c undone"]
    assert outcomes(world, unit(world, "d")) == ["D"]
    assert world.durable == ["d"]


def test_who_loses_the_transaction_loses_it_for_those_before_and_for_nobody_after(
    world: World,
) -> None:
    def lose() -> None:
        transaction = ambient.get()
        assert transaction is not None
        # As SQLite does by itself where the disk is full.
        transaction.connection.connection.rollback()
        transaction.is_lost = True

    said = outcomes(world, unit(world, "a"), unit(world, "b", lose), unit(world, "c"))
    assert said == ["DatabaseUnavailable", "DatabaseUnavailable", "C"]
    assert world.durable == ["c"]
    assert world.happened == ["a undone", "b undone", "c done"]


def test_where_one_cannot_begin_those_behind_it_are_told_without_a_wait_of_their_own(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[str] = []

    def refusing() -> Round:
        tries.append("the turn did not come")
        raise DatabaseUnavailable("another process took too long to write")

    monkeypatch.setattr(world.rounds, "_begun", refusing)
    assert outcomes(world, *all_of(world)) == ["DatabaseUnavailable"] * 3
    monkeypatch.undo()
    assert len(tries) == 1
    assert (world.durable, world.happened) == ([], [])
    assert outcomes(world, unit(world, "d")) == ["D"]


def test_a_defect_where_one_begins_is_told_as_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> Round:
        raise LookupError("ours")

    monkeypatch.setattr(world.rounds, "_begun", broken)
    units = all_of(world)
    world.rounds.back_to_back(units, ambient)
    assert [type(each.failure) for each in units] == [LookupError] * 3


def test_what_was_done_before_one_that_cannot_begin_is_told_what_became_of_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, tries = world.rounds._begun, iter([True, False])  # noqa: SLF001  the test looks inside

    def once() -> Round:
        if next(tries):
            return begun()
        raise DatabaseUnavailable("another process took too long to write")

    def lose() -> None:
        transaction = ambient.get()
        assert transaction is not None
        transaction.connection.connection.rollback()
        transaction.is_lost = True

    monkeypatch.setattr(world.rounds, "_begun", once)
    units = unit(world, "a", lose), unit(world, "b"), unit(world, "c")
    assert outcomes(world, *units) == ["DatabaseUnavailable"] * 3
    assert (world.durable, world.happened) == ([], ["a undone"])


@pytest.mark.parametrize(("before", "commits"), [(1, 1), (2, 2)])
def test_no_more_share_a_commit_than_may(world: World, before: int, commits: int) -> None:
    many = [unit(world, f"{at:02}") for at in range(MOST_TOGETHER - 1)]
    begun, go_on = threading.Event(), threading.Event()

    def waiting() -> None:
        begun.set()
        assert go_on.wait(WAIT_S)

    with world.counts.counting() as count:
        asked: list[Future[object]] = [world.pool.submit(world.say, "x", waiting)]
        assert begun.wait(WAIT_S)
        asked += [world.pool.submit(world.say, f"y{at}") for at in range(1, before)]
        asked.append(world.pool.submit(outcomes, world, *many))
        until(lambda: world.rounds.queued == before)
        go_on.set()
        for each in asked:
            each.result(WAIT_S)
    assert count.commits == commits
    assert len(world.durable) == len(many) + before


def test_where_another_process_waits_they_still_share_a_commit(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch is short: whoever was done first is told with the rest, and soon."""
    monkeypatch.setattr(world.rounds._process_turn, "is_awaited", lambda: True)  # noqa: SLF001  the test looks inside
    with world.counts.counting() as count:
        assert outcomes(world, *all_of(world)) == ["A", "Refused", "Decision"]
    assert count.commits == 1
    assert world.durable == ["a", "c"]


def test_whoever_was_to_go_on_may_give_up(world: World) -> None:
    assert outcomes(world, unit(world, "a", lambda: deserted(world)), unit(world, "b")) == [
        "A",
        "B",
    ]
    assert world.durable == ["a", "b"]


def test_what_follows_a_commit_does_not_where_nobody_could_tell_in_time(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def untold(*_: object) -> None:
        raise DatabaseUnavailable("another writer took too long")

    monkeypatch.setattr(world.rounds, "_sleep", untold)
    both = unit(world, "a", lambda: deserted(world)), unit(world, "b")
    assert outcomes(world, *both) == ["DatabaseUnavailable", "DatabaseUnavailable"]
    assert world.happened == ["a undone", "b undone"]
    # The round is open still: whoever goes on in it commits it and is told so.
    monkeypatch.undo()
    world.rounds._turn._queued -= 1  # noqa: SLF001  the deserted one
    world.say("c")
    assert world.durable == ["a", "b", "c"]
