"""The connections of one process: whose transaction is open, whose turn it is to write."""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, TypeVar

import psycopg
from sqlalchemy import URL, Connection, Engine

from kernel.infra.db.counting import Counts
from kernel.infra.db.engines import Limits, open_engine
from kernel.infra.db.failures import (
    DRIVER_ERRORS,
    ERRORS,
    Driver,
    driver_of,
    is_lost,
    is_passing,
    meaning,
    throw_away_if_broken,
)
from kernel.infra.db.gathering import Gathering
from kernel.infra.db.rounds import MOST_TOGETHER, Rounds
from kernel.infra.db.transaction import AfterCommit, Transaction, run_hooks, say, whole_on
from kernel.infra.db.units import Unit

T = TypeVar("T")
_ATTEMPTS: Final = 3


@dataclass(slots=True, eq=False)
class _Process:
    """What a forked child must not share: file locks and sockets belong to one process."""

    engine: Engine
    ambient: ContextVar[Transaction | None]
    rounds: Rounds
    units: Gathering[Unit[Any], None]
    pid: int = field(default_factory=os.getpid)
    held: threading.local = field(default_factory=threading.local)


class Connections:
    """Opens connections when they are first needed, and anew in a forked child."""

    def __init__(self, url: URL, limits: Limits, counts: Counts) -> None:
        """Take the place and the limits; nothing is connected yet."""
        self._url = url
        self._counts = counts
        self._limits = limits
        self._abandoned: list[_Process] = []
        self._opening = threading.Lock()
        self._process = self._open()
        self.is_sqlite = self._process.engine.dialect.name == "sqlite"

    @property
    def engine(self) -> Engine:
        """The engine of this process, in autocommit mode."""
        return self._here().engine

    def ambient(self) -> Transaction | None:
        """Return the transaction that is open in this thread, if there is one."""
        return self._here().ambient.get()

    def run(self, act: Callable[[Connection], T], *, writes: bool) -> T:
        """Run one statement in the open transaction, else on its own.

        On its own it is tried again after a deadlock, and a read after a lost connection,
        at most three times in all. Inside a transaction only its owner could do that.

        Raises:
            DatabaseUnavailable: the database did not do it in time.
            AlreadyStored: a unique value is there already.
        """
        transaction = self.ambient()
        try:
            if transaction is not None:
                transaction.before(writes=writes)
                return act(transaction.connection)
            return self._run_alone(act, writes=writes)
        except ERRORS as cause:
            error = meaning(cause)
            raise (transaction.failed(error) if transaction else error) from cause

    def run_driver(self, act: Callable[[Driver], T], *, writes: bool) -> T:
        """Do the same with the driver's own connection, for hot statements."""
        transaction = self.ambient()
        try:
            if transaction is not None:
                return act(transaction.driver(writes=writes))
            if self.is_sqlite:
                return self._run_held(act, writes=writes)
            return self._run_borrowed(act, writes=writes)
        except (*DRIVER_ERRORS, *ERRORS) as cause:
            error = meaning(cause)
            raise (transaction.failed(error) if transaction else error) from cause

    def run_whole(self, act: Callable[[Driver], T]) -> T:
        """Do it in a SQLite transaction of its own: all of it, or refused like ``run``."""
        try:
            with self._here().rounds.alone():
                return whole_on(self._held(), act)
        except DRIVER_ERRORS as cause:
            raise meaning(cause) from cause

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Open a transaction, or join the one that is open in this thread.

        Raises:
            DatabaseUnavailable: it could not be opened or committed.
        """
        outer = self.ambient()
        if outer is not None:
            with outer.joined():
                yield
            return
        hooks: list[AfterCommit] = []
        try:
            with self._together(hooks) if self.is_sqlite else self._begun(hooks):
                yield
        finally:
            run_hooks(hooks)

    def in_one_unit(self, act: Callable[[], T]) -> T:
        """Do it in a unit of work; on SQLite back to back with those of other callers.

        Raises:
            DatabaseUnavailable: it could not be opened or committed.
        """
        if not self.is_sqlite or self.ambient() is not None:
            with self.transaction():
                return act()
        unit = Unit(act)
        self._here().units(unit)
        return unit.outcome()

    def close(self) -> None:
        """Close what is idle and forget the rest."""
        if self.is_sqlite:
            self._process.rounds.close()
        self.engine.dispose()
        self._process.held = threading.local()

    def _run_alone(self, act: Callable[[Connection], T], *, writes: bool) -> T:
        for attempts_left in reversed(range(_ATTEMPTS)):
            try:
                return self._run_once(act, writes=writes)
            except ERRORS as cause:
                if not (attempts_left and is_passing(cause, writes=writes)):
                    raise
        raise AssertionError  # the last attempt returns or raises

    def _run_once(self, act: Callable[[Connection], T], *, writes: bool) -> T:
        if not (writes and self.is_sqlite):
            with self.engine.connect() as connection:
                return act(connection)
        with self._here().rounds.alone(), self.engine.connect() as connection:
            return act(connection)

    @contextmanager
    def _together(self, hooks: list[AfterCommit]) -> Iterator[None]:
        process = self._here()
        with process.rounds.together(hooks) as transaction:
            token = process.ambient.set(transaction)
            try:
                yield
            finally:
                process.ambient.reset(token)

    @contextmanager
    def _begun(self, hooks: list[AfterCommit]) -> Iterator[None]:
        ambient = self._here().ambient
        connection = self._begin()
        transaction = Transaction(connection, self._counts, hooks)
        token = ambient.set(transaction)
        try:
            with transaction.whole():
                yield
        finally:
            ambient.reset(token)
            connection.close()

    def _begin(self) -> Connection:
        try:
            return self._said("BEGIN")
        except ERRORS as cause:
            if not is_passing(cause, writes=False):
                raise meaning(cause) from cause
        try:
            return self._said("BEGIN")
        except ERRORS as cause:
            raise meaning(cause) from cause

    def _said(self, word: str) -> Connection:
        connection = self.engine.connect()
        try:
            say(connection, driver_of(connection.connection), self._counts, word)
        except BaseException:
            connection.close()
            raise
        return connection

    def _run_held(self, act: Callable[[Driver], T], *, writes: bool) -> T:
        if not writes:
            return act(self._held())
        with self._here().rounds.alone():
            return act(self._held())

    def _held(self) -> Driver:
        # One connection per thread saves the pool's bookkeeping: 4 µs instead of 9.
        held = self._here().held
        if not hasattr(held, "raw"):
            held.raw = self.engine.raw_connection()
            held.driver = driver_of(held.raw)
            held.raw.detach()
        driver: Driver = held.driver
        return driver

    @contextmanager
    def _borrowed(self) -> Iterator[Driver]:
        raw = self.engine.raw_connection()
        try:
            yield driver_of(raw)
        except psycopg.Error:
            throw_away_if_broken(raw)
            raise
        finally:
            raw.close()

    def _run_borrowed(self, act: Callable[[Driver], T], *, writes: bool) -> T:
        try:
            with self._borrowed() as driver:
                return act(driver)
        except psycopg.OperationalError as cause:
            if writes or not is_lost(cause):
                raise
        with self._borrowed() as driver:
            return act(driver)

    def _here(self) -> _Process:
        process = self._process
        if process.pid == os.getpid():
            return process
        with self._opening:
            if self._process is process:
                # Closing the parent's connections would disturb it: they are kept, unused.
                self._abandoned.append(process)
                self._process = self._open()
        return self._process

    def _open(self) -> _Process:
        ambient: ContextVar[Transaction | None] = ContextVar("transaction", default=None)
        engine = open_engine(self._url, self._limits)
        rounds = Rounds(engine, self._counts, self._limits.wait_s)
        units = Gathering(self._all, most=MOST_TOGETHER)
        return _Process(engine, ambient, rounds, units)

    def _all(self, units: Sequence[Unit[Any]]) -> Sequence[None]:
        """Do what has gathered; a lone unit of work pays for no savepoint.

        What is to follow follows in the threads that asked: this one leads meanwhile.
        """
        if len(units) == 1:
            units[0].alone(partial(self._together, units[0].hooks))
        else:
            process = self._here()
            process.rounds.back_to_back(units, process.ambient)
        return [None] * len(units)
