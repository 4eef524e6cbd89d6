"""What the store of user bases promises, on every engine."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256
from uuid import UUID

import pytest

from idp.people.domain import Batch, BatchState, ImportId, RowKept, RowState
from idp.people.errors import ImportNotOpen, ImportUnknown, RowSettled
from idp.people.ports import ImportStore
from idp.people.store.imports import SqlImports
from kernel.assurance import Level
from kernel.ids import PersonId
from kernel.infra.db import Database, create_all
from kernel.proof.seal import Purpose, Sealer
from kernel.secret import Digest
from tests.unit.idp.people.fakes import NOW, Around

ID = ImportId(UUID(int=1))


@pytest.fixture
def store(database: Database) -> ImportStore:
    create_all(database)
    around = Around()
    return SqlImports(database, Sealer(around.keys, around.entropy, Purpose.SEAL))


def a_batch() -> Batch:
    return Batch(
        id=ID,
        source="旧系统",
        basis="协议",
        proofing="",
        ceiling=Level(1),
        state=BatchState.OPEN,
        opened_by=PersonId(UUID(int=2)),
        opened_at=NOW,
    )


def a_row(number: int, state: RowState = RowState.ACCEPTED) -> RowKept:
    digest = Digest(sha256(str(number).encode()).digest())
    return RowKept(key=f"u{number}", number=number, state=state, digest=digest)


def test_a_batch_is_found_as_it_was(store: ImportStore) -> None:
    store.add(a_batch())
    assert store.find(ID) == a_batch()
    with pytest.raises(ImportUnknown):
        store.find(ImportId(UUID(int=9)))


def test_of_many_who_move_a_batch_one_does(store: ImportStore) -> None:
    store.add(a_batch())
    moved = replace(a_batch(), state=BatchState.COMMITTING)

    def move(_: int) -> bool:
        try:
            store.move(moved, BatchState.OPEN)
        except ImportNotOpen:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(move, range(8))) == 1
    assert store.find(ID) == moved


def test_a_row_takes_the_place_of_one_with_its_key(store: ImportStore) -> None:
    store.add(a_batch())
    assert store.next_number(ID) == 1
    store.put_row(ID, a_row(1, RowState.REJECTED), b"first")
    store.put_row(ID, a_row(1), b"second")
    assert store.content(ID, "u1") == b"second"
    assert store.row(ID, "u1") == a_row(1)
    assert store.row(ID, "u2") is None
    assert store.next_number(ID) == 2
    assert store.counts(ID) == {RowState.ACCEPTED: 1}


def test_rows_come_in_the_order_of_the_source(store: ImportStore) -> None:
    store.add(a_batch())
    for number in (3, 1, 2):
        store.put_row(ID, a_row(number), b"{}")
    store.put_row(ID, a_row(4, RowState.REJECTED), b"{}")
    assert [row.number for row in store.rows(ID, None, 1, 2)] == [2, 3]
    assert [row.number for row in store.rows(ID, RowState.ACCEPTED, 0, 9)] == [1, 2, 3]


def test_what_came_is_forgotten_once_a_row_is_settled(store: ImportStore) -> None:
    store.add(a_batch())
    store.put_row(ID, a_row(1), b"{}")
    store.set_row(ID, a_row(1, RowState.KEPT))
    with pytest.raises(ImportUnknown):
        store.content(ID, "u1")
    assert store.counts(ID) == {RowState.KEPT: 1}


def test_of_many_who_settle_a_row_one_does(store: ImportStore) -> None:
    store.add(a_batch())
    store.put_row(ID, a_row(1), b"{}")

    def settle(_: int) -> bool:
        try:
            store.settle_row(ID, a_row(1, RowState.ENTERED), RowState.ACCEPTED)
        except RowSettled:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(settle, range(8))) == 1
    assert store.counts(ID) == {RowState.ENTERED: 1}
