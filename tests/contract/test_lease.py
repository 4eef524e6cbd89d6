"""The promises of `kernel.infra.lease.SqlLeases`, on both engines."""

# ruff: noqa: PT012  what a unit of work writes and how it is left stand in one block

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from kernel.clock import SetClock
from kernel.infra.db import Database, create_all
from kernel.infra.lease import Lease, LeaseLost, SqlLeases

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
TTL = timedelta(seconds=10)


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOW)


@pytest.fixture
def leases(database: Database, clock: SetClock) -> SqlLeases:
    create_all(database)
    return SqlLeases(database, clock)


def taken(leases: SqlLeases, holder: str = "one") -> Lease:
    lease = leases.acquire("sequencer", holder, TTL)
    assert lease is not None
    return lease


def test_whoever_comes_first_leads_and_the_next_does_not(leases: SqlLeases) -> None:
    lease = taken(leases)
    assert lease == Lease(name="sequencer", holder="one", fence=1, expires_at=NOW + TTL)
    assert leases.acquire("sequencer", "two", TTL) is None
    assert leases.acquire("sequencer", "one", TTL) is None
    assert leases.acquire("publisher", "two", TTL) is not None


def test_a_lease_that_ran_out_goes_to_another_under_a_higher_number(
    leases: SqlLeases, clock: SetClock
) -> None:
    old = taken(leases)
    clock.advance(TTL)
    new = taken(leases, "two")
    assert new.fence > old.fence
    with pytest.raises(LeaseLost):
        leases.renew(old, TTL)
    with pytest.raises(LeaseLost):
        leases.confirm(old)
    leases.confirm(new)


def test_a_lease_can_be_renewed_until_it_runs_out(
    leases: SqlLeases, clock: SetClock
) -> None:
    lease = taken(leases)
    clock.advance(TTL - timedelta(microseconds=1))
    lease = leases.renew(lease, TTL)
    assert (lease.fence, lease.expires_at) == (1, clock() + TTL)
    assert leases.acquire("sequencer", "two", TTL) is None
    clock.advance(TTL)
    with pytest.raises(LeaseLost):
        leases.renew(lease, TTL)


def test_a_released_lease_can_be_taken_at_once_under_a_higher_number(
    leases: SqlLeases,
) -> None:
    old = taken(leases)
    leases.release(old)
    with pytest.raises(LeaseLost):
        leases.renew(old, TTL)
    assert taken(leases, "two").fence == 2


def test_releasing_a_lost_lease_does_not_touch_the_new_one(
    leases: SqlLeases, clock: SetClock
) -> None:
    old = taken(leases)
    clock.advance(TTL)
    new = taken(leases, "two")
    leases.release(old)
    leases.confirm(new)


def test_work_of_a_leader_of_yesterday_is_rolled_back(
    leases: SqlLeases, database: Database, clock: SetClock
) -> None:
    old = taken(leases)
    clock.advance(TTL)
    taken(leases, "two")
    with pytest.raises(LeaseLost), database.unit_of_work()():
        leases.acquire("written by yesterday's leader", "one", TTL)
        leases.confirm(old)
    assert leases.acquire("written by yesterday's leader", "one", TTL) is not None


def test_of_many_who_want_to_lead_exactly_one_does(leases: SqlLeases) -> None:
    start = threading.Barrier(20)

    def apply(number: int) -> Lease | None:
        start.wait()
        return leases.acquire("sequencer", f"{number}", TTL)

    with ThreadPoolExecutor(20) as crowd:
        elected = [lease for lease in crowd.map(apply, range(20)) if lease]
    assert [lease.fence for lease in elected] == [1]
