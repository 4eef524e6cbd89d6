"""Opening connections: SQLite with pragmas that keep promises, PostgreSQL with limits."""

import os
import sqlite3
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, Self, TypeVar

import orjson
import psycopg
from psycopg.abc import PQGen
from psycopg.rows import TupleRow
from sqlalchemy import URL, Dialect, Engine, create_engine, event, make_url
from sqlalchemy.pool import ConnectionPoolEntry

from kernel.events import JsonValue
from kernel.secret import Secret

T = TypeVar("T")

_WAL_ATTEMPTS: Final = 100
_RECYCLE_S: Final = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long, how much, how surely.

    ``wait`` bounds each of: a free connection, a lock, a statement, a server's answer.
    ``pool_size`` is the number of connections one process may hold to PostgreSQL.
    ``durable`` False is for a SQLite file that may lose its last writes in a power cut.
    """

    wait: timedelta = timedelta(seconds=3)
    pool_size: int = 16
    durable: bool = True

    @property
    def wait_s(self) -> float:
        """The wait in seconds."""
        return self.wait.total_seconds()

    @property
    def wait_ms(self) -> int:
        """The wait in whole milliseconds."""
        return int(self.wait_s * 1000)


class BoundedConnection(psycopg.Connection[TupleRow]):
    """A connection that gives up on a server which is alive but does not answer.

    ``statement_timeout`` is kept by the server, and a stopped server keeps no time: so the
    client counts too, closes the connection and raises.
    """

    answer_within_s: float = 4.0

    def wait(self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:
        """Run one exchange with the server.

        Raises:
            psycopg.OperationalError: there was no answer in time.
        """
        deadline = time.monotonic() + (timeout or self.answer_within_s)
        try:
            return super().wait(_until(gen, deadline), interval)
        except _NoAnswer as cause:
            self.close()
            msg = "the server did not answer in time"
            raise psycopg.OperationalError(msg) from cause

    def bounded(self, seconds: float) -> Self:
        """Set how long one exchange may take, in seconds."""
        self.answer_within_s = seconds
        return self


class _NoAnswer(Exception):
    """The deadline of an exchange has passed."""


def _until(gen: PQGen[T], deadline: float) -> PQGen[T]:
    # psycopg resumes the generator at least every `interval`, ready or not.
    try:
        wanted = next(gen)
        while True:
            ready = yield wanted
            if not ready and time.monotonic() > deadline:
                raise _NoAnswer
            wanted = gen.send(ready)
    except StopIteration as end:
        result: T = end.value
        return result


def location(url: str, password: Secret | None) -> URL:
    """Read the place of a database; the password is kept apart from the text that has it.

    Raises:
        ValueError: the URL is neither ``sqlite:///path`` nor ``postgresql://…``.
    """
    parsed = make_url(url)
    if password is not None:
        parsed = parsed.set(password=password.reveal())
    if parsed.get_backend_name() == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername == "sqlite" and parsed.database not in {None, "", ":memory:"}:
        return parsed
    msg = "the database URL must be sqlite:///path or postgresql://…"
    raise ValueError(msg)


def open_engine(url: URL, limits: Limits) -> Engine:
    """Make an engine whose connections are in autocommit mode.

    A single statement is its own transaction then; `transaction` says BEGIN and COMMIT in
    so many words. On PostgreSQL that costs no round trip more than the driver's own way.
    """
    is_sqlite = url.get_backend_name() == "sqlite"
    return _open_sqlite(url, limits) if is_sqlite else _open_postgres(url, limits)


def _open_sqlite(url: URL, limits: Limits) -> Engine:
    _make_private_file(Path(url.database or ""))
    engine = create_engine(
        url,
        isolation_level="AUTOCOMMIT",
        pool_reset_on_return=None,
        pool_size=limits.pool_size,
        max_overflow=-1,
        connect_args={"timeout": limits.wait_s, "check_same_thread": False},
    )
    event.listen(engine, "connect", _Prepared("FULL" if limits.durable else "NORMAL"))
    return engine


def _make_private_file(path: Path) -> None:
    # SQLite gives its -wal and -shm files the mode of the database file.
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError:
        return


@dataclass(frozen=True, slots=True, weakref_slot=True)
class _Prepared:
    synchronous: str

    def __call__(self, connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
        _enter_wal(connection)
        connection.execute(f"PRAGMA synchronous={self.synchronous}")
        connection.execute("PRAGMA foreign_keys=ON")


def _enter_wal(connection: sqlite3.Connection) -> None:
    # SQLite does not wait for its busy timeout here when several processes open a new file.
    for _ in range(_WAL_ATTEMPTS):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as cause:
            if cause.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            time.sleep(0.01)
        else:
            return


def _open_postgres(url: URL, limits: Limits) -> Engine:
    engine = create_engine(
        url,
        isolation_level="AUTOCOMMIT",
        pool_reset_on_return=None,
        pool_size=limits.pool_size,
        max_overflow=0,
        pool_timeout=limits.wait_s,
        pool_recycle=_RECYCLE_S,
        pool_use_lifo=True,
        connect_args=_postgres_arguments(limits),
        json_serializer=_dumps,
        json_deserializer=orjson.loads,
    )
    event.listen(engine, "do_connect", _Bounded(limits))
    return engine


def _postgres_arguments(limits: Limits) -> dict[str, str | int]:
    settings = {
        "timezone": "UTC",
        "statement_timeout": limits.wait_ms,
        "lock_timeout": limits.wait_ms,
        "idle_in_transaction_session_timeout": limits.wait_ms * 10,
    }
    return {
        "connect_timeout": max(2, round(limits.wait_s)),
        "tcp_user_timeout": limits.wait_ms,
        "application_name": "trusthub",
        "options": " ".join(f"-c {name}={value}" for name, value in settings.items()),
    }


@dataclass(frozen=True, slots=True, weakref_slot=True)
class _Bounded:
    limits: Limits

    def __call__(
        self,
        _dialect: Dialect,
        _entry: ConnectionPoolEntry,
        positional: list[str],
        named: dict[str, Any],
    ) -> BoundedConnection:
        connection = BoundedConnection.connect(*positional, **named)
        # Later than the server's own timeout, whose error says more.
        return connection.bounded(self.limits.wait_s + 0.5)


def _dumps(value: JsonValue) -> str:
    return orjson.dumps(value).decode()
