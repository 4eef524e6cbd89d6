"""Moving a database to the newest revision, and saying which one it has."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from kernel.errors import Refused
from kernel.infra.db import Database, Limits
from kernel.secret import Secret

PATIENCE: Final = timedelta(minutes=30)
"""How long one statement of a migration may take: tables may be big, indexes slow."""

_LOCK: Final = int.from_bytes(b"trusthub", signed=True)


class SchemaNotCurrent(Refused):
    """The database has the schema of another revision than this program works with."""

    code = "schema_not_current"


@dataclass(frozen=True, slots=True)
class Moved:
    """From which revision to which; None: there was no schema."""

    before: str | None
    after: str


def migrate(
    url: str, *, password: Secret | None = None, patience: timedelta = PATIENCE
) -> Moved:
    """Bring a database to the newest revision, all or nothing.

    Of several at the same time one works and the others wait, then find nothing to do.

    Raises:
        DatabaseUnavailable: there is no database.
        SchemaNotCurrent: a newer program made the schema; nothing was touched.
    """
    asked = Database(url, password=password)
    try:
        _known(current(asked))
    finally:
        asked.close()
    database = Database(url, password=password, limits=Limits(wait=patience))
    try:
        with _transaction(database) as connection:
            return _moved(connection)
    finally:
        database.close()


def _moved(connection: Connection) -> Moved:
    before = _revision(connection)
    _known(before)
    if before != head():
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return Moved(before, head())


def current(database: Database) -> str | None:
    """Return the revision a database has, None if it has no schema yet.

    Raises:
        DatabaseUnavailable: it did not answer.
    """
    database.ping()
    with database.engine.connect() as connection:
        return _revision(connection)


def is_current(database: Database) -> bool:
    """Tell whether a database has the schema that this program works with."""
    return current(database) == head()


def require_current(database: Database) -> None:
    """Refuse a database of another revision, before anything is read or written.

    Raises:
        SchemaNotCurrent: it says what is there, what is needed, and what to do.
        DatabaseUnavailable: it did not answer.
    """
    found = current(database)
    _known(found)
    if found != head():
        there = "no schema" if found is None else f"schema {found}"
        reason = f"the database has {there}, this program needs {head()}"
        raise SchemaNotCurrent(f"{reason}; run: trusthub migrate")


@cache
def head() -> str:
    """Return the newest revision that this program knows."""
    newest = _scripts().get_current_head()
    if newest is None:
        raise LookupError(_FOLDER)
    return newest


def _known(revision: str | None) -> None:
    known = {script.revision for script in _scripts().walk_revisions()}
    if revision is not None and revision not in known:
        reason = f"the database has schema {revision}, which this program does not know"
        raise SchemaNotCurrent(f"{reason}; use the program that made it, or a newer one")


_FOLDER: Final = Path(__file__).parent


def alembic_config() -> Config:
    """Return where Alembic finds the revisions."""
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(alembic_config())


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


@contextmanager
def _transaction(database: Database) -> Iterator[Connection]:
    """Open a transaction that only one migration at a time can be in.

    The engine is in autocommit mode, so BEGIN and COMMIT are said in so many words.
    """
    with database.engine.connect() as connection:
        _begin(connection, is_sqlite=database.is_sqlite)
        try:
            yield connection
        except BaseException:
            connection.exec_driver_sql("ROLLBACK")
            raise
        _commit(connection, is_sqlite=database.is_sqlite)


def _begin(connection: Connection, *, is_sqlite: bool) -> None:
    if is_sqlite:
        # SQLite §Foreign Key Support, 6: a table that others refer to is copied and
        # dropped with enforcement off, and the references are checked before the commit.
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        return
    connection.exec_driver_sql("BEGIN")
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")


def _commit(connection: Connection, *, is_sqlite: bool) -> None:
    if is_sqlite:
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            connection.exec_driver_sql("ROLLBACK")
            raise SchemaNotCurrent(f"the migration leaves broken references: {broken[0]}")
    connection.exec_driver_sql("COMMIT")
