"""The value that stores are handed: statements in, rows out, one ambient unit of work."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Any, Final, TypeVar, TypeVarTuple, overload

from sqlalchemy import Connection, Engine, Executable, Row, Table, event, text
from sqlalchemy.sql.selectable import TypedReturnsRows

from kernel.infra.db.columns import UtcInstant
from kernel.infra.db.connections import Connections
from kernel.infra.db.counting import Count, Counts
from kernel.infra.db.engines import Limits, location
from kernel.infra.db.failures import Driver
from kernel.infra.db.hot import BatchInsert, Hot, SqlValue
from kernel.infra.db.prepared import Compiled, NotPreparable, Prepared, Values
from kernel.infra.db.transaction import AfterCommit, NoUnitOfWork
from kernel.secret import Secret
from kernel.work import InOneUnit, UnitOfWork

T = TypeVar("T")
Ts = TypeVarTuple("Ts")
AnyRow = Row[*tuple[Any, ...]]
Parameters = Mapping[str, object]

_DEFAULT_LIMITS: Final = Limits()
_INSTANT: Final = UtcInstant()


class Database:
    """One relational database, SQLite or PostgreSQL, with the same promises on both.

    A statement run inside a unit of work of this thread belongs to it; any other statement
    is a transaction of its own. What is committed is durable (SQLite: WAL and
    ``synchronous=FULL``). Safe to use from many threads, and from forked children.

    Every method that runs a statement raises `DatabaseUnavailable` when the database did
    not do it within the limits, and `AlreadyStored` for a unique value that is there.
    """

    __slots__ = ("_connections", "_counts", "_dialect")

    def __init__(
        self, url: str, *, password: Secret | None = None, limits: Limits = _DEFAULT_LIMITS
    ) -> None:
        """Take ``sqlite:///path`` or ``postgresql://…``; nothing is connected yet.

        Raises:
            ValueError: the URL names neither.
        """
        self._counts = Counts()
        self._connections = Connections(location(url, password), limits, self._counts)
        self._dialect = self._connections.engine.dialect

    @property
    def is_sqlite(self) -> bool:
        """Whether this is SQLite; a store rarely needs to know."""
        return self._connections.is_sqlite

    @property
    def engine(self) -> Engine:
        """The engine in autocommit mode, for migrations and metadata."""
        return self._connections.engine

    def unit_of_work(self) -> UnitOfWork:
        """Return the unit of work of this database: ``with work():``.

        Left normally or by a `kernel.errors.Decision` it commits, else it rolls back. An
        inner one joins the outer: what it wrote is undone if it is left by an error that
        is no `Decision`, kept otherwise, and durable when the outer one commits. On SQLite
        one unit of work is open at a time: never wait inside it for another thread's.
        """
        return self._connections.transaction

    def in_one_unit(self) -> InOneUnit:
        """Return the same as one call: ``in_one_unit(act)`` returns what ``act`` returns.

        On SQLite the acts of several callers are done back to back by one of them, each in
        the context of whoever asked: threads that take turns statement by statement cost
        more than the statements.
        """
        return self._connections.in_one_unit

    @property
    def in_unit_of_work(self) -> bool:
        """Whether a unit of work is open in this thread."""
        return self._connections.ambient() is not None

    def on_commit(self, hook: AfterCommit) -> None:
        """Call ``hook`` once the open unit of work is durable; at once if none is open."""
        transaction = self._connections.ambient()
        if transaction is None:
            hook()
            return
        transaction.hooks.append(hook)

    @overload
    def read(
        self, statement: TypedReturnsRows[*Ts], parameters: Parameters | None = None
    ) -> Sequence[Row[*Ts]]: ...
    @overload
    def read(
        self, statement: Executable | Prepared, parameters: Parameters | None = None
    ) -> Sequence[AnyRow]: ...
    def read(
        self, statement: Executable | Prepared, parameters: Parameters | None = None
    ) -> Sequence[AnyRow]:
        """Run a SELECT and return all its rows."""
        if isinstance(statement, Prepared):
            return self._prepared(Compiled.read, statement, parameters, writes=False)
        return self._connections.run(
            lambda connection: connection.execute(statement, parameters).fetchall(),
            writes=False,
        )

    @overload
    def read_one(
        self, statement: TypedReturnsRows[*Ts], parameters: Parameters | None = None
    ) -> Row[*Ts] | None: ...
    @overload
    def read_one(
        self, statement: Executable | Prepared, parameters: Parameters | None = None
    ) -> AnyRow | None: ...
    def read_one(
        self, statement: Executable | Prepared, parameters: Parameters | None = None
    ) -> AnyRow | None:
        """Run a SELECT and return its first row, or None."""
        if isinstance(statement, Prepared):
            return self._prepared(Compiled.read_one, statement, parameters, writes=False)
        return self._connections.run(
            lambda connection: connection.execute(statement, parameters).first(),
            writes=False,
        )

    def write(
        self,
        statement: Executable | Prepared,
        parameters: Parameters | Sequence[Parameters] | None = None,
    ) -> int:
        """Run INSERT, UPDATE or DELETE and return how many rows it touched.

        The count is the answer to ``UPDATE … WHERE used_at IS NULL``: of any number of
        concurrent calls exactly one sees 1. With a sequence of parameters, all or none.
        """
        if isinstance(statement, Prepared):
            if isinstance(parameters, Sequence):
                raise NotPreparable("many rows at once: use batch_insert")
            return self._prepared(Compiled.write, statement, parameters, writes=True)

        def act(connection: Connection) -> int:
            options = {"preserve_rowcount": True}
            result = connection.execute(statement, parameters, execution_options=options)
            return result.rowcount

        if isinstance(parameters, Sequence):
            if not parameters:
                return 0
            with self._connections.transaction():
                return self._connections.run(act, writes=True)
        return self._connections.run(act, writes=True)

    @overload
    def write_returning(
        self, statement: TypedReturnsRows[*Ts], parameters: Parameters | None = None
    ) -> Sequence[Row[*Ts]]: ...
    @overload
    def write_returning(
        self, statement: Executable | Prepared, parameters: Parameters | None = None
    ) -> Sequence[AnyRow]: ...
    def write_returning(
        self, statement: Executable | Prepared, parameters: Parameters | None = None
    ) -> Sequence[AnyRow]:
        """Run INSERT, UPDATE or DELETE … RETURNING and return its rows."""
        if isinstance(statement, Prepared):
            return self._prepared(Compiled.read, statement, parameters, writes=True)
        return self._connections.run(
            lambda connection: connection.execute(statement, parameters).fetchall(),
            writes=True,
        )

    def one_at_a_time(self, name: str) -> None:
        """Hold the lock called ``name`` until the open unit of work ends.

        Source: PostgreSQL 18 §13.3.5, transaction-level advisory locks. On SQLite the unit
        of work itself is that lock.

        Raises:
            NoUnitOfWork: none is open.
        """
        if self._connections.ambient() is None:
            raise NoUnitOfWork(name)
        if not self.is_sqlite:
            key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
            self.read(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})

    def on_rollback(self, hook: AfterCommit) -> None:
        """Call ``hook`` after the open unit of work was undone, outside of it.

        So a refusal can be put on record although everything else of it is rolled back.

        Raises:
            NoUnitOfWork: none is open.
        """
        transaction = self._connections.ambient()
        if transaction is None:
            raise NoUnitOfWork("on_rollback")
        transaction.consolations.append(hook)

    def hot(self, *, sqlite: str, postgres: str) -> Hot:
        """Prepare a statement for every request: ``?`` on SQLite, ``%s`` on PostgreSQL."""
        return Hot(self._connections, self._counts, sqlite if self.is_sqlite else postgres)

    def batch_insert(self, table: Table, columns: Sequence[str]) -> BatchInsert:
        """Prepare the insertion of many rows into some columns of a table."""
        return BatchInsert(self._connections, self._counts, table, columns)

    def instant(self, value: datetime) -> SqlValue:
        """Return an aware instant as a hot statement passes it."""
        return _INSTANT.process_bind_param(value, self._dialect)

    def from_instant(self, value: SqlValue) -> datetime:
        """Read an instant that a hot statement returned.

        Raises:
            TypeError: the value is none.
        """
        if not isinstance(value, int | datetime):
            raise TypeError(type(value).__name__)
        return UtcInstant.read(value)

    def counting(self) -> AbstractContextManager[Count]:
        """Count the statements of this process until the block is left."""
        return self._counting()

    def ping(self) -> None:
        """Ask the database for a sign of life.

        Raises:
            DatabaseUnavailable: there was none within the limits.
        """
        self.read(text("SELECT 1"))

    def close(self) -> None:
        """Close what is idle; used again, it opens anew."""
        self._connections.close()

    def _prepared(
        self,
        act: Callable[[Compiled, Driver, Values], T],
        statement: Prepared,
        parameters: Parameters | None,
        *,
        writes: bool,
    ) -> T:
        compiled = statement.on(self._dialect)
        sent = compiled.sent(parameters)
        self._counts.note(compiled.sql)
        return self._connections.run_driver(
            lambda driver: act(compiled, driver, sent), writes=writes
        )

    @contextmanager
    def _counting(self) -> Iterator[Count]:
        def note(
            _c: object,
            _cursor: object,
            sql: str,
            _p: object,
            _context: object,
            _many: object,
        ) -> None:
            self._counts.note(sql)

        engine = self.engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            with self._counts.counting() as count:
                yield count
        finally:
            event.remove(engine, "before_cursor_execute", note)
