"""What every `ClientStore` promises."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from idp.clients.adapters.recent import RecentClients
from idp.clients.domain import Client, ClientState
from idp.clients.errors import ClientExists, ClientMoved, ClientUnknown
from idp.clients.models import clients_client
from idp.clients.ports import ClientStore
from idp.clients.store import SqlClients
from kernel.clock import SetClock
from kernel.ids import ClientId
from kernel.infra.db import Database
from kernel.remembered import Remembered
from kernel.secret import Secret
from kernel.web import PageAsked
from tests.unit.idp.clients.fakes import (
    NOW,
    Memory,
    MemoryClients,
    a_registration,
    whole_body,
)
from tests.unit.kernel.proof.signers import signer


def everything_said() -> Client:
    """Return a client of whom every member is another than its default."""
    client = whole_body().client(ClientId("portal-51"), NOW)
    return replace(
        client,
        secret=Secret("s" * 43).digest(),
        sealed_secret=b"sealed",
        state=ClientState.SUSPENDED,
        resumes=ClientState.LIVE,
        version=7,
    )


def a_client(name: str = "portal-51") -> Client:
    client = a_registration().client(ClientId(name), NOW)
    return replace(client, secret=Secret("s" * 43).digest())


@pytest.fixture(
    params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ClientStore]:
    if request.param == "memory":
        yield MemoryClients(Memory())
        return
    url = f"sqlite:///{tmp_path}/clients.db"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
    db = Database(url)
    clients_client.drop(db.engine, checkfirst=True)
    clients_client.create(db.engine)
    yield SqlClients(db)
    db.close()


def test_what_is_kept_is_found_as_it_was(store: ClientStore) -> None:
    store.add(a_client())
    assert store.find(ClientId("portal-51")) == a_client()


def test_everything_that_is_known_of_one_is_kept(store: ClientStore) -> None:
    kept = everything_said()
    store.add(kept)
    assert store.find(kept.id) == kept


def test_keys_read_at_an_address_are_kept_beside_the_record(store: ClientStore) -> None:
    facet = replace(a_client().oidc, jwks_uri="https://portal.example/jwks")
    read = replace(facet, keys=signer(kid="k").keys)
    store.add(replace(a_client(), oidc=facet))
    store.replace(replace(a_client(), oidc=read, version=2), 1)
    assert store.find(ClientId("portal-51")).oidc == read


def test_who_is_not_there_is_unknown(store: ClientStore) -> None:
    with pytest.raises(ClientUnknown):
        store.find(ClientId("nobody"))


def test_an_identifier_is_kept_once(store: ClientStore) -> None:
    store.add(a_client())
    with pytest.raises(ClientExists):
        store.add(a_client())


def test_of_two_changes_of_one_version_one_returns(store: ClientStore) -> None:
    store.add(a_client())

    def change(number: int) -> int:
        try:
            store.replace(replace(a_client(), version=2, name_en=f"{number}"), 1)
        except ClientMoved:
            return 0
        return 1

    if isinstance(store, MemoryClients):
        assert [change(1), change(2)] == [1, 0]
        return
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(change, range(12))) == 1


def test_pages_follow_one_another_without_gap_or_repeat(store: ClientStore) -> None:
    names = [f"app-{number}" for number in range(5)]
    for name in reversed(names):
        store.add(a_client(name))
    first = store.page(PageAsked(limit=3))
    second = store.page(PageAsked(limit=3, after=first.last_key))
    assert [c.id for c in (*first.rows, *second.rows)] == names
    assert second.last_key is None


def test_memory_is_never_older_than_a_second() -> None:
    memory = Memory()
    records, clock = MemoryClients(memory), SetClock(NOW)
    recent = RecentClients(records, clock)
    records.add(a_client())
    assert recent.find(ClientId("portal-51")).version == 1
    records.replace(replace(a_client(), version=2), 1)
    clock.advance(timedelta(milliseconds=999))
    assert recent.find(ClientId("portal-51")).version == 1
    clock.advance(timedelta(milliseconds=1))
    assert recent.find(ClientId("portal-51")).version == 2


def test_a_record_that_is_the_same_stays_the_same_object(store: ClientStore) -> None:
    clock = SetClock(NOW)
    recent, said = RecentClients(store, clock), everything_said()
    store.add(said)
    seen = recent.find(said.id)
    clock.advance(timedelta(seconds=2))
    assert recent.find(said.id) is seen
    store.replace(replace(said, version=said.version + 1), said.version)
    clock.advance(timedelta(seconds=2))
    assert recent.find(said.id) is not seen


def test_what_is_remembered_is_asked_anew_where_the_clock_was_set_back() -> None:
    memory = Memory()
    records, clock = MemoryClients(memory), SetClock(NOW)
    recent = RecentClients(records, clock)
    records.add(a_client())
    assert recent.find(ClientId("portal-51")).version == 1
    records.replace(replace(a_client(), version=2), 1)
    clock.advance(timedelta(hours=-1))
    assert recent.find(ClientId("portal-51")).version == 2


def test_many_that_are_known_fill_no_memory_either() -> None:
    records = MemoryClients(Memory())
    recent = RecentClients(records, SetClock(NOW), Remembered(3))
    for number in range(10):
        one = replace(a_client(), id=ClientId(f"app-{number}"))
        records.add(one)
        assert recent.find(one.id) == one
    assert len(recent.kept) <= 3


def test_unknown_names_fill_no_memory() -> None:
    recent = RecentClients(MemoryClients(Memory()), SetClock(NOW))
    for number in range(20):
        with pytest.raises(ClientUnknown):
            recent.find(ClientId(f"guess-{number}"))
    assert recent.kept == {}
