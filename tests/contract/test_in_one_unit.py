"""The promises of `kernel.work.InOneUnit`, on SQLite and on PostgreSQL."""

# ruff: noqa: PT012  what a unit of work writes and how it is left stand in one block

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from contextvars import ContextVar, copy_context
from functools import partial
from typing import TypeVar

import pytest

from kernel.errors import Decision, Refused
from kernel.infra.db import AlreadyStored, Database
from kernel.infra.db.rounds import MOST_TOGETHER
from tests.contract.tickets import add, names, opened

T = TypeVar("T")
WAIT_S = 10.0
who: ContextVar[str] = ContextVar("who", default="nobody")


class ReplaySeen(Decision):
    """A decision, for the tests."""


@pytest.fixture
def hub(database: Database) -> Database:
    return opened(database)


def adding(hub: Database, name: str, error: BaseException | None = None) -> str:
    add(hub, name)
    if error is not None:
        raise error
    return name.upper()


def gathered(hub: Database, *asks: Callable[[], T]) -> list[Future[T]]:
    """Ask while another unit is open, so that one caller finds all of them waiting."""
    inside, leave = threading.Event(), threading.Event()

    def first() -> str:
        said = adding(hub, "first")
        inside.set()
        leave.wait(WAIT_S)
        return said

    with ThreadPoolExecutor(len(asks) + 1) as pool:
        leading = pool.submit(hub.in_one_unit(), first)
        assert inside.wait(WAIT_S)
        others = []
        for number, ask in enumerate(asks):
            others.append(pool.submit(ask))
            _until_waiting(hub, number + 1)
        leave.set()
    assert leading.result() == "FIRST"
    return others


def _until_waiting(hub: Database, number: int) -> None:
    ends = time.monotonic() + WAIT_S
    units = hub._connections._here().units  # noqa: SLF001  how many have gathered
    while hub.is_sqlite and units.waiting < number:
        assert time.monotonic() < ends
        time.sleep(0.001)


def test_what_is_done_is_returned_and_durable(hub: Database) -> None:
    assert hub.in_one_unit()(lambda: adding(hub, "a")) == "A"
    assert names(hub) == ["a"]


def test_a_decision_commits_and_passes_on(hub: Database) -> None:
    with pytest.raises(ReplaySeen):
        hub.in_one_unit()(lambda: adding(hub, "a", ReplaySeen()))
    assert names(hub) == ["a"]


@pytest.mark.parametrize("error", [Refused("no"), KeyError("bug"), KeyboardInterrupt()])
def test_any_other_error_rolls_back_and_passes_on(hub: Database, error: Exception) -> None:
    with pytest.raises(type(error)):
        hub.in_one_unit()(lambda: adding(hub, "a", error))
    assert names(hub) == []


def test_one_inside_a_unit_of_work_joins_it(hub: Database) -> None:
    with pytest.raises(Refused), hub.unit_of_work()():
        assert hub.in_one_unit()(lambda: adding(hub, "inner")) == "INNER"
        raise Refused
    assert names(hub) == []


def test_a_unit_of_work_inside_one_joins_it(hub: Database) -> None:
    def act() -> None:
        with hub.unit_of_work()():
            add(hub, "inner")
        raise Refused

    with pytest.raises(Refused):
        hub.in_one_unit()(act)
    assert names(hub) == []


def test_each_of_many_has_an_outcome_of_its_own(hub: Database) -> None:
    do = hub.in_one_unit()
    a, refused, twice, seen, b = gathered(
        hub,
        lambda: do(lambda: adding(hub, "a")),
        lambda: do(lambda: adding(hub, "b", Refused("no"))),
        lambda: do(lambda: adding(hub, "first")),
        lambda: do(lambda: adding(hub, "c", ReplaySeen())),
        lambda: do(lambda: adding(hub, "b")),
    )
    assert (a.result(), b.result()) == ("A", "B")
    for failed, kind in ((refused, Refused), (twice, AlreadyStored), (seen, ReplaySeen)):
        assert isinstance(failed.exception(), kind)
    assert names(hub) == ["a", "b", "c", "first"]


@pytest.mark.parametrize("beyond", [0, 1])
def test_so_many_who_wait_anyway_share_a_commit_on_sqlite(
    hub: Database, beyond: int
) -> None:
    many = [f"n{number}" for number in range(MOST_TOGETHER + beyond)]
    do = hub.in_one_unit()
    with hub.counting() as seen:
        done = gathered(hub, *(partial(do, partial(adding, hub, name)) for name in many))
    assert [each.result() for each in done] == [name.upper() for name in many]
    assert seen.commits == (2 + beyond if hub.is_sqlite else len(many) + 1)


def test_a_lone_one_pays_for_no_savepoint(hub: Database) -> None:
    with hub.counting() as seen:
        hub.in_one_unit()(lambda: adding(hub, "a"))
    assert len(seen.frame) == 2
    assert seen.commits == 1


@pytest.mark.parametrize("at_once", [1, 8])
def test_what_follows_one_may_be_another(hub: Database, at_once: int) -> None:
    """Whoever leads does not lead any more when it does what is to follow."""
    do = hub.in_one_unit()

    def act(name: str) -> None:
        hub.on_commit(lambda: do(partial(add, hub, f"after {name}")))
        add(hub, name)

    threads = [
        threading.Thread(target=do, args=(partial(act, f"n{number}"),), daemon=True)
        for number in range(at_once)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT_S)
    assert len(names(hub)) == 2 * at_once


def test_it_is_done_in_the_context_of_whoever_asked(hub: Database) -> None:
    def asked(name: str) -> str:
        who.set(name)
        return hub.in_one_unit()(lambda: adding(hub, who.get()))

    said = gathered(
        hub, *(partial(copy_context().run, asked, name) for name in ("ann", "bob"))
    )
    assert [each.result() for each in said] == ["ANN", "BOB"]


def test_what_follows_a_commit_is_done_by_the_thread_that_asked(hub: Database) -> None:
    told: dict[str, int] = {}

    def act(name: str, error: Refused | None) -> str:
        hub.on_commit(lambda: told.update({name: threading.get_ident()}))
        return adding(hub, name, error)

    def asked(name: str, error: Refused | None = None) -> int:
        with suppress(Refused):
            hub.in_one_unit()(partial(act, name, error))
        return threading.get_ident()

    refused = partial(asked, "b", Refused("no"))
    a, _, c = gathered(hub, partial(asked, "a"), refused, partial(asked, "c"))
    assert told == {"a": a.result(), "c": c.result()}
