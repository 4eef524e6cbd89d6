"""The promises of `kernel.work.UnitOfWork`, on SQLite and on PostgreSQL."""

# ruff: noqa: PT012  what a unit of work writes and how it is left stand in one block

import multiprocessing
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import delete

from kernel.errors import Decision, Refused
from kernel.infra.db import (
    AlreadyStored,
    Database,
    DatabaseUnavailable,
    Limits,
    NoUnitOfWork,
)
from tests.contract.tickets import TICKET, add, names, opened, redeem

_AT_ONCE = 8


class ReplaySeen(Decision):
    """A decision, for the tests."""


@pytest.fixture
def hub(database: Database) -> Database:
    return opened(database)


def test_a_unit_left_normally_is_committed(hub: Database) -> None:
    with hub.unit_of_work()():
        add(hub, "a")
        add(hub, "b")
    assert names(hub) == ["a", "b"]


def test_a_decision_commits_and_passes_on(hub: Database) -> None:
    with pytest.raises(ReplaySeen), hub.unit_of_work()():
        add(hub, "a")
        raise ReplaySeen
    assert names(hub) == ["a"]


@pytest.mark.parametrize("error", [Refused("no"), KeyError("bug"), KeyboardInterrupt()])
def test_any_other_error_rolls_back_and_passes_on(hub: Database, error: Exception) -> None:
    with pytest.raises(type(error)), hub.unit_of_work()():
        add(hub, "a")
        raise error
    assert names(hub) == []


def test_what_is_written_inside_is_read_inside_and_not_outside(hub: Database) -> None:
    with ThreadPoolExecutor(1) as elsewhere, hub.unit_of_work()():
        add(hub, "a")
        assert names(hub) == ["a"]
        assert elsewhere.submit(names, hub).result() == []


def test_an_inner_unit_joins_the_outer_one(hub: Database) -> None:
    work = hub.unit_of_work()
    with pytest.raises(Refused), work():
        with work():
            add(hub, "inner")
        raise Refused
    assert names(hub) == []


def test_an_inner_refusal_leaves_nothing_behind_when_the_outer_goes_on(
    hub: Database,
) -> None:
    work = hub.unit_of_work()
    with work():
        add(hub, "before")
        with pytest.raises(Refused), work():
            add(hub, "inner")
            raise Refused
        add(hub, "after")
    assert names(hub) == ["after", "before"]


def test_an_inner_refusal_frees_its_savepoint(hub: Database) -> None:
    work = hub.unit_of_work()
    with hub.counting() as count, work():
        for _ in range(2):
            with pytest.raises(Refused), work():
                add(hub, "inner")
                raise Refused
    words = [word.split()[0] for word in count.frame]
    assert words == ["BEGIN", *["SAVEPOINT", "ROLLBACK", "RELEASE"] * 2, "COMMIT"]


def test_units_may_be_nested_deep_and_each_is_undone_alone(hub: Database) -> None:
    work = hub.unit_of_work()
    with work(), work():
        add(hub, "second")
        with pytest.raises(Refused), work(), work():
            add(hub, "fourth")
            raise Refused
        add(hub, "second again")
    assert names(hub) == ["second", "second again"]


def test_an_inner_decision_keeps_what_it_wrote_when_the_outer_goes_on(
    hub: Database,
) -> None:
    work = hub.unit_of_work()
    with work():
        with pytest.raises(ReplaySeen), work():
            add(hub, "inner")
            raise ReplaySeen
        add(hub, "after")
    assert names(hub) == ["after", "inner"]


def test_an_inner_unit_that_only_reads_sends_no_savepoint(hub: Database) -> None:
    work = hub.unit_of_work()
    with hub.counting() as count, work(), work():
        names(hub)
    assert len(count) == 1
    assert [word.split()[0] for word in count.frame] == ["BEGIN", "COMMIT"]


def test_a_row_that_is_there_already_can_be_refused_within_an_inner_unit(
    hub: Database,
) -> None:
    work = hub.unit_of_work()
    add(hub, "a")
    with work():
        with pytest.raises(AlreadyStored), work():
            add(hub, "a")
        add(hub, "b")
    assert names(hub) == ["a", "b"]


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_a_commit_that_would_silently_roll_back_is_an_error(hub: Database) -> None:
    add(hub, "a")
    with pytest.raises(DatabaseUnavailable), hub.unit_of_work()():
        add(hub, "b")
        with pytest.raises(AlreadyStored):
            add(hub, "a")
    assert names(hub) == ["a"]


def test_hooks_run_after_the_commit_in_order(hub: Database) -> None:
    seen: list[object] = []
    with ThreadPoolExecutor(1) as elsewhere, hub.unit_of_work()():
        add(hub, "a")
        hub.on_commit(lambda: seen.append(elsewhere.submit(names, hub).result()))
        hub.on_commit(lambda: seen.append("second"))
        assert seen == []
    assert seen == [["a"], "second"]


def test_hooks_of_a_decision_run_and_those_of_a_refusal_do_not(hub: Database) -> None:
    seen: list[str] = []
    for error in (ReplaySeen(), Refused()):
        with pytest.raises(Refused), hub.unit_of_work()():
            hub.on_commit(lambda: seen.append("ran"))
            raise error
    assert seen == ["ran"]


def test_hooks_of_an_inner_refusal_are_dropped(hub: Database) -> None:
    seen: list[str] = []
    work = hub.unit_of_work()
    with work():
        with pytest.raises(Refused), work():
            hub.on_commit(lambda: seen.append("inner"))
            raise Refused
        hub.on_commit(lambda: seen.append("outer"))
    assert seen == ["outer"]


def test_a_hook_that_fails_does_not_make_the_commit_look_undone(hub: Database) -> None:
    def broken() -> None:
        raise KeyError("hook")

    with hub.unit_of_work()():
        add(hub, "a")
        hub.on_commit(broken)
    assert names(hub) == ["a"]


@pytest.mark.spec("RFC 6749 §4.1.2")
def test_of_fifty_who_redeem_one_row_at_once_exactly_one_wins(hub: Database) -> None:
    add(hub, "code")
    start = threading.Barrier(50)

    def try_once(_: int) -> int:
        start.wait()
        return redeem(hub, "code")

    with ThreadPoolExecutor(50) as crowd:
        assert sorted(crowd.map(try_once, range(50))) == [0] * 49 + [1]


@pytest.mark.spec("RFC 6749 §4.1.2")
def test_of_fifty_units_that_redeem_one_row_exactly_one_wins(hub: Database) -> None:
    add(hub, "code")
    work = hub.unit_of_work()

    def try_once(number: int) -> int:
        with work():
            won = redeem(hub, "code")
            if won:
                add(hub, f"token {number}")
        return won

    with ThreadPoolExecutor(50) as crowd:
        assert sum(crowd.map(try_once, range(50))) == 1
    assert len(names(hub)) == 2


def _write_and_die(url: str) -> None:
    hub = Database(url)
    with hub.unit_of_work()():
        add(hub, "lost")
        os.kill(os.getpid(), signal.SIGKILL)


def test_a_process_killed_before_commit_leaves_nothing(
    hub: Database, database_url: str
) -> None:
    child = multiprocessing.get_context("spawn").Process(
        target=_write_and_die, args=(database_url,)
    )
    child.start()
    child.join(30)
    assert child.exitcode == -signal.SIGKILL
    assert names(hub) == []
    add(hub, "next")
    assert names(hub) == ["next"]


def _write_in_a_fork(hub: Database) -> None:
    with hub.unit_of_work()():
        add(hub, "child")


def _write_at_once_in_a_fork(hub: Database) -> None:
    together = threading.Barrier(_AT_ONCE)

    def write(name: str) -> None:
        together.wait()
        with hub.unit_of_work()():
            add(hub, name)

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(write, map(str, range(_AT_ONCE))))


def test_threads_of_a_forked_child_may_come_first_at_once(hub: Database) -> None:
    for _ in range(8):
        child = multiprocessing.get_context("fork").Process(
            target=_write_at_once_in_a_fork, args=(hub,)
        )
        child.start()
        child.join(30)
        assert child.exitcode == 0
        assert len(names(hub)) == _AT_ONCE
        hub.write(delete(TICKET))


def test_a_forked_child_opens_its_own_connections(hub: Database) -> None:
    add(hub, "parent")
    child = multiprocessing.get_context("fork").Process(
        target=_write_in_a_fork, args=(hub,)
    )
    child.start()
    child.join(30)
    assert child.exitcode == 0
    add(hub, "parent again")
    assert names(hub) == ["child", "parent", "parent again"]


def test_whoever_waits_too_long_for_the_lock_is_told_so(database_url: str) -> None:
    hub = opened(Database(database_url, limits=Limits(wait=timedelta(milliseconds=200))))
    rival = Database(database_url)
    add(hub, "code")
    with rival.unit_of_work()():
        redeem(rival, "code")
        with pytest.raises(DatabaseUnavailable):
            redeem(hub, "code")
    assert redeem(hub, "code") == 0


def test_a_lock_by_name_lets_one_unit_in_at_a_time(hub: Database) -> None:
    inside: list[int] = []
    most = 0
    work = hub.unit_of_work()

    def enter(number: int) -> None:
        nonlocal most
        with work():
            hub.one_at_a_time("numbers")
            inside.append(number)
            most = max(most, len(inside))
            names(hub)
            inside.remove(number)

    with ThreadPoolExecutor(8) as crowd:
        list(crowd.map(enter, range(24)))
    assert most == 1


def test_a_lock_by_name_needs_a_unit_of_work(hub: Database) -> None:
    with pytest.raises(NoUnitOfWork):
        hub.one_at_a_time("numbers")
