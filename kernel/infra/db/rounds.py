"""Whose turn it is to write to SQLite, and what becomes durable by one COMMIT.

PostgreSQL commits for many at once by itself. SQLite has one writer: here threads that
wait for their turn anyway go on in the transaction that is open, each in a savepoint of
its own, and the last one commits for all. Nobody is told that his work is done before
that. A lone unit of work pays for one commit, as ever, and for nothing else.
"""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, Engine

from kernel.errors import Decision
from kernel.infra.db.counting import Counts
from kernel.infra.db.failures import (
    ERRORS,
    DatabaseUnavailable,
    Driver,
    driver_of,
    meaning,
)
from kernel.infra.db.transaction import AfterCommit, Transaction, say
from kernel.infra.db.turns import ProcessTurn
from kernel.infra.db.units import Ambient, Unit

MOST_TOGETHER: Final = 32
"""How many units of work one commit is for: no one waits for more than these."""
_PATIENCE_S: Final = 0.02


@dataclass(slots=True, eq=False)
class Round:
    """A transaction that several units of work share, one after the other.

    ``parts``: how many have ended in it; ``asleep``: a lock for each that waits until it is
    over, and wakes the one behind it: all awake at once would fight for the interpreter.
    ``failure``: why nothing of it is durable.
    """

    connection: Connection
    driver: Driver
    parts: int = 0
    is_over: bool = False
    asleep: list[threading.Lock] = field(default_factory=list)
    failure: Exception | None = None

    def place(self) -> int | None:
        """Return a place in the row of those who sleep until it is over; None: it is."""
        if self.is_over:
            return None
        lock = threading.Lock()
        lock.acquire()
        self.asleep.append(lock)
        return len(self.asleep) - 1

    def sleep(self, place: int) -> bool:
        """Sleep for a while at this place; tell whether it is over."""
        self.asleep[place].acquire(timeout=_PATIENCE_S)
        return self.is_over

    def wake(self, place: int) -> None:
        """Wake who sleeps at this place, if anybody does."""
        if place < len(self.asleep):
            self.asleep[place].release()


_Part = tuple[Round, Transaction, Unit[Any]]


class Rounds:
    """The one writer of a process to SQLite."""

    def __init__(self, engine: Engine, counts: Counts, wait_s: float) -> None:
        """Take where to write, and how long a turn is waited for."""
        self._engine, self._counts, self._wait_s = engine, counts, wait_s
        self._turn, self._queue = threading.Lock(), threading.Lock()
        self._process_turn = ProcessTurn(f"{engine.url.database}-turn", wait_s)
        self._queued = 0
        self._open: Round | None = None
        self._kept: Connection | None = None

    @property
    def queued(self) -> int:
        """How many threads wait to go on in the round that is open, or to begin one."""
        return self._queued

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the turn for a write of one's own; what was open is committed first.

        SQLite's own waiting sleeps and is unfair, so the threads of one process queue here
        and only processes contend for the file. Whoever holds the turn must not wait for
        another thread that writes.

        Raises:
            DatabaseUnavailable: the turn did not come in time.
        """
        with self._nothing_open():
            self._process_turn.take()
            try:
                yield
            finally:
                self._process_turn.give_back()

    @contextmanager
    def _nothing_open(self) -> Iterator[None]:
        """Hold the turn among threads; what was open is committed first."""
        self._take_turn()
        try:
            if self._open is not None:
                self._commit(self._open)
            yield
        finally:
            self._turn.release()

    @contextmanager
    def together(self, hooks: list[AfterCommit]) -> Iterator[Transaction]:
        """Hold the turn for a unit of work; return when it is durable.

        Raises:
            DatabaseUnavailable: it could not begin, or nothing of its round is durable.
        """
        decision: Decision | None = None
        self._queue_up()
        try:
            round_ = self._open or self._begun()
            transaction = Transaction(
                round_.connection, self._counts, hooks, known_driver=round_.driver
            )
            try:
                with transaction.part(is_first=round_.parts == 0):
                    yield transaction
            except Decision as decided:
                decision = decided
            finally:
                self._leave(round_, transaction)
            place = round_.place()
        finally:
            self._turn.release()
        if place is not None:
            self._sleep(round_, place, transaction)
        settle(round_, transaction)
        if decision is not None:
            raise decision

    def back_to_back(self, units: Sequence[Unit[Any]], ambient: Ambient) -> None:
        """Hold the turn for many units of work; return when what they did is durable.

        Each has a savepoint of its own and keeps its own failure. Done by one thread they
        cost one switch of threads each, not one for every statement.

        Raises:
            DatabaseUnavailable: the turn did not come in time: nothing was done.
        """
        self._queue_up()
        try:
            ended = [part for unit in units if (part := self._done(unit, ambient))]
            last = self._open
            if last is not None and self._has_enough(last):
                self._commit(last)
            place = None if last is None else last.place()
        finally:
            self._turn.release()
        untold = None
        if last is not None and place is not None:
            untold = self._untold(last, place, ended[-1][1])
        for round_, transaction, unit in ended:
            unit.settled(
                round_.failure or (untold if round_ is last else None), transaction
            )

    def _done(self, unit: Unit[Any], ambient: Ambient) -> _Part | None:
        """Do one of them; None: it could not begin, which is its own failure."""
        try:
            round_ = self._open or self._begun()
        except Exception as failure:  # noqa: BLE001  it is this unit's: others were done
            unit.failure = failure
            return None
        transaction = Transaction(
            round_.connection, self._counts, unit.hooks, known_driver=round_.driver
        )
        unit.run(ambient, transaction)
        round_.parts += 1
        if not transaction.is_sound():
            self._fail(round_, DatabaseUnavailable("the transaction is lost"))
        elif round_.parts >= MOST_TOGETHER or self._process_turn.is_awaited():
            self._commit(round_)
        return round_, transaction, unit

    def _untold(
        self, last: Round, place: int, transaction: Transaction
    ) -> DatabaseUnavailable | None:
        """Wait for a round that others go on in; return why nobody can tell, if so.

        That is no failure of the round: whoever commits it may still be told.
        """
        try:
            self._sleep(last, place, transaction)
        except DatabaseUnavailable as failure:
            return failure
        return None

    def close(self) -> None:
        """Let go of the connection that is kept."""
        with self._nothing_open():
            kept, self._kept = self._kept, None
            if kept is not None:
                kept.close()
            self._process_turn.close()

    def _queue_up(self) -> None:
        with self._queue:
            self._queued += 1
        try:
            self._take_turn()
        finally:
            with self._queue:
                self._queued -= 1

    def _take_turn(self) -> None:
        if not self._turn.acquire(timeout=self._wait_s):
            raise DatabaseUnavailable("another writer took too long")

    def _begun(self) -> Round:
        # BEGIN IMMEDIATE: a transaction that reads first and writes later could otherwise
        # find the file changed in between and fail where no waiting helps.
        self._process_turn.take()
        try:
            self._open = self._connected()
        except BaseException as cause:
            self._process_turn.give_back()
            if isinstance(cause, (sqlite3.Error, *ERRORS)):
                raise meaning(cause) from cause
            raise
        return self._open

    def _connected(self) -> Round:
        connection, self._kept = self._kept or self._engine.connect(), None
        try:
            driver = driver_of(connection.connection)
            say(connection, driver, self._counts, "BEGIN IMMEDIATE")
        except BaseException:
            connection.close()
            raise
        return Round(connection, driver)

    def _leave(self, round_: Round, transaction: Transaction) -> None:
        """Commit if the round has enough, or give up if its transaction is over already."""
        round_.parts += 1
        if transaction.is_undone_whole and round_.parts == 1:
            self._over(round_)
        elif not transaction.is_sound():
            self._fail(round_, DatabaseUnavailable("the transaction is lost"))
        elif self._has_enough(round_):
            self._commit(round_)

    def _has_enough(self, round_: Round) -> bool:
        """Tell whether nobody would go on, or none should: another process waits."""
        enough = not self._queued or round_.parts >= MOST_TOGETHER
        return enough or self._process_turn.is_awaited()

    def _commit(self, round_: Round) -> None:
        try:
            say(round_.connection, round_.driver, self._counts, "COMMIT")
        except (sqlite3.Error, *ERRORS) as cause:
            self._fail(round_, meaning(cause))
        except BaseException:
            self._fail(round_, DatabaseUnavailable("the commit was broken off"))
            raise
        else:
            self._over(round_)

    def _fail(self, round_: Round, failure: Exception) -> None:
        round_.failure = failure
        try:
            round_.connection.connection.rollback()
        except Exception:  # noqa: BLE001  whatever it is, it is not used again
            round_.connection.invalidate()
        self._over(round_)

    def _over(self, round_: Round) -> None:
        self._open = None
        self._process_turn.give_back()
        self._put_back(round_.connection)
        round_.is_over = True
        round_.wake(0)

    def _put_back(self, connection: Connection) -> None:
        """Keep a sound connection for the next round: it knows its statements already."""
        if connection.invalidated:
            connection.close()
            return
        if connection.in_transaction():
            connection.rollback()  # SQLAlchemy's own idea of one: the driver's is over
        self._kept = connection

    def _sleep(self, round_: Round, place: int, transaction: Transaction) -> None:
        """Wait for the commit; do it, if whoever was to go on has given up.

        Raises:
            DatabaseUnavailable: nobody could tell in time: nothing that was to follow the
                commit does, though it may still come.
        """
        try:
            if not round_.sleep(place):
                with self._nothing_open():
                    pass
        except BaseException:
            transaction.undone()
            raise
        finally:
            round_.wake(place + 1)


def settle(round_: Round, transaction: Transaction) -> None:
    """Say what became of a part of a round that is over.

    Raises:
        DatabaseUnavailable: nothing of the round is durable.
    """
    if round_.failure is None:
        transaction.done()
        return
    transaction.undone()
    raise DatabaseUnavailable(str(round_.failure)) from round_.failure
