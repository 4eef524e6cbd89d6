"""Tables without migrations: a copy of what was made once is what would be made."""

from pathlib import Path

from sqlalchemy import text

from kernel.infra.db import Database, create_all, metadata
from kernel.infra.standing_store import STANDING_CHANGE


def schema(database: Database) -> list[tuple[str, str]]:
    rows = database.read(text("SELECT name, sql FROM sqlite_schema ORDER BY name"))
    return [(row.name, row.sql) for row in rows]


def at(folder: Path, name: str) -> Database:
    return Database(f"sqlite:///{folder}/{name}.db")


def test_a_copied_layout_is_what_the_tables_say(tmp_path: Path) -> None:
    made, copied, again = (at(tmp_path, name) for name in ("made", "copied", "again"))
    metadata.create_all(made.engine)
    create_all(copied)
    create_all(again)
    assert schema(copied) == schema(again) == schema(made)
    assert STANDING_CHANGE.name in dict(schema(copied))
    for database in (made, copied, again):
        assert database.read(text("PRAGMA journal_mode"))[0][0] == "wal"
        database.close()


def test_what_is_there_already_stays_and_the_rest_is_added(tmp_path: Path) -> None:
    database, whole = at(tmp_path, "hub"), at(tmp_path, "whole")
    create_all(whole)
    database.write(text("CREATE TABLE written (word TEXT)"))
    database.write(text("INSERT INTO written VALUES ('kept')"))
    create_all(database)
    assert database.read(text("SELECT word FROM written"))[0][0] == "kept"
    assert {name for name, _ in schema(whole)} < {name for name, _ in schema(database)}
    for each in (database, whole):
        each.close()
