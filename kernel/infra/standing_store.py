"""Standing over SQL: changes numbered under one lock, seen by every process within 1 s."""

import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Protocol

from sqlalchemy import (
    BigInteger,
    Column,
    Row,
    String,
    Table,
    and_,
    func,
    insert,
    or_,
    select,
)

from kernel.clock import Clock
from kernel.errors import Unavailable
from kernel.infra.db import Database, UtcInstant, metadata
from kernel.infra.standing_view import View, applied, last_lapses
from kernel.standing import (
    NotInGoodStanding,
    Party,
    PartyKind,
    RowStanding,
    StandingChange,
    StandingUnknown,
    State,
    lapse_kept,
)

_log: Final = logging.getLogger(__name__)

_REASON_LENGTH: Final = 500
STANDING_CHANGE: Final = Table(
    "standing_change",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String(32), nullable=False),
    Column("name", String(2048), nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", String(_REASON_LENGTH), nullable=False),
    Column("at", UtcInstant, nullable=False),
)
"""Every change of standing, in the order in which it became visible."""

_C: Final = STANDING_CHANGE.c
_LAST: Final = select(func.coalesce(func.max(_C.number), 0))
_READ_AT_ONCE: Final = 500


class Ticks(Protocol):
    """A clock for spans: seconds that never go backwards, whatever happens to the date."""

    def __call__(self) -> float:
        """Return the seconds since some moment of the past."""
        ...


class SqlStanding:
    """`kernel.standing.Standing` and `StandingRegister` over one table.

    A number is taken under one lock which is held until the change is committed, so n is
    visible before n+1 is given out, and whoever has seen n misses nothing below it.
    """

    MAX_AGE_S: Final = 5.0
    PERIOD_S: Final = 0.5

    def __init__(
        self, database: Database, clock: Clock, *, ticks: Ticks = time.monotonic
    ) -> None:
        """Start without a view: until the first `refresh` everything is refused."""
        self._database = database
        self._clock = clock
        self._ticks = ticks
        self._view: View | None = None
        self._refreshing = threading.Lock()
        self._watch = _Watch(self)

    def require(self, *parties: Party | RowStanding) -> None:
        """Return if every party may act; no statement is run.

        Raises:
            NotInGoodStanding: one of them may not.
            StandingUnknown: the view is older than five seconds.
        """
        exceptions = self._fresh().exceptions
        for party in parties:
            stopped = party.ended if isinstance(party, RowStanding) else party in exceptions
            if stopped:
                raise NotInGoodStanding(party)

    def last_lapse(self, *parties: Party | RowStanding) -> datetime | None:
        """Return until when one of the parties was without it; no statement is run.

        Raises:
            StandingUnknown: the view is older than five seconds.
        """
        lapses = self._fresh().lapses
        theirs = (lapses.get(each) for each in parties if isinstance(each, Party))
        return max((until for until in theirs if until is not None), default=None)

    def number(self) -> int:
        """Return the number of the last change this process saw; 0 before the first."""
        return self._view.number if self._view else 0

    def changes_since(
        self, number: int, *, limit: int = _READ_AT_ONCE
    ) -> tuple[StandingChange, ...]:
        """Return the changes after ``number`` in their order, at most ``limit``."""
        later = select(STANDING_CHANGE).where(_C.number > number)
        rows = self._database.read(later.order_by(_C.number).limit(limit))
        return tuple(_change(row) for row in rows)

    def change(self, party: Party, state: State, *, reason: str) -> int:
        """Put one change on record in the open unit of work and return its number.

        Of a long reason the first 500 characters are kept: whoever decided has it whole.
        Other changes wait until that unit of work ends. This process sees the change as
        soon as it is committed, others within a second.
        """
        with self._database.unit_of_work()():
            self._database.one_at_a_time("standing")
            number: int = self._database.read(_LAST)[0][0] + 1
            values = {"kind": party.kind.value, "name": party.name, "state": state.value}
            self._database.write(
                insert(STANDING_CHANGE).values(
                    number=number,
                    reason=reason[:_REASON_LENGTH],
                    at=self._clock(),
                    **values,
                )
            )
            self._database.on_commit(self.refresh)
        return number

    def refresh(self) -> None:
        """Read what changed since the last look: one cheap statement if nothing did.

        Inside a unit of work it does nothing: that could see changes that never will be.

        Raises:
            Unavailable: the database did not answer; the view grows older.
        """
        if self._database.in_unit_of_work:
            return
        with self._refreshing:
            if self._view is None:
                self._view = self._first_view()
            while self._advance() == _READ_AT_ONCE:
                pass

    def start(self) -> None:
        """Look now, and every half second from a thread of this process."""
        self._watch.start()

    def close(self) -> None:
        """End the thread; the view grows old and then refuses."""
        self._watch.stop()

    def _fresh(self) -> View:
        view = self._view
        if view is None or self._ticks() - view.looked_at > self.MAX_AGE_S:
            raise StandingUnknown
        return view

    def _first_view(self) -> View:
        looked_at = self._ticks()
        number: int = self._database.read(_LAST)[0][0]
        newest = select(func.max(_C.number)).where(_C.number <= number)
        latest = newest.group_by(_C.kind, _C.name).scalar_subquery()
        rows = self._database.read(
            select(STANDING_CHANGE).where(
                _C.number.in_(latest), _C.state != State.GOOD.value
            )
        )
        return View(
            number=number,
            exceptions=applied({}, (_change(row) for row in rows)),
            lapses=self._lapses_up_to(number),
            looked_at=looked_at,
        )

    def _lapses_up_to(self, number: int) -> Mapping[Party, datetime]:
        now = self._clock()
        late = or_(*(and_(_C.kind == k, _C.at >= now - lapse_kept(k)) for k in PartyKind))
        rows = self._database.read(select(STANDING_CHANGE).where(_C.number <= number, late))
        return last_lapses({}, (_change(row) for row in rows), now)

    def _advance(self) -> int:
        # The age counts from before the question: the answer is no younger than that.
        looked_at = self._ticks()
        view = self._view
        if view is None:
            return 0
        changes = self.changes_since(view.number)
        view = view.after(changes, self._clock())
        self._view = replace(view, looked_at=looked_at)
        return len(changes)


@dataclass(slots=True, eq=False)
class _Watch:
    """The thread that looks again and again, for as long as the process lives."""

    standing: SqlStanding
    ended: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None

    def start(self) -> None:
        self.ended.clear()
        self.look()
        self.thread = threading.Thread(target=self._run, name="standing", daemon=True)
        self.thread.start()

    def stop(self) -> None:
        self.ended.set()
        if self.thread is not None:
            self.thread.join()

    def look(self) -> None:
        try:
            self.standing.refresh()
        except Unavailable as cause:
            _log.warning("standing_not_read", extra={"reason": cause.code})

    def _run(self) -> None:
        while not self.ended.wait(self.standing.PERIOD_S):
            self.look()


def _change(row: Row[*tuple[object, ...]]) -> StandingChange:
    stored = row._mapping  # noqa: SLF001  SQLAlchemy's public name for a row's columns
    return StandingChange(
        number=stored[_C.number],
        party=Party(PartyKind(stored[_C.kind]), stored[_C.name]),
        state=State(stored[_C.state]),
        reason=stored[_C.reason],
        at=stored[_C.at],
    )
