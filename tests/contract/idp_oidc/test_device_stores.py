"""What the issuer promises of devices, typed codes, and tokens that were taken back."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from idp.oidc.domain.devices import DeviceRequest
from idp.oidc.store import SqlAccess, SqlDevices, SqlGuesses
from kernel.ids import ClientId, InteractionId
from kernel.infra.db import BATCH, AlreadyStored, Database, create_all
from kernel.secret import Secret

NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)
A_SECOND, WINDOW = timedelta(seconds=1), timedelta(minutes=10)
FIRST, SECOND = InteractionId(UUID(int=1)), InteractionId(UUID(int=2))
REQUEST = DeviceRequest(
    code=Secret("d" * 43).digest(),
    user_code="BCDFGHJK",
    client=ClientId("kiosk-1"),
    parameters={"scope": "openid"},
    started_at=NOW,
    expires_at=NOW + WINDOW,
)
NAME = Secret("somewhere").digest()


def winners(act: Callable[[int], bool]) -> int:
    with ThreadPoolExecutor(16) as pool:
        return sum(pool.map(act, range(200)))


@pytest.fixture
def db(database: Database) -> Database:
    create_all(database)
    return database


def test_a_devices_request_is_found_by_each_of_its_names(db: Database) -> None:
    devices = SqlDevices(db)
    assert devices.add(REQUEST)
    assert devices.by_code(REQUEST.code) == REQUEST
    assert devices.by_user_code("BCDFGHJK") == REQUEST
    assert devices.by_interaction(FIRST) is None
    assert devices.take_up(REQUEST.code, FIRST)
    assert devices.by_interaction(FIRST) == replace(REQUEST, interaction=FIRST)


@pytest.mark.spec("RFC 8628 §6.1")
def test_no_two_requests_wait_under_one_user_code(db: Database) -> None:
    devices = SqlDevices(db)
    assert devices.add(REQUEST)
    other = replace(REQUEST, code=NAME)
    assert not devices.add(other)
    assert devices.by_code(NAME) is None
    with db.unit_of_work()():
        assert not devices.add(other)
        assert devices.add(replace(other, user_code="ZXWVTSRQ"))
    assert devices.by_code(NAME) is not None


def test_of_200_parallel_answers_exactly_one_counts(db: Database) -> None:
    devices = SqlDevices(db)
    devices.add(REQUEST)
    devices.take_up(REQUEST.code, FIRST)
    assert winners(lambda _: devices.settle(REQUEST.code, FIRST, NOW)) == 1


def test_only_who_took_it_up_last_may_answer(db: Database) -> None:
    devices = SqlDevices(db)
    devices.add(REQUEST)
    devices.take_up(REQUEST.code, FIRST)
    assert devices.take_up(REQUEST.code, SECOND)
    assert not devices.settle(REQUEST.code, FIRST, NOW)
    assert devices.settle(REQUEST.code, SECOND, NOW)
    assert not devices.take_up(REQUEST.code, FIRST)


def test_a_poll_is_noted_with_its_interval(db: Database) -> None:
    devices = SqlDevices(db)
    devices.add(REQUEST)
    devices.polled(REQUEST.code, NOW, timedelta(seconds=10))
    found = devices.by_code(REQUEST.code)
    assert found is not None
    assert (found.polled_at, found.interval) == (NOW, timedelta(seconds=10))


def test_of_200_guesses_at_once_each_has_another_count(db: Database) -> None:
    guesses = SqlGuesses(db)
    with ThreadPoolExecutor(16) as pool:
        counts = list(pool.map(lambda _: guesses.add(NAME, NOW, NOW - WINDOW), range(200)))
    assert sorted(counts) == list(range(1, 201))


def test_a_window_begins_anew_when_it_is_over(db: Database) -> None:
    guesses, later = SqlGuesses(db), NOW + WINDOW
    assert guesses.add(NAME, NOW, NOW - WINDOW) == 1
    assert guesses.add(NAME, later - A_SECOND, later - A_SECOND - WINDOW) == 2
    guesses.give_back(NAME)
    assert guesses.add(NAME, later - A_SECOND, later - A_SECOND - WINDOW) == 2
    assert guesses.add(NAME, later, later - WINDOW) == 1
    assert guesses.forget_before(later) == 0
    assert guesses.forget_before(later + A_SECOND) == 1


def test_an_opaque_token_stands_for_what_was_kept(db: Database) -> None:
    kept = SqlAccess(db)
    kept.keep(NAME, "head.claims", NOW)
    assert kept.said(NAME) == "head.claims"
    assert kept.said(REQUEST.code) is None
    with pytest.raises(AlreadyStored):
        kept.keep(NAME, "other.claims", NOW)


@pytest.mark.spec("RFC 7009 §2.2")
def test_a_token_is_taken_back_once_and_until_its_end(db: Database) -> None:
    kept = SqlAccess(db)
    assert not kept.is_denied(NAME)
    assert winners(lambda _: kept.deny(NAME, NOW)) == 1
    assert kept.is_denied(NAME)
    assert kept.forget_before(NOW) == 0
    assert kept.forget_before(NOW + A_SECOND) == 1
    assert not kept.is_denied(NAME)


def test_more_than_a_batch_is_forgotten_too(db: Database) -> None:
    kept = SqlAccess(db)
    with db.unit_of_work()():
        for number in range(BATCH + 5):
            kept.keep(Secret(f"t{number}").digest(), "x.y", NOW)
    kept.keep(NAME, "x.y", NOW + A_SECOND)
    with db.counting() as count:
        assert kept.forget_before(NOW + A_SECOND) == BATCH + 5
    assert sum("oidc_access" in sql for sql in count.statements) == 2
    assert kept.said(NAME) is not None
