"""A prepared statement says the same as one that is put together each time."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import (
    Boolean,
    Column,
    Integer,
    MetaData,
    String,
    Table,
    Uuid,
    bindparam,
    insert,
    select,
    update,
)

from kernel.infra.db import (
    BATCH,
    AlreadyStored,
    Database,
    DigestColumn,
    Gathering,
    Json,
    NotPreparable,
    Prepared,
    UtcInstant,
    delete_in_batches,
)
from kernel.secret import Digest, Secret

ROWS = Table(
    "prepared_rows",
    MetaData(),
    Column("id", Uuid, primary_key=True),
    Column("name", String(20), nullable=False, unique=True),
    Column("digest", DigestColumn),
    Column("at", UtcInstant),
    Column("said", Json),
    Column("good", Boolean),
    Column("uses", Integer),
)
ADD = Prepared(insert(ROWS))
BY_NAME = Prepared(select(ROWS).where(ROWS.c.name == bindparam("wanted")))
NAMES = Prepared(select(ROWS.c.name).order_by(ROWS.c.name))
USE = Prepared(
    update(ROWS)
    .where(ROWS.c.name == bindparam("wanted"), ROWS.c.at.is_(None))
    .values(at=bindparam("now"), uses=7)
)
USE_AND_TELL = Prepared(
    update(ROWS)
    .where(ROWS.c.name == bindparam("wanted"), ROWS.c.at.is_(None))
    .values(at=bindparam("now"), uses=7)
    .returning(ROWS.c.at, ROWS.c.uses)
)
NOW = datetime(2026, 11, 26, 8, 0, 0, 123_456, tzinfo=UTC)


@pytest.fixture
def store(database: Database) -> Iterator[Database]:
    ROWS.metadata.create_all(database.engine)
    yield database
    ROWS.metadata.drop_all(database.engine)


def row(name: str, **more: object) -> dict[str, object]:
    empty = dict.fromkeys(("digest", "at", "said", "good", "uses"))
    return {"id": uuid4(), "name": name, **empty, **more}


def test_every_type_comes_back_as_it_was_sent(store: Database) -> None:
    said = {"a": [1, None, "甲"]}
    digest = Secret("s").digest()
    sent = row("one", digest=digest, at=NOW, said=said, good=True, uses=3)
    assert store.write(ADD, sent) == 1
    found = store.read_one(BY_NAME, {"wanted": "one"})
    plain = store.read_one(select(ROWS).where(ROWS.c.name == "one"))
    assert found is not None
    assert plain is not None
    assert tuple(found) == tuple(plain)
    assert isinstance(found.id, UUID)
    assert isinstance(found.digest, Digest)
    assert (found.at, found.said, found.good, found.uses) == (NOW, said, True, 3)


def test_what_is_not_there_is_none_and_names_come_in_order(store: Database) -> None:
    for name in ("b", "a"):
        store.write(ADD, row(name))
    assert store.read_one(BY_NAME, {"wanted": "c"}) is None
    assert [each.name for each in store.read(NAMES)] == ["a", "b"]
    found = store.read_one(BY_NAME, {"wanted": "a"})
    assert found is not None
    assert (found.digest, found.at, found.said, found.good) == (None, None, None, None)


def test_it_belongs_to_the_open_unit_of_work(store: Database) -> None:
    seen = []

    def work() -> None:
        with store.unit_of_work()():
            store.write(ADD, row("undone"))
            seen.append(store.read_one(BY_NAME, {"wanted": "undone"}))
            raise LookupError

    with pytest.raises(LookupError):
        work()
    assert seen[0] is not None
    assert store.read_one(BY_NAME, {"wanted": "undone"}) is None


def test_a_conditional_update_counts_its_rows(store: Database) -> None:
    store.write(ADD, row("once"))
    asked = {"wanted": "once", "now": NOW}
    assert [store.write(USE, asked), store.write(USE, asked)] == [1, 0]
    found = store.read_one(BY_NAME, {"wanted": "once"})
    assert found is not None
    assert (found.at, found.uses) == (NOW, 7)


def test_what_it_returns_is_read_by_the_types_of_its_columns(store: Database) -> None:
    store.write(ADD, row("once"))
    (found,) = store.write_returning(USE_AND_TELL, {"wanted": "once", "now": NOW})
    assert (found.at, found.uses, len(found)) == (NOW, 7, 2)
    assert store.write_returning(USE_AND_TELL, {"wanted": "once", "now": NOW}) == []
    kept = store.read_one(BY_NAME, {"wanted": "once"})
    assert kept is not None
    assert kept.uses == 7


def test_a_taken_value_is_told_as_ever(store: Database) -> None:
    store.write(ADD, row("taken"))
    with pytest.raises(AlreadyStored):
        store.write(ADD, row("taken"))


def test_it_is_counted_like_any_other(store: Database) -> None:
    with store.counting() as count:
        store.read_one(BY_NAME, {"wanted": "x"})
    assert len(count) == 1


def test_a_value_that_is_not_given_is_our_mistake(store: Database) -> None:
    with pytest.raises(KeyError):
        store.read_one(BY_NAME, {})
    with pytest.raises(TypeError, match="Digest"):
        store.write(ADD, row("plain", digest=b"x" * 32))
    with pytest.raises(ValueError, match="naive"):
        store.write(ADD, row("naive", at=NOW.replace(tzinfo=None)))


def test_a_list_of_values_is_no_prepared_statement(store: Database) -> None:
    of_many = Prepared(
        select(ROWS).where(ROWS.c.name.in_(bindparam("names", expanding=True)))
    )
    with pytest.raises(NotPreparable):
        store.read(of_many, {"names": ["a"]})
    with pytest.raises(NotPreparable):
        store.write(ADD, [row("a"), row("b")])


def test_what_is_over_goes_a_batch_at_a_time_and_nothing_else(store: Database) -> None:
    old = [(uuid4(), f"o{at}", NOW) for at in range(2 * BATCH + 1)]
    new = [(uuid4(), f"n{at}", NOW + timedelta(days=1)) for at in range(3)]
    store.batch_insert(ROWS, ("id", "name", "at"))([*old, *new])
    with store.counting() as count:
        gone = delete_in_batches(store, ROWS, ROWS.c.id, ROWS.c.at <= NOW)
    assert (gone, len(count)) == (2 * BATCH + 1, 3)
    assert [each.name for each in store.read(NAMES)] == ["n0", "n1", "n2"]


def test_a_batch_that_answers_for_others_than_asked_leaves_nobody_waiting() -> None:
    too_few: Gathering[int, int] = Gathering(lambda _batch: [])
    with pytest.raises(ValueError, match="shorter"):
        too_few(1)
    with pytest.raises(ValueError, match="shorter"):
        too_few(2)
