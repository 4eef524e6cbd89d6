"""One transaction, and those that join it."""

import logging
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeVar

from psycopg.pq import TransactionStatus
from sqlalchemy import Connection

from kernel.errors import Decision
from kernel.infra.db.counting import Counts
from kernel.infra.db.failures import ERRORS, DatabaseUnavailable, Driver, driver_of, meaning

T = TypeVar("T")

_log: Final = logging.getLogger(__name__)


class AfterCommit(Protocol):
    """Something to be done once the work is durable, such as waking a thread."""

    def __call__(self) -> None:
        """Do it; what it raises is logged and goes no further, for the work is done."""
        ...


class NoUnitOfWork(RuntimeError):
    """What makes sense inside a unit of work only was called outside: our mistake."""


@dataclass(slots=True, eq=False)
class Transaction:
    """An open transaction: its connection, what follows its commit, and who joined it.

    Whoever joins gets a savepoint, set only when they write: an inner flow that refuses
    leaves nothing behind even if the outer one goes on; one that only reads costs nothing.

    ``hooks`` follow a commit. ``consolations`` follow the undoing of the unit they were
    left in; those of an inner unit that was undone become ``due`` whatever comes after.
    """

    connection: Connection
    counts: Counts
    hooks: list[AfterCommit] = field(default_factory=list)
    consolations: list[AfterCommit] = field(default_factory=list)
    due: list[AfterCommit] = field(default_factory=list)
    marks: list[bool] = field(default_factory=list)
    is_lost: bool = False
    is_undone_whole: bool = False
    known_driver: Driver | None = None

    def driver(self, *, writes: bool) -> Driver:
        """Return the driver's connection for one statement."""
        self.before(writes=writes)
        return self._looked_up()

    def _looked_up(self) -> Driver:
        """Look it up once: SQLAlchemy asks its pool, its dialect and itself each time."""
        if self.known_driver is None:
            self.known_driver = driver_of(self.connection.connection)
        return self.known_driver

    def before(self, *, writes: bool) -> None:
        """Stand before every statement; set the savepoints still owed before a write.

        Raises:
            DatabaseUnavailable: an earlier statement lost the transaction. Going on would
                write outside it, for SQLite rolls back by itself on a full disk.
        """
        if self.is_lost:
            raise DatabaseUnavailable("the transaction is lost")
        if not writes:
            return
        for depth, is_set in enumerate(self.marks):
            if not is_set:
                self.say(f"SAVEPOINT joined_{depth}")
                self.marks[depth] = True

    def failed(self, error: Exception) -> Exception:
        """Return ``error``; remember if the database gave the transaction up."""
        self.is_lost = self.is_lost or isinstance(error, DatabaseUnavailable)
        return error

    @contextmanager
    def joined(self) -> Iterator[None]:
        """Run an inner unit of work; only a `Decision` or a normal end keeps its writes."""
        depth, hooks, consoled = len(self.marks), len(self.hooks), len(self.consolations)
        self.marks.append(False)
        try:
            yield
        except Decision:
            self._leave(f"RELEASE SAVEPOINT joined_{depth}")
            raise
        except BaseException:
            del self.hooks[hooks:]
            self.due.extend(self.consolations[consoled:])
            del self.consolations[consoled:]
            undo = f"ROLLBACK TO SAVEPOINT joined_{depth}"
            self._leave(undo, f"RELEASE SAVEPOINT joined_{depth}")
            raise
        else:
            self._leave(f"RELEASE SAVEPOINT joined_{depth}")

    @contextmanager
    def whole(self) -> Iterator[None]:
        """Run the outermost unit of work: commit if left normally or by a `Decision`.

        Raises:
            DatabaseUnavailable: it could not be committed; it is rolled back.
        """
        try:
            yield
        except Decision:
            self._commit()
            raise
        except BaseException:
            self._roll_back()
            raise
        else:
            self._commit()

    @contextmanager
    def part(self, *, is_first: bool) -> Iterator[None]:
        """Run a unit of work in a transaction that others commit, with those of others.

        The first has it to itself: what undoes it undoes the whole, as ever.
        """
        try:
            if is_first:
                yield
            else:
                with self.joined():
                    yield
        except Decision:
            raise
        except BaseException:
            if is_first:
                self._roll_back()
            else:
                self.undone()
            raise

    def done(self) -> None:
        """Settle what follows, now that the work is durable."""
        self.hooks.extend(self.due)

    def undone(self) -> None:
        """Settle what follows, now that nothing of the work is there."""
        self.hooks[:] = [*self.consolations, *self.due]

    def _commit(self) -> None:
        if not self.is_sound():
            self._roll_back()
            raise DatabaseUnavailable("the transaction is lost")
        try:
            self.say("COMMIT")
        except BaseException:
            self._roll_back()
            raise
        self.done()

    def _roll_back(self) -> None:
        self.is_undone_whole = True
        self.undone()
        try:
            if not self.connection.invalidated:
                self.connection.connection.rollback()
        except Exception:  # noqa: BLE001  whatever it is, it is not used again
            self.connection.invalidate()

    def say(self, sql: str) -> None:
        """Send a word of the transaction's frame.

        Raises:
            DatabaseUnavailable: it was not taken.
        """
        try:
            say(self.connection, self._looked_up(), self.counts, sql)
        except (sqlite3.Error, *ERRORS) as cause:
            raise self.failed(meaning(cause)) from cause

    def _leave(self, *words: str) -> None:
        if not self.marks.pop() or self.is_lost:
            return
        try:
            for word in words:
                self.say(word)
        except BaseException:
            # Neither kept nor undone: nobody may commit what is left of it.
            self.is_lost = True
            raise

    def is_sound(self) -> bool:
        """Tell whether there is still a transaction to commit."""
        # PostgreSQL answers COMMIT of a failed transaction with a silent ROLLBACK.
        if self.is_lost or self.connection.invalidated:
            return False
        driver = self._looked_up()
        if isinstance(driver, sqlite3.Connection):
            return driver.in_transaction
        return driver.info.transaction_status == TransactionStatus.INTRANS


def say(connection: Connection, driver: Driver, counts: Counts, sql: str) -> None:
    """Send a word of a transaction's frame; to SQLite without SQLAlchemy's own frame.

    That costs more there than the word itself. PostgreSQL is asked through SQLAlchemy,
    which sees in its errors whether the connection is still one.
    """
    if isinstance(driver, sqlite3.Connection):
        counts.note(sql)
        driver.execute(sql)
    else:
        connection.exec_driver_sql(sql)


def whole_on(driver: Driver, act: Callable[[Driver], T]) -> T:
    """Run ``act`` in a transaction of its own on a SQLite connection nobody else uses."""
    driver.execute("BEGIN IMMEDIATE")
    try:
        result = act(driver)
        driver.execute("COMMIT")
    except BaseException:
        driver.rollback()
        raise
    return result


def run_hooks(hooks: Iterable[AfterCommit]) -> None:
    """Do what was to follow a commit, in order; a failure is logged: the work is done."""
    for hook in hooks:
        try:
            hook()
        except Exception:  # noqa: BLE001  an error here must not look like a rollback
            _log.exception("after_commit_failed")
