"""The promises of `kernel.standing.Standing` and `StandingRegister`, on both engines."""

# ruff: noqa: PT012  what a unit of work writes and how it is left stand in one block

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from kernel.clock import SetClock
from kernel.errors import Refused
from kernel.infra.db import Database, DatabaseUnavailable, create_all
from kernel.infra.standing_store import SqlStanding
from kernel.standing import (
    NotInGoodStanding,
    Party,
    PartyKind,
    StandingUnknown,
    State,
    lapse_kept,
)

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
PROVINCE = Party(PartyKind.MEMBER, "https://province44.example")
PORTAL = Party(PartyKind.RELYING_PARTY, "portal")
OTHER = Party(PartyKind.SCOPE, "members:read")


@dataclass
class SetTicks:
    """Seconds that pass when told to."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def ticks() -> SetTicks:
    return SetTicks()


@pytest.fixture
def standing(database: Database, ticks: SetTicks) -> SqlStanding:
    create_all(database)
    view = SqlStanding(database, SetClock(NOW), ticks=ticks)
    view.refresh()
    return view


def another_process(database: Database, ticks: SetTicks) -> SqlStanding:
    return SqlStanding(Database(str_url(database)), SetClock(NOW), ticks=ticks)


def str_url(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False)


@pytest.mark.spec("attacks §6")
def test_a_loss_is_remembered_when_good_standing_was_given_back(
    standing: SqlStanding, database: Database, ticks: SetTicks
) -> None:
    assert standing.last_lapse(PROVINCE, PORTAL) is None
    standing.change(PROVINCE, State.SUSPENDED, reason="r")
    standing.change(PROVINCE, State.GOOD, reason="r")
    late = another_process(database, ticks)
    late.refresh()
    for view in (standing, late):
        view.require(PROVINCE)
        assert view.last_lapse(PORTAL, PROVINCE) == NOW
        assert view.last_lapse(PORTAL) is view.last_lapse() is None


@pytest.mark.parametrize("party", [PORTAL, PROVINCE], ids=["portal", "province"])
def test_a_loss_is_forgotten_when_nothing_is_left_of_before(
    database: Database, ticks: SetTicks, party: Party
) -> None:
    create_all(database)
    clock = SetClock(NOW)
    standing = SqlStanding(database, clock, ticks=ticks)
    standing.refresh()
    standing.change(party, State.SUSPENDED, reason="r")
    clock.advance(lapse_kept(party.kind))
    standing.change(OTHER, State.GOOD, reason="r")
    late = SqlStanding(database, clock, ticks=ticks)
    late.refresh()
    assert standing.last_lapse(party) == late.last_lapse(party) == NOW
    clock.advance(timedelta(seconds=1))
    standing.change(OTHER, State.GOOD, reason="r")
    late = SqlStanding(database, clock, ticks=ticks)
    late.refresh()
    for view in (standing, late):
        assert view.last_lapse(party) is None
        with pytest.raises(NotInGoodStanding):
            view.require(party)


def test_a_change_that_is_rolled_back_never_was(
    standing: SqlStanding, database: Database
) -> None:
    with pytest.raises(Refused), database.unit_of_work()():
        standing.change(PROVINCE, State.SUSPENDED, reason="r")
        raise Refused
    standing.refresh()
    standing.require(PROVINCE)
    assert standing.changes_since(0) == ()
    assert standing.change(PORTAL, State.SUSPENDED, reason="r") == 1


def test_a_look_inside_a_unit_of_work_sees_nothing_that_may_be_undone(
    standing: SqlStanding, database: Database
) -> None:
    with pytest.raises(Refused), database.unit_of_work()():
        standing.change(PROVINCE, State.SUSPENDED, reason="r")
        standing.refresh()
        raise Refused
    standing.require(PROVINCE)
    assert standing.number() == 0


def test_several_changes_of_one_unit_follow_one_another(
    standing: SqlStanding, database: Database
) -> None:
    with database.unit_of_work()():
        numbers = [
            standing.change(PROVINCE, State.SUSPENDED, reason="r"),
            standing.change(PORTAL, State.SUSPENDED, reason="r"),
        ]
    assert numbers == [1, 2]


def test_another_process_sees_a_change_at_its_next_look(
    standing: SqlStanding, database: Database, ticks: SetTicks
) -> None:
    other = another_process(database, ticks)
    other.refresh()
    standing.change(PROVINCE, State.SUSPENDED, reason="r")
    other.require(PROVINCE)
    other.refresh()
    with pytest.raises(NotInGoodStanding):
        other.require(PROVINCE)
    assert other.number() == 1


def test_a_process_that_starts_later_knows_the_latest_state_of_everybody(
    standing: SqlStanding, database: Database, ticks: SetTicks
) -> None:
    standing.change(PROVINCE, State.SUSPENDED, reason="r")
    standing.change(PORTAL, State.SUSPENDED, reason="r")
    standing.change(PROVINCE, State.GOOD, reason="r")
    late = another_process(database, ticks)
    late.refresh()
    late.require(PROVINCE)
    with pytest.raises(NotInGoodStanding):
        late.require(PORTAL)
    assert late.number() == 3


def test_more_changes_than_are_read_at_once_are_all_seen(
    standing: SqlStanding, database: Database, ticks: SetTicks
) -> None:
    other = another_process(database, ticks)
    other.refresh()
    with database.unit_of_work()():
        for number in range(1001):
            standing.change(
                Party(PartyKind.PERSON, f"{number}"), State.SUSPENDED, reason="r"
            )
    other.refresh()
    assert other.number() == 1001


def test_a_process_that_never_looked_refuses(database: Database) -> None:
    with pytest.raises(StandingUnknown):
        SqlStanding(database, SetClock(NOW)).require()


def test_a_view_older_than_five_seconds_refuses_everything(
    standing: SqlStanding, ticks: SetTicks
) -> None:
    ticks.seconds = 5.0
    standing.require(PROVINCE)
    ticks.seconds = 5.001
    with pytest.raises(StandingUnknown):
        standing.require(PROVINCE)
    with pytest.raises(StandingUnknown):
        standing.require()
    with pytest.raises(StandingUnknown):
        standing.last_lapse(PROVINCE)
    standing.refresh()
    standing.require(PROVINCE)


def test_a_look_that_fails_makes_the_view_no_younger(
    standing: SqlStanding, database: Database, ticks: SetTicks
) -> None:
    database.engine.dispose()
    standing._database = Database("postgresql://nobody@/hub?host=/nowhere")  # noqa: SLF001  the fault
    ticks.seconds = 5.001
    with pytest.raises(DatabaseUnavailable):
        standing.refresh()
    with pytest.raises(StandingUnknown):
        standing.require()


def test_asking_runs_no_statement_and_looking_runs_one(
    standing: SqlStanding, database: Database
) -> None:
    with database.counting() as asked:
        standing.require(PROVINCE, PORTAL)
        standing.last_lapse(PROVINCE, PORTAL)
    with database.counting() as looked:
        standing.refresh()
    assert (len(asked), len(looked)) == (0, 1)


def test_the_thread_sees_a_change_of_another_process_within_a_second(
    standing: SqlStanding, database: Database
) -> None:
    other = SqlStanding(database, SetClock(NOW))
    other.start()
    try:
        other.require(PROVINCE)
        standing.change(PROVINCE, State.SUSPENDED, reason="r")
        deadline = time.monotonic() + 1.0
        while other.number() < 1 and time.monotonic() < deadline:
            time.sleep(0.02)
        with pytest.raises(NotInGoodStanding):
            other.require(PROVINCE)
    finally:
        other.close()


def test_no_number_is_seen_before_a_lower_one_under_parallel_writers(
    standing: SqlStanding,
) -> None:
    done = threading.Event()
    gaps: list[list[int]] = []

    def watch() -> None:
        seen = 0
        while not done.is_set():
            numbers = [change.number for change in standing.changes_since(seen)]
            if numbers != list(range(seen + 1, seen + 1 + len(numbers))):
                gaps.append(numbers)
            seen += len(numbers)

    def write(number: int) -> int:
        party = Party(PartyKind.PERSON, f"{number}")
        return standing.change(party, State.SUSPENDED, reason="r")

    watcher = threading.Thread(target=watch)
    watcher.start()
    with ThreadPoolExecutor(8) as writers:
        numbers = sorted(writers.map(write, range(80)))
    done.set()
    watcher.join()
    assert numbers == list(range(1, 81))
    assert gaps == []
    assert standing.number() == 80
