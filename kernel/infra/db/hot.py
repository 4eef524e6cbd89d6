"""The few statements that run on every request: the driver's own SQL, no compiling."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

from sqlalchemy import Column, Dialect, LargeBinary, String, Table

from kernel.infra.db.connections import Connections
from kernel.infra.db.counting import Counts
from kernel.infra.db.failures import Driver

SqlValue = str | int | float | bool | bytes | datetime | UUID | None | list["SqlValue"]
HotRow = tuple[SqlValue, ...]


@dataclass(frozen=True, slots=True)
class Hot:
    """One statement in the dialect of the engine at hand.

    Values pass as the driver takes them: an instant goes through `Database.instant` and
    comes back through `Database.from_instant`, a UUID of a SQLite column is 32 hex digits.
    """

    _connections: Connections
    _counts: Counts
    _sql: str

    def one(self, *parameters: SqlValue) -> HotRow | None:
        """Return the first row of a SELECT, or None."""
        self._counts.note(self._sql)
        return self._connections.run_driver(
            lambda driver: driver.execute(self._sql, parameters).fetchone(), writes=False
        )

    def rows(self, *parameters: SqlValue) -> list[HotRow]:
        """Return all rows of a SELECT."""
        self._counts.note(self._sql)
        return self._connections.run_driver(
            lambda driver: driver.execute(self._sql, parameters).fetchall(), writes=False
        )

    def returning(self, *parameters: SqlValue) -> list[HotRow]:
        """Run INSERT, UPDATE or DELETE … RETURNING and return its rows."""
        self._counts.note(self._sql)
        return self._connections.run_driver(
            lambda driver: driver.execute(self._sql, parameters).fetchall(), writes=True
        )

    def run(self, *parameters: SqlValue) -> int:
        """Run INSERT, UPDATE or DELETE and return how many rows it touched."""
        self._counts.note(self._sql)
        return self._connections.run_driver(
            lambda driver: driver.execute(self._sql, parameters).rowcount, writes=True
        )


class BatchInsert:
    """Inserts many rows of some columns of one table, in one transaction and one statement.

    ``executemany`` on SQLite; on PostgreSQL one ``INSERT … SELECT unnest(…)``, half the
    cost per row of anything else. Values are those of the columns' types: instants,
    digests, UUIDs, JSON.
    """

    __slots__ = ("_connections", "_converters", "_counts", "_sql")

    def __init__(
        self, connections: Connections, counts: Counts, table: Table, columns: Sequence[str]
    ) -> None:
        """Compile the statement for the engine at hand."""
        dialect = connections.engine.dialect
        chosen = [table.columns[name] for name in columns]
        self._connections = connections
        self._counts = counts
        self._sql = _batch_sql(dialect, table, chosen, is_sqlite=connections.is_sqlite)
        impls = [column.type.dialect_impl(dialect) for column in chosen]
        # SQLite takes bytes as they are: a view around each costs and adds nothing.
        self._converters: Final = [
            None
            if connections.is_sqlite and isinstance(impl, LargeBinary)
            else impl.bind_processor(dialect)
            for impl in impls
        ]

    def __call__(self, rows: Iterable[Sequence[object]]) -> int:
        """Insert ``rows``, all or none, and return how many; values in the columns' order.

        Raises:
            AlreadyStored: one of them is there already; none is inserted.
            DatabaseUnavailable: the database did not take them; none is inserted.
        """
        columns = self._converted(rows)
        if not columns or not columns[0]:
            return 0
        self._counts.note(self._sql)
        if self._connections.ambient() is not None:
            self._connections.run_driver(partial(self._insert, columns), writes=True)
        elif self._connections.is_sqlite:
            self._insert_alone(columns)
        else:
            with self._connections.transaction():
                self._connections.run_driver(partial(self._insert, columns), writes=True)
        return len(columns[0])

    def _converted(self, rows: Iterable[Sequence[object]]) -> list[list[object]]:
        return [
            [None if value is None else convert(value) for value in column]
            if convert
            else list(column)
            for convert, column in zip(
                self._converters, zip(*rows, strict=True), strict=False
            )
        ]

    def _insert_alone(self, columns: list[list[object]]) -> None:
        self._counts.note("BEGIN IMMEDIATE")
        self._connections.run_whole(partial(self._insert, columns))
        self._counts.note("COMMIT")

    def _insert(self, columns: list[list[object]], driver: Driver) -> None:
        if isinstance(driver, sqlite3.Connection):
            driver.executemany(self._sql, zip(*columns, strict=True))
        else:
            driver.execute(self._sql, columns)


def _batch_sql(
    dialect: Dialect, table: Table, columns: Sequence[Column[object]], *, is_sqlite: bool
) -> str:
    quote = dialect.identifier_preparer.quote
    names = ", ".join(quote(column.name) for column in columns)
    head = f"INSERT INTO {quote(table.name)} ({names})"
    if is_sqlite:
        return f"{head} VALUES ({', '.join('?' * len(columns))})"
    arrays = ", ".join(f"%s::{_array_type(dialect, column)}[]" for column in columns)
    return f"{head} SELECT * FROM unnest({arrays})"  # noqa: S608  names come from our tables


def _array_type(dialect: Dialect, column: Column[object]) -> str:
    # A cast to varchar(n) would cut a longer text silently; the column itself refuses it.
    impl = column.type.dialect_impl(dialect)
    if isinstance(impl, String) or isinstance(getattr(impl, "impl", None), String):
        return "text"
    return impl.compile(dialect=dialect)
