import sqlite3

import psycopg
import pytest
from psycopg import errors as pg
from sqlalchemy import exc

from kernel.errors import Conflict, Unavailable
from kernel.infra.db import AlreadyStored, DatabaseUnavailable
from kernel.infra.db.failures import is_passing, meaning


def wrapped(origin: Exception, *, lost: bool = False) -> exc.DBAPIError:
    return exc.DBAPIError("SELECT 1", None, origin, connection_invalidated=lost)


def of_sqlite(code: int) -> sqlite3.Error:
    error = sqlite3.OperationalError("x")
    error.sqlite_errorcode = code
    error.sqlite_errorname = "NAME"
    return error


@pytest.mark.parametrize(
    "state",
    ["08006", "53100", "53300", "57014", "57P01", "58030", "40001", "40P01", "55P03"],
)
def test_an_outage_of_postgresql_is_unavailable(state: str) -> None:
    error = pg.lookup(state)("x")
    assert isinstance(meaning(error), DatabaseUnavailable)
    assert isinstance(meaning(wrapped(error)), Unavailable)


@pytest.mark.parametrize("state", ["42601", "42P01", "23502", "23503", "22001", "25P02"])
def test_a_mistake_of_ours_stays_what_it_is(state: str) -> None:
    error = wrapped(pg.lookup(state)("x"))
    assert meaning(error) is error


@pytest.mark.parametrize(
    "code",
    [
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_BUSY_SNAPSHOT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR_WRITE,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CORRUPT,
    ],
)
def test_an_outage_of_sqlite_is_unavailable(code: int) -> None:
    assert isinstance(meaning(wrapped(of_sqlite(code))), DatabaseUnavailable)


@pytest.mark.parametrize("code", [sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CONSTRAINT_NOTNULL])
def test_a_mistake_in_sqlite_stays_what_it_is(code: int) -> None:
    error = of_sqlite(code)
    assert meaning(error) is error


@pytest.mark.parametrize(
    "error",
    [
        pg.UniqueViolation("x"),
        of_sqlite(sqlite3.SQLITE_CONSTRAINT_UNIQUE),
        of_sqlite(sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY),
    ],
)
def test_a_value_that_is_there_is_a_conflict(error: Exception) -> None:
    assert isinstance(meaning(wrapped(error)), AlreadyStored)
    assert issubclass(AlreadyStored, Conflict)


def test_a_driver_that_misses_its_own_state_has_lost_its_connection() -> None:
    assert isinstance(meaning(psycopg.OperationalError("gone")), DatabaseUnavailable)
    plain = psycopg.ProgrammingError("cursor used wrongly")
    assert meaning(plain) is plain


def test_no_free_connection_is_unavailable() -> None:
    assert isinstance(meaning(exc.TimeoutError()), DatabaseUnavailable)


def test_a_deadlock_passes_for_reads_and_writes() -> None:
    deadlock = wrapped(pg.DeadlockDetected("x"))
    assert is_passing(deadlock, writes=True)
    assert is_passing(deadlock, writes=False)


def test_after_a_lost_connection_only_a_read_is_repeated() -> None:
    lost = wrapped(pg.AdminShutdown("x"), lost=True)
    assert is_passing(lost, writes=False)
    assert not is_passing(lost, writes=True)


def test_a_timeout_is_not_tried_again() -> None:
    assert not is_passing(wrapped(pg.QueryCanceled("x")), writes=False)
    assert not is_passing(exc.TimeoutError(), writes=False)
