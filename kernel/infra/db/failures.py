"""What a driver's error means: no answer, a row that is there already, or our mistake."""

import sqlite3
from typing import Final, cast

import psycopg
from psycopg import errors as pg
from psycopg.rows import TupleRow
from sqlalchemy import PoolProxiedConnection, exc

from kernel.errors import Conflict, Unavailable


class DatabaseUnavailable(Unavailable):
    """The database did not answer, is full, or stayed locked beyond the limit.

    What the transaction had written is rolled back. Only when the connection broke during
    COMMIT itself may the work be durable all the same: ask again by its own key.
    """

    code = "database_unavailable"


class AlreadyStored(Conflict):
    """A row with this primary key or unique value is there already."""

    code = "already_stored"


Driver = sqlite3.Connection | psycopg.Connection[TupleRow]
"""A connection as the driver makes it."""

DRIVER_ERRORS: Final = (sqlite3.Error, psycopg.Error)
"""What a driver may raise when it is used without SQLAlchemy."""

ERRORS: Final = (exc.DBAPIError, exc.TimeoutError)
"""What SQLAlchemy may raise: the driver's error wrapped, or no connection free in time."""

# Codes of sqlite.org/rescode.html, the low byte: what no other statement would mend.
_SQLITE_UNAVAILABLE: Final = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_NOTADB,
    }
)
_SQLITE_UNIQUE: Final = frozenset(
    {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY}
)
# PostgreSQL 18 Appendix A. Classes: connection, resources (a full disk too), operator
# (timeout, shutdown), system. Codes: serialization, deadlock, lock timeout, read-only.
_PG_UNAVAILABLE_CLASSES: Final = ("08", "53", "57", "58")
_PG_UNAVAILABLE: Final = frozenset({"40001", "40P01", "55P03", "25006", "25P03", "25P04"})
_PG_PASSING: Final = frozenset({"40001", "40P01"})


def driver_of(raw: PoolProxiedConnection) -> Driver:
    """Return the driver's connection inside a pooled one."""
    return cast("Driver", raw.driver_connection)


def meaning(cause: Exception) -> Exception:
    """Return the error of ours that a driver's error stands for, else the error itself."""
    if isinstance(cause, exc.TimeoutError):
        return DatabaseUnavailable("no connection free")
    origin = cause.orig if isinstance(cause, exc.DBAPIError) else cause
    if isinstance(origin, sqlite3.Error):
        return _meaning_of_sqlite(origin) or cause
    if isinstance(origin, psycopg.Error):
        return _meaning_of_postgres(origin) or cause
    return cause


def is_passing(cause: Exception, *, writes: bool) -> bool:
    """Tell whether the same single statement may simply be run again.

    After a deadlock or serialization failure nothing was done. After a lost connection a
    read may be repeated; a write may not, for nobody knows whether it was done.
    """
    if not isinstance(cause, exc.DBAPIError):
        return False
    if cause.connection_invalidated:
        return not writes
    return isinstance(cause.orig, psycopg.Error) and cause.orig.sqlstate in _PG_PASSING


def is_lost(cause: psycopg.OperationalError) -> bool:
    """Tell whether it was the connection that broke, not the statement."""
    return cause.sqlstate is None or cause.sqlstate.startswith(("08", "57P"))


def _meaning_of_sqlite(origin: sqlite3.Error) -> Exception | None:
    code = getattr(origin, "sqlite_errorcode", None)
    if code is None:
        return None
    if code in _SQLITE_UNIQUE:
        return AlreadyStored()
    if code & 0xFF in _SQLITE_UNAVAILABLE:
        return DatabaseUnavailable(origin.sqlite_errorname)
    return None


def _meaning_of_postgres(origin: psycopg.Error) -> Exception | None:
    if isinstance(origin, pg.UniqueViolation):
        return AlreadyStored()
    state = origin.sqlstate
    if state is None:
        lost = isinstance(origin, psycopg.OperationalError | psycopg.InterfaceError)
        return DatabaseUnavailable("connection lost") if lost else None
    if state in _PG_UNAVAILABLE or state.startswith(_PG_UNAVAILABLE_CLASSES):
        return DatabaseUnavailable(f"SQLSTATE {state}")
    return None


def throw_away_if_broken(raw: PoolProxiedConnection) -> None:
    """Let the pool forget a connection that cannot be used again."""
    driver = driver_of(raw)
    if isinstance(driver, psycopg.Connection) and driver.broken:
        raw.invalidate()
