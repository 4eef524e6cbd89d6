"""The schema of all rooms moves by revisions, and processes refuse another one."""

import ast
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, create_engine, text

from kernel.infra.db import Database, DatabaseUnavailable
from server.migrations import (
    Moved,
    SchemaNotCurrent,
    current,
    head,
    is_current,
    migrate,
    require_current,
)
from server.migrations.next import BEFORE, FILE, written
from server.migrations.schema import alembic_config
from server.migrations.tables import is_of_the_hub, metadata
from tests.architecture.sources import calls, modules


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database: first SQLite, then PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/hub.db"
        return
    # Each test has a database of its own, which goes with the server: a DROP that outlasts
    # the hub's limit of a statement on a busy machine would fail every test after it.
    name = f"migrations_{uuid4().hex}"
    server = create_engine(
        request.getfixturevalue("postgres_url"), isolation_level="AUTOCOMMIT"
    )
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield server.url.set(database=name).render_as_string(hide_password=False)
    server.dispose()


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """The database at ``url``."""
    opened = Database(url)
    yield opened
    opened.close()


def set_revision(database: Database, revision: str) -> None:
    database.write(text("UPDATE alembic_version SET version_num = :r"), {"r": revision})


# ------------------------------------------------------------------ what is created


def differences(connection: Connection) -> list[tuple[str, object]]:
    """What Alembic would still change to make the schema what the rooms declare."""

    def is_compared(
        _item: object, name: str, kind: str, _reflected: object, _other: object
    ) -> bool:
        return kind != "table" or is_of_the_hub(name)

    options = {"include_object": is_compared}
    context = MigrationContext.configure(connection, opts=options)
    return [*compare_metadata(context, metadata)]


def test_the_migrated_schema_is_the_one_that_the_rooms_declare(
    url: str, database: Database
) -> None:
    migrate(url)
    with database.engine.connect() as connection:
        found = differences(connection)
    again = "before it is released, run: python -m server.migrations.next"
    assert found == [], again


def test_the_comparison_sees_a_column_too_many(url: str, database: Database) -> None:
    migrate(url)
    with database.engine.connect() as connection:
        connection.execute(text("ALTER TABLE lease ADD COLUMN surplus INTEGER"))
        found = differences(connection)
    assert [change[0] for change in found] == ["remove_column"]


def test_the_newest_revision_is_what_the_tables_say() -> None:
    again = "before it is released, run: python -m server.migrations.next"
    assert FILE.read_text("utf-8") == written(), again


def test_every_table_of_every_room_is_migrated() -> None:
    declared = {
        first.value
        for module in modules("kernel", "trustroot", "audit", "federation", "realname")
        + modules("ca_bridge", "idp")
        for name, call in calls(module)
        if name == "Table" and isinstance(first := call.args[0], ast.Constant)
    }
    assert declared == set(filter(is_of_the_hub, metadata.tables))


# ------------------------------------------------------------------ how it moves


def at_revision_before(database: Database) -> None:
    """Bring an empty database to what the last release had, with a member in it."""
    with database.engine.begin() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, BEFORE)
    database.write(
        text(
            "INSERT INTO registry_member (id, entity_id, kind, name_zh, name_en, contacts,"
            " terms, state, reason, version, suspension_confirmed, suspension_alarmed)"
            " VALUES (:id, 'https://a.example', 'platform', '甲', 'A', '[]', '{}',"
            " 'active', '', 1, :no, :no)"
        ),
        {"id": uuid4().hex, "no": False},
    )


def test_a_database_of_the_release_before_moves_on_with_its_rows(
    url: str, database: Database
) -> None:
    at_revision_before(database)
    assert migrate(url) == Moved(BEFORE, head())
    kept = database.read(text("SELECT entity_id FROM registry_member"))
    assert [row[0] for row in kept] == ["https://a.example"]


def test_an_empty_database_gets_the_newest_schema(url: str, database: Database) -> None:
    assert current(database) is None
    assert migrate(url) == Moved(None, head())
    assert current(database) == head()
    assert is_current(database)


def test_a_current_database_is_left_alone(url: str, database: Database) -> None:
    migrate(url)
    assert migrate(url) == Moved(head(), head())
    assert is_current(database)


def test_a_database_of_a_newer_program_is_not_touched(url: str, database: Database) -> None:
    migrate(url)
    set_revision(database, "9999")
    with pytest.raises(SchemaNotCurrent, match="9999"):
        migrate(url)
    assert current(database) == "9999"


def test_of_two_migrations_at_once_one_works_and_one_waits(url: str) -> None:
    Database(url).ping()
    moved: list[Moved] = []
    threads = [
        threading.Thread(target=lambda: moved.append(migrate(url))) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expected = {Moved(None, head()), Moved(head(), head())}
    assert set(moved) == expected


def test_a_migration_that_fails_leaves_nothing_behind(url: str, database: Database) -> None:
    database.write(text("CREATE TABLE trail_tile (id INTEGER)"))  # the last one created
    with pytest.raises(Exception, match="trail_tile"):
        migrate(url)
    assert current(database) is None
    with pytest.raises(Exception, match="lease"):
        database.read(text("SELECT * FROM lease"))


def test_references_are_enforced_again_after_a_migration(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/hub.db"
    migrate(url)
    database = Database(url)
    (enforced,) = database.read(text("PRAGMA foreign_keys"))
    assert enforced[0] == 1
    database.close()


# ------------------------------------------------------------------ who refuses


def test_a_process_takes_the_schema_it_knows(url: str, database: Database) -> None:
    migrate(url)
    require_current(database)


def test_a_process_refuses_a_database_without_schema(database: Database) -> None:
    with pytest.raises(SchemaNotCurrent, match=r"no schema.*trusthub migrate"):
        require_current(database)


def test_a_process_refuses_the_schema_of_a_newer_program(
    url: str, database: Database
) -> None:
    migrate(url)
    set_revision(database, "9999")
    with pytest.raises(SchemaNotCurrent, match="9999, which this program does not know"):
        require_current(database)


def test_a_process_that_cannot_ask_says_so(tmp_path: Path) -> None:
    (tmp_path / "hub.db").write_bytes(b"no database at all, but a file of some length")
    database = Database(f"sqlite:///{tmp_path}/hub.db")
    with pytest.raises((DatabaseUnavailable, sqlite3.DatabaseError)):
        require_current(database)
