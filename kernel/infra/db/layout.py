"""Tables without migrations: for tests and benchmarks, which need them empty and often."""

import sqlite3
from contextlib import closing
from functools import lru_cache
from threading import Lock
from typing import Final, cast

from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from kernel.infra.db.columns import metadata
from kernel.infra.db.database import Database
from kernel.infra.db.failures import driver_of

_ONE_COPIES: Final = Lock()


def create_all(database: Database) -> None:
    """Create the tables that are not there yet: for tests; an installation migrates.

    An empty SQLite file takes a copy of what was made once in this process: a hundred and
    fifty statements took longer than most of what is tested on them.
    """
    with closing(database.engine.raw_connection()) as raw:
        driver = driver_of(raw)
        if isinstance(driver, sqlite3.Connection) and _is_empty(driver):
            with _ONE_COPIES:
                _made_once(tuple(metadata.tables)).backup(driver)
            return
    metadata.create_all(database.engine)


def _is_empty(driver: sqlite3.Connection) -> bool:
    return driver.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone() is None


@lru_cache(maxsize=1)
def _made_once(_tables: tuple[str, ...]) -> sqlite3.Connection:
    """Return a database in memory with these tables; rooms that come later make another."""
    sharing = {"check_same_thread": False}
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args=sharing)
    metadata.create_all(engine)
    made = engine.raw_connection()
    driver = cast("sqlite3.Connection", driver_of(made))
    made.detach()  # the pool goes, the database stays
    return driver
