"""Of all who insert a row, one is told that it did: on SQLite and on PostgreSQL."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import pytest

from kernel.infra.db import Database, GroupedInsert
from tests.contract.tickets import TICKET, add, names, opened

WAIT_S: Final = 10.0


@pytest.fixture
def hub(database: Database) -> Database:
    return opened(database)


def inserting(hub: Database) -> GroupedInsert:
    return GroupedInsert(hub, TICKET, ("name",), by="name")


def at_once(insert: GroupedInsert, *asked: str) -> list[bool]:
    """Ask for the others while the first is at work, so that they are one batch."""
    gathering, working = insert._gathering, threading.Event()  # noqa: SLF001  the test looks inside
    act = gathering._act  # noqa: SLF001  the test looks inside

    def gathered(batch: Sequence[tuple[object, ...]]) -> Sequence[bool]:
        working.set()
        ends = time.monotonic() + WAIT_S
        while len(batch) == 1 and gathering.waiting < len(asked) - 1:
            assert time.monotonic() < ends
            time.sleep(0.001)
        return act(batch)

    gathering._act = gathered  # noqa: SLF001  the test looks inside
    with ThreadPoolExecutor(len(asked)) as pool:
        first = pool.submit(insert, asked[0])
        assert working.wait(WAIT_S)
        others = [pool.submit(insert, name) for name in asked[1:]]
    return [first.result(), *(each.result() for each in others)]


def test_one_alone_is_told_whether_it_was_the_first(hub: Database) -> None:
    insert = inserting(hub)
    assert [insert("a"), insert("a"), insert("b")] == [True, False, True]
    assert names(hub) == ["a", "b"]


def test_of_all_who_ask_at_once_one_is_told_that_it_was_the_first(hub: Database) -> None:
    insert, asked = inserting(hub), [f"n{at % 25:02}" for at in range(200)]
    with ThreadPoolExecutor(16) as pool:
        told = list(pool.map(insert, asked))
    assert sum(told) == 25
    assert names(hub) == sorted(set(asked))


def test_rows_that_are_all_new_take_one_statement_and_one_commit(hub: Database) -> None:
    with hub.counting() as seen:
        assert at_once(inserting(hub), "e", "d", "c", "b", "a") == [True] * 5
    assert (len(seen), seen.commits) == (2, 1)
    assert names(hub) == ["a", "b", "c", "d", "e"]


def test_among_rows_some_of_which_are_there_each_is_told_its_own(hub: Database) -> None:
    add(hub, "there")
    told = at_once(inserting(hub), "a", "there", "b", "there", "c")
    assert told == [True, False, True, False, True]
    assert names(hub) == ["a", "b", "c", "there"]


def test_of_two_equal_ones_in_one_batch_one_is_the_first(hub: Database) -> None:
    _, *twice, other = at_once(inserting(hub), "a", "c", "c", "b")
    assert sorted(twice) == [False, True]
    assert other
    assert names(hub) == ["a", "b", "c"]


def test_inside_a_unit_of_work_it_joins_that(hub: Database) -> None:
    insert = inserting(hub)

    def work() -> None:
        with hub.unit_of_work()():
            assert insert("undone")
            raise LookupError

    with pytest.raises(LookupError):
        work()
    assert names(hub) == []
