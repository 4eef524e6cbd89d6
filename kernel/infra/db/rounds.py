"""Whose turn it is to write to SQLite, and what becomes durable by one COMMIT.

PostgreSQL commits for many at once by itself. SQLite has one writer: here threads that
wait for their turn anyway go on in the transaction that is open, each in a savepoint of
its own, and the last one commits for all. Nobody is told that his work is done before
that. A lone unit of work pays for one commit, as ever, and for nothing else.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, Engine

from kernel.errors import Decision
from kernel.infra.db.counting import Counts
from kernel.infra.db.failures import ERRORS, DatabaseUnavailable, driver_of, meaning
from kernel.infra.db.round import Round, settle
from kernel.infra.db.transaction import AfterCommit, Transaction, say
from kernel.infra.db.turns import ProcessTurn, ThreadTurn
from kernel.infra.db.units import Ambient, Unit

MOST_TOGETHER: Final = 32
"""How many units of work one commit is for: no one waits for more than these."""

_Part = tuple[Round, Transaction, Unit[Any]]


class Rounds:
    """The one writer of a process to SQLite."""

    def __init__(self, engine: Engine, counts: Counts, wait_s: float) -> None:
        """Take where to write, and how long a turn is waited for."""
        self._engine, self._counts = engine, counts
        self._turn = ThreadTurn(wait_s)
        self._process_turn = ProcessTurn(f"{engine.url.database}-turn", wait_s)
        self._open: Round | None = None
        self._kept: Connection | None = None

    @property
    def queued(self) -> int:
        """How many threads wait to go on in the round that is open, or to begin one."""
        return self._turn.queued

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the turn for a write of one's own; what was open is committed first.

        Whoever holds the turn must not wait for another thread that writes.

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
        self._turn.take()
        try:
            if self._open is not None:
                self._commit(self._open)
            yield
        finally:
            self._turn.give_back()

    @contextmanager
    def together(self, hooks: list[AfterCommit]) -> Iterator[Transaction]:
        """Hold the turn for a unit of work; return when it is durable.

        Raises:
            DatabaseUnavailable: it could not begin, or nothing of its round is durable.
        """
        decision: Decision | None = None
        self._turn.queue_up()
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
            self._turn.give_back()
        if place is not None:
            self._sleep(round_, place, transaction)
        settle(round_, transaction)
        if decision is not None:
            raise decision

    def back_to_back(self, units: Sequence[Unit[Any]], ambient: Ambient) -> None:
        """Hold the turn for many units of work; return when what they did is durable.

        Each has a savepoint of its own and keeps its own failure. Done by one thread they
        cost one switch of threads each, not one for every statement. They share a commit,
        so there are no more of them than `MOST_TOGETHER`.

        Raises:
            DatabaseUnavailable: the turn did not come in time: nothing was done.
        """
        self._turn.queue_up()
        try:
            self._make_room(len(units))
            ended = self._all_done(units, ambient)
            last = self._open
            if last is not None and self._has_enough(last):
                self._commit(last)
            place = None if last is None else last.place()
        finally:
            self._turn.give_back()
        untold = None
        if last is not None and place is not None:
            untold = self._untold(last, place, ended[-1][1])
        for round_, transaction, unit in ended:
            unit.settled(
                round_.failure or (untold if round_ is last else None), transaction
            )

    def _make_room(self, parts: int) -> None:
        """Commit what is open where so many more would be too many together."""
        if self._open is not None and self._open.parts + parts > MOST_TOGETHER:
            self._commit(self._open)

    def _all_done(self, units: Sequence[Unit[Any]], ambient: Ambient) -> list[_Part]:
        """Do them in order; where one cannot begin, those behind it do not wait as long."""
        ended: list[_Part] = []
        for at, unit in enumerate(units):
            try:
                round_ = self._open or self._begun()
            except Exception as failure:  # noqa: BLE001  theirs: those before were done
                for left in units[at:]:
                    left.failure = failure
                break
            ended.append(self._done(unit, round_, ambient))
        return ended

    def _done(self, unit: Unit[Any], round_: Round, ambient: Ambient) -> _Part:
        transaction = Transaction(
            round_.connection, self._counts, unit.hooks, known_driver=round_.driver
        )
        unit.run(ambient, transaction)
        round_.parts += 1
        if not transaction.is_sound():
            self._fail(round_, DatabaseUnavailable("the transaction is lost"))
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
        enough = not self._turn.queued or round_.parts >= MOST_TOGETHER
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
