"""What the `RegistrationStore` promises, on both engines."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from idp.clients.domain import Registered, Registration
from idp.clients.store import SqlRegistrations
from kernel.ids import EntityId
from kernel.infra.db import Database, create_all
from kernel.secret import Secret

NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)
RP = EntityId(f"https://rp.example/{'a' * 236}")
HELD = Registered(
    entity=RP,
    registration=Registration.EXPLICIT,
    chain=("a.b.c", "d.e.f"),
    secret=Secret("s" * 43).digest(),
    registered_at=NOW,
    expires_at=NOW + timedelta(minutes=10),
)


@pytest.fixture
def store(database: Database) -> SqlRegistrations:
    create_all(database)
    return SqlRegistrations(database)


def test_what_is_kept_is_found_as_it_was(store: SqlRegistrations) -> None:
    store.put(HELD)
    assert store.find(RP) == HELD
    assert store.find(EntityId("https://other.example")) is None


@pytest.mark.spec("OpenID Federation 1.0 §12.2.2")
def test_a_later_registration_takes_the_place_of_an_earlier_one(
    store: SqlRegistrations,
) -> None:
    store.put(HELD)
    later = replace(HELD, registration=Registration.AUTOMATIC, chain=("x",), secret=None)
    store.put(later)
    assert store.find(RP) == later


def test_of_many_at_the_same_time_one_stays_whole(store: SqlRegistrations) -> None:
    def put(number: int) -> Registered:
        one = replace(HELD, chain=(f"chain-{number}",), secret=Secret(f"{number}").digest())
        store.put(one)
        return one

    with ThreadPoolExecutor(8) as pool:
        kept = list(pool.map(put, range(40)))
    assert store.find(RP) in kept


def test_what_has_ended_is_forgotten(store: SqlRegistrations) -> None:
    store.put(HELD)
    assert store.forget_before(HELD.expires_at) == 0
    assert store.forget_before(HELD.expires_at + timedelta(seconds=1)) == 1
    assert store.find(RP) is None
