"""The ephemeral store in a SQLite file: the default, shared by processes of one host."""

import itertools
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from kernel.clock import Clock
from kernel.infra.db import Database, DatabaseUnavailable, Hot, HotRow, Limits, SqlValue
from kernel.infra.ephemeral.keyvalue import EphemeralUnavailable

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_SECOND: Final = 1_000_000
_SWEEP_EVERY: Final = 512
_SWEEP_ROWS: Final = 1024

_TABLES: Final = (
    """CREATE TABLE IF NOT EXISTS entry (
        key TEXT PRIMARY KEY, value, expires_at INTEGER NOT NULL) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS bucket (
        key TEXT PRIMARY KEY, tokens REAL NOT NULL, at INTEGER NOT NULL,
        allowed INTEGER NOT NULL, expires_at INTEGER NOT NULL) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS entry_expiry ON entry (expires_at)",
    "CREATE INDEX IF NOT EXISTS bucket_expiry ON bucket (expires_at)",
)
_GET: Final = "SELECT value FROM entry WHERE key = ?1 AND expires_at > ?2"
_PUT: Final = """INSERT INTO entry VALUES (?1, ?2, ?3) ON CONFLICT (key)
    DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at"""
_ADD: Final = _PUT + " WHERE entry.expires_at <= ?4"
_TAKE: Final = "DELETE FROM entry WHERE key = ?1 RETURNING value, expires_at"
_INCREMENT: Final = """INSERT INTO entry VALUES (?1, 1, ?2) ON CONFLICT (key) DO UPDATE SET
    value = CASE WHEN entry.expires_at > ?3 THEN entry.value + 1 ELSE 1 END,
    expires_at = CASE WHEN entry.expires_at > ?3 THEN entry.expires_at ELSE ?2 END
    RETURNING value"""
_DELETE: Final = "DELETE FROM entry WHERE key = ?1"
# ?2 burst, ?3 now, ?4 tokens a microsecond, ?5 when the bucket is full again. A clock that
# was put back gains nothing: the bucket goes on from there.
_FILLED: Final = "min(?2, bucket.tokens + max(0, ?3 - bucket.at) * ?4)"
_ALLOW: Final = f"""INSERT INTO bucket VALUES (?1, ?2 - 1, ?3, 1, ?5) ON CONFLICT (key)
    DO UPDATE SET allowed = {_FILLED} >= 1, tokens = {_FILLED} - ({_FILLED} >= 1),
    at = ?3, expires_at = ?5 RETURNING allowed"""  # noqa: S608  a constant of this module
_SWEEP: Final = """DELETE FROM {0} WHERE key IN
    (SELECT key FROM {0} WHERE expires_at <= ?1 LIMIT ?2)"""


class SqliteKeyValue:
    """`KeyValue` over one file of its own, each operation one statement.

    Every few hundred writes one of them also sweeps out a batch of what has expired.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        """Open the file, creating it if need be.

        Raises:
            EphemeralUnavailable: it could not be opened.
        """
        self._clock = clock
        self._database = Database(f"sqlite:///{path}", limits=Limits(durable=False))
        self._writes = itertools.count(1)
        for table in _TABLES:
            self._run(self._hot(table))
        self._get, self._put, self._add = self._hot(_GET), self._hot(_PUT), self._hot(_ADD)
        self._take, self._increment = self._hot(_TAKE), self._hot(_INCREMENT)
        self._delete, self._allow = self._hot(_DELETE), self._hot(_ALLOW)
        self._sweeps = [self._hot(_SWEEP.format(table)) for table in ("entry", "bucket")]

    def get(self, key: str) -> bytes | None:
        """Return the value, or None."""
        try:
            row = self._get.one(key, self._now())
        except DatabaseUnavailable as cause:
            raise EphemeralUnavailable(cause.detail) from cause
        return None if row is None else _value(row[0])

    def put(self, key: str, value: bytes, ttl: timedelta) -> None:
        """Set the value."""
        self._run(self._put, key, value, self._now() + ttl // _MICROSECOND)
        self._sweep()

    def add(self, key: str, value: bytes, ttl: timedelta) -> bool:
        """Set the value if there is none."""
        now = self._now()
        added = self._run(self._add, key, value, now + ttl // _MICROSECOND, now)
        self._sweep()
        return added == 1

    def take(self, key: str) -> bytes | None:
        """Return the value and remove it."""
        now = self._now()
        for value, until in self._returning(self._take, key):
            if isinstance(until, int) and until > now:
                return _value(value)
        return None

    def increment(self, key: str, ttl: timedelta) -> int:
        """Count one more."""
        now = self._now()
        rows = self._returning(self._increment, key, now + ttl // _MICROSECOND, now)
        self._sweep()
        return int(_value(rows[0][0]))

    def delete(self, key: str) -> None:
        """Remove the value."""
        self._run(self._delete, key)

    def allow(self, key: str, *, per_second: float, burst: int) -> bool:
        """Take one token from the bucket."""
        now = self._now()
        full = now + int(burst / per_second * _SECOND) + _SECOND
        rows = self._returning(self._allow, key, burst, now, per_second / _SECOND, full)
        self._sweep()
        return bool(rows[0][0])

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def _hot(self, sql: str) -> Hot:
        return self._database.hot(sqlite=sql, postgres="")

    def _now(self) -> int:
        return (self._clock() - _EPOCH) // _MICROSECOND

    def _run(self, statement: Hot, *parameters: SqlValue) -> int:
        try:
            return statement.run(*parameters)
        except DatabaseUnavailable as cause:
            raise EphemeralUnavailable(cause.detail) from cause

    def _returning(self, statement: Hot, *parameters: SqlValue) -> list[HotRow]:
        try:
            return statement.returning(*parameters)
        except DatabaseUnavailable as cause:
            raise EphemeralUnavailable(cause.detail) from cause

    def _sweep(self) -> None:
        if next(self._writes) % _SWEEP_EVERY == 0:
            for sweep in self._sweeps:
                self._run(sweep, self._now(), _SWEEP_ROWS)


def _value(stored: SqlValue) -> bytes:
    return stored if isinstance(stored, bytes) else str(stored).encode()
