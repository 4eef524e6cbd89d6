"""The promises of `kernel.infra.db.Database` about values, statements and failures."""

# ruff: noqa: PT012  what a unit of work writes and how it is left stand in one block

import os
import signal
import sqlite3
import threading
import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, exc, insert, select, text, update
from sqlalchemy.dialects import sqlite

from kernel.infra.db import (
    AlreadyStored,
    Database,
    DatabaseUnavailable,
    Limits,
    UtcInstant,
    create_all,
    upsert,
)
from kernel.secret import Secret
from tests.contract.tickets import NOW, TICKET, add, count, digest, names, opened

on_postgres = pytest.mark.parametrize(
    "database_url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)


@pytest.fixture
def hub(database: Database) -> Database:
    return opened(database)


@pytest.mark.parametrize(
    "instant",
    [
        NOW,
        datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(2026, 11, 2, 17, 30, tzinfo=timezone(timedelta(hours=8))),
    ],
)
def test_an_instant_comes_back_equal_and_in_utc(hub: Database, instant: datetime) -> None:
    add(hub, "a", used_at=instant)
    row = hub.read_one(select(TICKET.c.used_at))
    assert row is not None
    assert row.used_at == instant
    assert row.used_at.tzinfo is UTC


def test_instants_compare_as_instants(hub: Database) -> None:
    for minutes in (-1, 0, 1):
        add(hub, f"{minutes}", used_at=NOW + timedelta(minutes=minutes))
    late = hub.read(select(TICKET.c.name).where(TICKET.c.used_at > NOW))
    assert [row.name for row in late] == ["1"]


def test_a_naive_instant_is_refused_and_nothing_is_stored(hub: Database) -> None:
    with pytest.raises(exc.StatementError, match="naive"):
        add(hub, "a", used_at=datetime(2026, 11, 2))  # noqa: DTZ001  the fault under test
    assert names(hub) == []


def test_a_digest_and_sealed_bytes_come_back_equal(hub: Database) -> None:
    add(hub, "a", secret=digest("s"), sealed=b"\x00\xff sealed")
    row = hub.read_one(select(TICKET.c.secret, TICKET.c.sealed))
    assert row is not None
    assert Secret("s").matches(row.secret)
    assert row.sealed == b"\x00\xff sealed"


@pytest.mark.parametrize(
    "values", [{"secret": "plain"}, {"secret": b"32"}, {"sealed": "name"}]
)
def test_what_is_neither_digest_nor_sealed_is_refused(
    hub: Database, values: dict[str, object]
) -> None:
    with pytest.raises(exc.StatementError, match="stored here"):
        add(hub, "a", **values)
    assert names(hub) == []


@pytest.mark.parametrize(
    "claims", [{"name": "张三", "n": [1, True, None, "x"]}, [], "text", 7, False, None]
)
def test_a_json_value_comes_back_equal(hub: Database, claims: object) -> None:
    add(hub, "a", claims=claims)
    row = hub.read_one(select(TICKET.c.claims))
    assert row is not None
    assert row.claims == claims


def test_an_upsert_inserts_updates_and_leaves_alone(hub: Database) -> None:
    row = upsert(TICKET).values(name="a", uses=1)
    counted = row.on_conflict_do_update(
        index_elements=["name"],
        set_={"uses": TICKET.c.uses + row.excluded.uses},
        where=TICKET.c.uses < 2,
    )
    assert [hub.write(counted) for _ in range(3)] == [1, 1, 0]
    assert hub.write(row.on_conflict_do_nothing(index_elements=["name"])) == 0
    assert hub.read(select(TICKET.c.uses)) == [(2,)]


def test_a_write_says_how_many_rows_it_touched(hub: Database) -> None:
    add(hub, "a")
    add(hub, "b")
    assert hub.write(update(TICKET).values(uses=1)) == 2
    assert hub.write(delete(TICKET).where(TICKET.c.name == "nobody")) == 0


def test_a_write_can_return_its_rows(hub: Database) -> None:
    add(hub, "a")
    used = update(TICKET).values(uses=5).returning(TICKET.c.name, TICKET.c.uses)
    assert hub.write_returning(used) == [("a", 5)]


def test_many_rows_are_written_all_or_none(hub: Database) -> None:
    assert hub.write(insert(TICKET), [{"name": "a"}, {"name": "b"}]) == 2
    assert hub.write(insert(TICKET), []) == 0
    with pytest.raises(AlreadyStored):
        hub.write(insert(TICKET), [{"name": "c"}, {"name": "a"}])
    assert names(hub) == ["a", "b"]


def test_a_unique_value_that_is_there_is_told_from_other_faults(hub: Database) -> None:
    add(hub, "a", secret=digest("s"))
    with pytest.raises(AlreadyStored):
        add(hub, "a")
    with pytest.raises(AlreadyStored):
        add(hub, "b", secret=digest("s"))
    with pytest.raises(exc.IntegrityError):
        hub.write(insert(TICKET).values(name="c", uses=None))


def test_a_hot_statement_reads_and_writes(hub: Database) -> None:
    find = hub.hot(
        sqlite="SELECT name, used_at FROM ticket WHERE name = ?",
        postgres="SELECT name, used_at FROM ticket WHERE name = %s",
    )
    use = hub.hot(
        sqlite="UPDATE ticket SET used_at = ? WHERE name = ? AND used_at IS NULL",
        postgres="UPDATE ticket SET used_at = %s WHERE name = %s AND used_at IS NULL",
    )
    add(hub, "a")
    assert find.one("a") == ("a", None)
    assert find.rows("nobody") == []
    assert [use.run(hub.instant(NOW), "a") for _ in range(2)] == [1, 0]
    row = find.one("a")
    assert row is not None
    assert hub.from_instant(row[1]) == NOW


def test_a_hot_statement_belongs_to_the_open_unit_of_work(hub: Database) -> None:
    put = hub.hot(
        sqlite="INSERT INTO ticket (name) VALUES (?) RETURNING name",
        postgres="INSERT INTO ticket (name) VALUES (%s) RETURNING name",
    )
    work = hub.unit_of_work()
    with pytest.raises(KeyError), work():
        with pytest.raises(KeyError), work():
            assert put.returning("inner") == [("inner",)]
            raise KeyError
        assert names(hub) == []
        assert put.returning("outer") == [("outer",)]
        raise KeyError
    assert names(hub) == []
    assert put.returning("alone") == [("alone",)]
    with pytest.raises(AlreadyStored):
        put.returning("alone")


def test_a_batch_keeps_every_type_and_is_all_or_none(hub: Database) -> None:
    put = hub.batch_insert(
        TICKET, ("name", "used_at", "secret", "sealed", "claims", "uses")
    )
    rows = [
        ("a", NOW, digest("a"), b"s", {"k": [1]}, 1),
        ("b", None, None, None, None, 70000),
    ]
    assert put(rows) == 2
    assert put([]) == 0
    columns = (TICKET.c.name, TICKET.c.used_at, TICKET.c.secret, TICKET.c.sealed)
    stored = hub.read(select(*columns, TICKET.c.claims, TICKET.c.uses).order_by("name"))
    assert [tuple(row) for row in stored] == rows
    with pytest.raises(AlreadyStored):
        put([("c", None, None, None, None, 0), ("a", None, None, None, None, 0)])
    assert names(hub) == ["a", "b"]


@on_postgres
def test_a_batch_refuses_a_text_that_is_too_long_rather_than_cut_it(hub: Database) -> None:
    with pytest.raises(psycopg.errors.StringDataRightTruncation):
        hub.batch_insert(TICKET, ("name",))([("x" * 65,)])
    assert names(hub) == []


def test_a_batch_belongs_to_the_open_unit_of_work(hub: Database) -> None:
    put = hub.batch_insert(TICKET, ("name",))
    with pytest.raises(KeyError), hub.unit_of_work()():
        put([("a",), ("b",)])
        assert count(hub) == 2
        raise KeyError
    assert count(hub) == 0


def test_counting_sees_every_statement_and_the_commits_apart(hub: Database) -> None:
    hot = hub.hot(sqlite="SELECT 1", postgres="SELECT 1")
    with hub.counting() as seen:
        names(hub)
        with hub.unit_of_work()():
            add(hub, "a")
            hot.one()
    names(hub)
    assert len(seen) == 3
    assert seen.commits == 1


def test_create_all_makes_the_tables_of_the_rooms(database: Database) -> None:
    create_all(database)
    create_all(database)
    database.ping()


def test_a_url_of_another_engine_is_refused() -> None:
    for url in ("sqlite://", "sqlite:///:memory:", "mysql://localhost/hub"):
        with pytest.raises(ValueError, match="sqlite:///path"):
            Database(url)


@given(st.datetimes(timezones=st.just(UTC)))
def test_microseconds_since_1970_lose_nothing(instant: datetime) -> None:
    stored = UtcInstant().process_bind_param(instant, sqlite.dialect())
    assert isinstance(stored, int)
    assert UtcInstant.read(stored) == instant


def test_sqlite_keeps_its_promises_about_durability_and_privacy(tmp_path: Path) -> None:
    path = tmp_path / "hub.db"
    hub = opened(Database(f"sqlite:///{path}"))
    pragmas = {
        name: hub.read(text(f"PRAGMA {name}"))[0][0]
        for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
    }
    assert pragmas == {
        "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 3000,
    }  # fmt: skip
    assert path.stat().st_mode & 0o777 == 0o600


def test_many_processes_may_open_a_new_sqlite_file_at_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/hub.db"
    start = threading.Barrier(8)
    faults: list[Exception] = []

    def open_one() -> None:
        start.wait()
        try:
            Database(url).ping()
        except DatabaseUnavailable as fault:
            faults.append(fault)

    threads = [threading.Thread(target=open_one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


def test_a_full_disk_is_unavailable_and_rolls_back(tmp_path: Path) -> None:
    hub = opened(Database(f"sqlite:///{tmp_path}/hub.db"))
    add(hub, "before")
    pages = hub.read(text("PRAGMA page_count"))[0][0]
    with pytest.raises(DatabaseUnavailable), hub.unit_of_work()():
        # The limit is the connection's own, as a full disk would be everybody's.
        hub.read(text(f"PRAGMA max_page_count = {pages + 2}"))
        for number in range(1000):
            add(hub, f"{number}", sealed=bytes(1000))
    assert names(hub) == ["before"]
    with pytest.raises(DatabaseUnavailable), hub.unit_of_work()():
        with pytest.raises(DatabaseUnavailable):
            add(hub, "big", sealed=bytes(1_000_000))
        with pytest.raises(DatabaseUnavailable):
            add(hub, "after")  # what follows must not slip out of the lost transaction
    assert names(hub) == ["before"]


def test_a_folder_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    hub = Database(f"sqlite:///{tmp_path}/nowhere/hub.db")
    with pytest.raises(DatabaseUnavailable):
        hub.ping()


def test_a_server_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    hub = Database(f"postgresql://nobody@/hub?host={tmp_path}")
    with pytest.raises(DatabaseUnavailable), hub.unit_of_work()():
        pass
    with pytest.raises(DatabaseUnavailable):
        hub.ping()
    with pytest.raises(DatabaseUnavailable):
        hub.hot(sqlite="", postgres="SELECT 1").one()


@pytest.fixture
def pg(postgres_url: str) -> Database:
    short = Limits(wait=timedelta(milliseconds=300), pool_size=2)
    return Database(postgres_url, limits=short)


@pytest.mark.postgres
def test_a_statement_that_takes_too_long_is_unavailable(pg: Database) -> None:
    began = time.monotonic()
    with pytest.raises(DatabaseUnavailable, match="57014"):
        pg.read(text("SELECT pg_sleep(10)"))
    assert time.monotonic() - began < 2
    pg.ping()


@pytest.mark.postgres
def test_a_server_that_stops_answering_is_unavailable(pg: Database) -> None:
    backend = pg.read(text("SELECT pg_backend_pid()"))[0][0]
    os.kill(backend, signal.SIGSTOP)
    try:
        began = time.monotonic()
        with pytest.raises(DatabaseUnavailable):
            pg.hot(sqlite="", postgres="SELECT 2").one()
            pg.write(text("SELECT 1"))
        assert time.monotonic() - began < 3
    finally:
        os.kill(backend, signal.SIGCONT)
    pg.ping()


@pytest.mark.postgres
def test_a_pool_without_a_free_connection_is_unavailable(pg: Database) -> None:
    release = threading.Event()

    def hold() -> None:
        with pg.unit_of_work()():
            release.wait()

    holders = [threading.Thread(target=hold) for _ in range(2)]
    for holder in holders:
        holder.start()
    time.sleep(0.1)
    try:
        with pytest.raises(DatabaseUnavailable):
            pg.ping()
    finally:
        release.set()
        for holder in holders:
            holder.join()
    pg.ping()


@pytest.mark.postgres
def test_reads_and_new_units_survive_that_the_server_closed_idle_connections(
    pg: Database, postgres_url: str
) -> None:
    rival = Database(postgres_url)
    hot = pg.hot(sqlite="", postgres="SELECT 1")
    for ask in (pg.ping, hot.one, lambda: pg.unit_of_work()().__enter__()):
        backend = pg.read(text("SELECT pg_backend_pid()"))[0][0]
        rival.read(text("SELECT pg_terminate_backend(:pid)"), {"pid": backend})
        time.sleep(0.05)
        ask()


def test_the_drivers_tell_a_mistake_of_ours_from_an_outage(hub: Database) -> None:
    with pytest.raises((exc.OperationalError, exc.ProgrammingError)):
        hub.read(text("SELECT nothing FROM nowhere"))
    with pytest.raises((sqlite3.OperationalError, psycopg.ProgrammingError)):
        hub.hot(sqlite="SELECT a FROM b", postgres="SELECT a FROM b").one()
