"""What every store of key records promises: `trustroot.keys.ports.KeyStore`."""

from dataclasses import replace
from datetime import timedelta

import pytest

from kernel.infra.db import Database
from kernel.work import UnitOfWork
from tests.unit.trustroot.fakes import NOON, MemoryKeyStore, MemoryWork
from trustroot.keys.domain import Algorithm, KeyRecord, KeyState, Purpose, Reason
from trustroot.keys.ports import KeyStore
from trustroot.keys.store import SqlKeyStore


@pytest.fixture
def work() -> MemoryWork:
    return MemoryWork()


@pytest.fixture
def store(tables: Database | None, work: MemoryWork) -> KeyStore:
    return MemoryKeyStore(work) if tables is None else SqlKeyStore(tables)


@pytest.fixture
def unit_of_work(tables: Database | None, work: MemoryWork) -> UnitOfWork:
    return work if tables is None else tables.unit_of_work()


def a_record(kid: str, state: KeyState = KeyState.ACTIVE, age_s: int = 0) -> KeyRecord:
    made = NOON - timedelta(seconds=age_s)
    public = {"kty": "EC", "crv": "P-256", "x": "AA", "y": "BB", "kid": kid}
    return KeyRecord(
        kid=kid,
        purpose=Purpose.TOKENS,
        algorithm=Algorithm.ES256,
        state=state,
        public=public,
        made_at=made,
        changed_at=made,
    )


def test_a_record_comes_back_as_it_was_put(store: KeyStore) -> None:
    record = a_record("one")
    store.put(record)
    assert store.records() == (record,)


def test_a_symmetric_record_has_no_public_half(store: KeyStore) -> None:
    record = replace(
        a_record("one"), purpose=Purpose.SEAL, algorithm=Algorithm.SYMMETRIC, public=None
    )
    store.put(record)
    assert store.records() == (record,)


def test_records_come_oldest_first_without_the_destroyed(store: KeyStore) -> None:
    store.put(a_record("new"), a_record("old", age_s=60), a_record("gone", age_s=90))
    store.put(a_record("gone", KeyState.DESTROYED, age_s=90))
    assert [record.kid for record in store.records()] == ["old", "new"]


def test_a_second_put_changes_state_and_nothing_else(store: KeyStore) -> None:
    record = a_record("one", KeyState.NEXT)
    store.put(record)
    moved = replace(record, state=KeyState.ACTIVE, changed_at=NOON + timedelta(hours=1))
    store.put(moved)
    assert store.records() == (moved,)


def test_a_destroyed_key_is_still_found_by_name_and_purpose(store: KeyStore) -> None:
    gone = a_record("gone", KeyState.DESTROYED, age_s=90)
    store.put(a_record("new"), gone)
    assert store.find("gone") == gone
    assert store.find("nobody's") is None
    assert [record.kid for record in store.ever(Purpose.TOKENS)] == ["gone", "new"]
    assert store.ever(Purpose.ANCHOR) == ()


def test_name_history_and_distrust_come_back_as_they_were_put(store: KeyStore) -> None:
    record = replace(
        a_record("one", KeyState.DISTRUSTED, age_s=90),
        purpose=Purpose.REPRESENTED,
        name="pay",
        activated_at=NOON - timedelta(seconds=60),
    )
    store.put(record)
    after = replace(
        record, retired_at=NOON, revoked_at=NOON, reason=Reason.COMPROMISED, changed_at=NOON
    )
    store.put(after)
    assert store.find("one") == after


def test_the_generation_counts_every_put_by_one(store: KeyStore) -> None:
    assert store.generation() == 0
    store.put(a_record("one"), a_record("two"))
    assert store.generation() == 1
    store.put(a_record("three"))
    assert store.generation() == 2


def test_a_rolled_back_put_leaves_records_and_generation(
    store: KeyStore, unit_of_work: UnitOfWork
) -> None:
    def put_and_fail() -> None:
        with unit_of_work():
            store.one_at_a_time()
            store.put(a_record("one"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        put_and_fail()
    assert store.records() == ()
    assert store.generation() == 0
